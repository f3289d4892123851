"""BG/NBD: Fader, Hardie & Lee (2005). MBG/NBD: Batislam, Denizel & Filiztekin (2007)."""

from __future__ import annotations

from dataclasses import dataclass

from reference.digits import History, Number, beta_mean, mp, negative_binomial


@dataclass(frozen=True)
class BetaGeometric:
    """BG/NBD, or MBG/NBD where a customer may leave right after the first purchase too."""

    r: float
    alpha: float
    a: float
    b: float
    leaves_at_first: bool

    def survived(self, h: History) -> int:
        """Count the opportunities to leave that a customer alive at T let pass."""
        return h.x + 1 if self.leaves_at_first else h.x

    def parts(self, h: History) -> tuple[Number, Number]:
        """Return the likelihood's two terms over their common factor: alive at T, and gone since t_x (2005, eq. 6)."""
        r, alpha, a, b = map(mp.mpf, (self.r, self.alpha, self.a, self.b))
        m = self.survived(h)
        alive = (alpha + h.age) ** -(r + h.x) * mp.beta(a, b + m)
        gone = (alpha + h.recency) ** -(r + h.x) * mp.beta(a + 1, b + m - 1) if m else mp.mpf(0)
        return alive, gone

    def log_likelihood(self, h: History) -> Number:
        """Return log L(x, t_x, T)."""
        r, alpha, a, b = map(mp.mpf, (self.r, self.alpha, self.a, self.b))
        common = mp.loggamma(r + h.x) - mp.loggamma(r) + r * mp.log(alpha) - mp.log(mp.beta(a, b))
        return common + mp.log(sum(self.parts(h)))

    def probability_alive(self, h: History) -> Number:
        """Return P(alive at T)."""
        alive, gone = self.parts(h)
        return alive / (alive + gone)

    def expected_purchases(self, h: History, t: float) -> Number:
        """Return the expected purchases in (T, T + t], averaged over the dropout chance p of a living customer.

        Given p they are (1 - (1 + p t/(α+T))^-(r+x))/p, and p ~ Beta(a, b + opportunities survived). mpmath's 2F1
        gives the paper's closed form wrongly, unsaid, for some of the parameters asked about.
        """
        r, alpha, a, b = map(mp.mpf, (self.r, self.alpha, self.a, self.b))
        k, ratio = r + h.x, t / (alpha + h.age)
        if not ratio:
            return mp.mpf(0)
        return self.probability_alive(h) * beta_mean(
            a, b + self.survived(h), lambda p: -mp.expm1(-k * mp.log1p(p * ratio)) / p, k * ratio
        )

    def expected_purchases_by_series(self, h: History, t: float) -> Number:
        """Return the same by the paper's closed form (2005, eq. 10)."""
        r, alpha, a, b = map(mp.mpf, (self.r, self.alpha, self.a, self.b))
        k, c, z = r + h.x, b + self.survived(h), t / (alpha + h.age + t)
        series = (1 - z) ** k * mp.hyp2f1(k, c, a + c - 1, z)
        return self.probability_alive(h) * (a + c - 1) / (a - 1) * (1 - series)

    def purchases_pmf(self, h: History, t: float, n: int) -> Number:
        """Return P(n purchases in (T, T + t]): the paper's P(X(t) = n), eq. 8, for a living customer."""
        r, alpha, a, b = map(mp.mpf, (self.r, self.alpha, self.a, self.b))
        k, c, alive = r + h.x, b + self.survived(h), self.probability_alive(h)
        stays = mp.beta(a, c + n) / mp.beta(a, c)
        if n == 0:
            return 1 - alive + alive * stays * negative_binomial(k, alpha + h.age, t, 0)
        leaves = mp.beta(a + 1, c + n - 1) / mp.beta(a, c)
        fewer = mp.fsum(negative_binomial(k, alpha + h.age, t, j) for j in range(n))
        return alive * (stays * negative_binomial(k, alpha + h.age, t, n) + leaves * (1 - fewer))
