"""Pareto/NBD: Schmittlein, Morrison & Colombo (1987); Fader & Hardie (2005, 2014). And NBD, its limit."""

from __future__ import annotations

from dataclasses import dataclass

from reference.digits import BESIDE, History, Number, integral, mp, negative_binomial


@dataclass(frozen=True)
class ParetoNBD:
    """Pareto/NBD."""

    r: float
    alpha: float
    s: float
    beta: float

    def parts(self, h: History) -> tuple[Number, Number]:
        """Return the likelihood's two terms over their common factor: alive at T, and gone since t_x (2005, eq. 16)."""
        r, alpha, s, beta = map(mp.mpf, (self.r, self.alpha, self.s, self.beta))
        alive = (alpha + h.age) ** -(r + h.x) * (beta + h.age) ** -s
        # Where α and β are far apart the series may take minutes; where they are close it is the faster.
        near = 2 * (min(alpha, beta) + h.recency) > max(alpha, beta) + h.recency
        return alive, s * (self.gone_by_series(h) if near else self.gone_by_integration(h))

    def gone_by_series(self, h: History) -> Number:
        """Return the integral of (α+τ)^-(r+x) (β+τ)^-(s+1) over τ from t_x to T (2005, eq. 17 and 18)."""
        return self.tail(h.x, h.recency) - self.tail(h.x, h.age)

    def tail(self, x: int, start: float) -> Number:
        """Return that integral from `start` on, after Euler's transformation: a series of positive terms."""
        r, alpha, s, beta = map(mp.mpf, (self.r, self.alpha, self.s, self.beta))
        k, late, soon = r + x, start + max(alpha, beta), start + min(alpha, beta)
        # The transformation takes the exponent of the smaller sum out of 2F1.
        own = s + 1 if beta < alpha else k
        series = mp.hyp2f1(1, k + s + 1 - own, k + s + 1, 1 - soon / late)
        return late ** -(k + s) * (late / soon) ** (own - 1) * series / (k + s)

    def gone_by_integration(self, h: History) -> Number:
        """Return the same integral as a sum over panels."""
        r, alpha, s, beta = map(mp.mpf, (self.r, self.alpha, self.s, self.beta))
        scale, lasting = alpha + h.recency, beta + h.recency
        front = scale ** -(r + h.x) * lasting ** -(s + 1)
        changes = 1 / ((r + h.x) / scale + (s + 1) / lasting)
        return front * integral(
            lambda tau: (1 + tau / scale) ** -(r + h.x) * (1 + tau / lasting) ** -(s + 1),
            mp.mpf(h.age) - h.recency,
            min(scale, lasting, changes),
        )

    def log_likelihood(self, h: History) -> Number:
        """Return log L(x, t_x, T)."""
        r, alpha, s, beta = map(mp.mpf, (self.r, self.alpha, self.s, self.beta))
        common = mp.loggamma(r + h.x) - mp.loggamma(r) + r * mp.log(alpha) + s * mp.log(beta)
        return common + mp.log(sum(self.parts(h)))

    def probability_alive(self, h: History) -> Number:
        """Return P(alive at T)."""
        alive, gone = self.parts(h)
        return alive / (alive + gone)

    def expected_purchases(self, h: History, t: float) -> Number:
        """Return the expected purchases in (T, T + t] (2005, eq. 41)."""
        r, alpha, s, beta = map(mp.mpf, (self.r, self.alpha, self.s, self.beta))
        s, lasting = s * (1 + BESIDE), beta + h.age
        living = (r + h.x) * lasting / ((alpha + h.age) * (s - 1)) * (1 - (lasting / (lasting + t)) ** (s - 1))
        return self.probability_alive(h) * living

    def purchases_pmf(self, h: History, t: float, n: int) -> Number:
        """Return P(n purchases in (T, T + t]): of who stays all of t, and of who leaves at τ (2014, section 2)."""
        r, alpha, s, beta = map(mp.mpf, (self.r, self.alpha, self.s, self.beta))
        k, scale, lasting, alive = r + h.x, alpha + h.age, beta + h.age, self.probability_alive(h)

        leaves = integral(
            lambda tau: s / lasting * (1 + tau / lasting) ** -(s + 1) * negative_binomial(k, scale, tau, n),
            mp.mpf(t),
            min(scale / (k + n), lasting / (s + 1), mp.mpf(t)),
        )
        stays = (lasting / (lasting + t)) ** s * negative_binomial(k, scale, t, n)
        return (1 - alive if n == 0 else 0) + alive * (stays + leaves)


@dataclass(frozen=True)
class NBD:
    """NBD: nobody leaves."""

    r: float
    alpha: float

    def log_likelihood(self, h: History) -> Number:
        """Return log L(x, t_x, T) (Ehrenberg 1959; the times of x purchases are uniform and say nothing)."""
        r, alpha = mp.mpf(self.r), mp.mpf(self.alpha)
        rising = mp.loggamma(r + h.x) - mp.loggamma(r)
        return rising + r * mp.log(alpha / (alpha + h.age)) - h.x * mp.log(alpha + h.age)

    def probability_alive(self, h: History) -> Number:
        """Return 1."""
        return mp.mpf(1)

    def expected_purchases(self, h: History, t: float) -> Number:
        """Return the expected purchases in (T, T + t]."""
        return (mp.mpf(self.r) + h.x) * t / (mp.mpf(self.alpha) + h.age)

    def purchases_pmf(self, h: History, t: float, n: int) -> Number:
        """Return P(n purchases in (T, T + t])."""
        return negative_binomial(mp.mpf(self.r) + h.x, mp.mpf(self.alpha) + h.age, mp.mpf(t), n)
