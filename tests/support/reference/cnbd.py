"""BG/CNBD-k and MBG/CNBD-k: Reutterer, Platzer & Schröder (2021)."""

from __future__ import annotations

from dataclasses import dataclass

from reference.digits import History, Number, beta_mean, mp, negative_binomial


@dataclass(frozen=True)
class CNBD:
    """BG/CNBD-k, or MBG/CNBD-k: stage by stage, each of the k phases a history of its own.

    Without the part of the likelihood that belongs to the gaps alone.
    """

    r: float
    alpha: float
    a: float
    b: float
    leaves_at_first: bool
    k: int

    def survived(self, h: History) -> int:
        """Count the opportunities to leave that a customer alive at T let pass."""
        return h.x + 1 if self.leaves_at_first else h.x

    def phases(self, h: History) -> list[Number]:
        """Return the likelihood of each phase over its common factor: j of the stages since t_x, still alive at T."""
        r, alpha, a, b = map(mp.mpf, (self.r, self.alpha, self.a, self.b))
        shape, silence, stays = r + self.k * h.x, mp.mpf(h.age) - h.recency, mp.beta(a, b + self.survived(h))
        return [
            mp.rf(shape, j) / mp.factorial(j) * silence**j * (alpha + h.age) ** -(shape + j) * stays
            for j in range(self.k)
        ]

    def gone(self, h: History) -> Number:
        """Return the likelihood of having left at t_x, over the same factor."""
        r, alpha, a, b = map(mp.mpf, (self.r, self.alpha, self.a, self.b))
        m = self.survived(h)
        return (alpha + h.recency) ** -(r + self.k * h.x) * mp.beta(a + 1, b + m - 1) if m else mp.mpf(0)

    def log_likelihood(self, h: History) -> Number:
        """Return log L(x, t_x, T)."""
        r, alpha, a, b = map(mp.mpf, (self.r, self.alpha, self.a, self.b))
        common = mp.loggamma(r + self.k * h.x) - mp.loggamma(r) + r * mp.log(alpha) - mp.log(mp.beta(a, b))
        return common + mp.log(mp.fsum(self.phases(h)) + self.gone(h))

    def probability_alive(self, h: History) -> Number:
        """Return P(alive at T)."""
        alive = mp.fsum(self.phases(h))
        return alive / (alive + self.gone(h))

    def expected_purchases(self, h: History, t: float) -> Number:
        """Return the expected purchases in (T, T + t], averaged over the dropout chance p of a living customer.

        Given p and the stages m yet to come they are (1 - (1-p)^n)/p with n whole purchases of k stages, and n is
        picked out by the k-th roots of unity.
        """
        if not t:
            return mp.mpf(0)
        parts, total = self.phases(h), mp.mpf(0)
        whole = mp.fsum(parts) + self.gone(h)
        for j, part in enumerate(parts):
            if part:
                total += part / whole * self.in_phase(h, t, j)
        return total

    def in_phase(self, h: History, t: float, j: int) -> Number:
        """Return the expected purchases of a living customer j stages after the last."""
        r, alpha, a, b = map(mp.mpf, (self.r, self.alpha, self.a, self.b))
        shape, ratio = r + self.k * h.x + j, mp.mpf(t) / (alpha + h.age)
        # 1 and -1 as real numbers, whose powers are quicker.
        roots = [
            mp.mpf(1 - 4 * u // self.k) if 2 * u % self.k == 0 else mp.expjpi(mp.mpf(2 * u) / self.k)
            for u in range(self.k)
        ]
        nothing = mp.fsum(negative_binomial(shape, alpha + h.age, t, m) for m in range(self.k - j))

        def given(p: Number) -> Number:
            if p == 1:
                return 1 - nothing
            q, total = (1 - p) ** (mp.mpf(1) / self.k), mp.mpf(0)
            for root in roots:
                v = q * root
                total += v**j * mp.fsum(v**-left for left in range(self.k)) * (1 + (1 - v) * ratio) ** -shape
            return (1 - mp.re(total) / self.k) / p

        return beta_mean(a, b + self.survived(h), given, shape * ratio / self.k)

    def purchases_pmf(self, h: History, t: float, n: int) -> Number:
        """Return P(n purchases in (T, T + t]), stage by stage."""
        a, b = map(mp.mpf, (self.a, self.b))
        c, parts = b + self.survived(h), self.phases(h)
        whole = mp.fsum(parts) + self.gone(h)
        stays = mp.beta(a, c + n) / mp.beta(a, c)
        leaves = mp.beta(a + 1, c + n - 1) / mp.beta(a, c) if n else mp.mpf(0)
        total = mp.mpf(0) if n else self.gone(h) / whole
        for j, part in enumerate(parts):
            shape, first = mp.mpf(self.r) + self.k * h.x + j, n * self.k - j
            stages = [negative_binomial(shape, mp.mpf(self.alpha) + h.age, t, m) for m in range(first + self.k)]
            fewer, exactly = mp.fsum(stages[: max(first, 0)]), mp.fsum(stages[max(first, 0) :])
            total += part / whole * (stays * exactly + leaves * (1 - fewer))
        return total
