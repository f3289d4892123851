"""BG/BB: Fader, Hardie & Shang (2010)."""

from __future__ import annotations

from dataclasses import dataclass

from reference.digits import History, Number, mp


@dataclass(frozen=True)
class BGBB:
    """BG/BB (Fader, Hardie & Shang 2010): every way to leave is a term, with p and θ integrated out."""

    alpha: float
    beta: float
    gamma: float
    delta: float

    def part(self, bought: int, at: int, left: int, stayed: int) -> Number:
        """Return E[p^bought (1-p)^(at-bought) θ^left (1-θ)^stayed]."""
        alpha, beta, gamma, delta = map(mp.mpf, (self.alpha, self.beta, self.gamma, self.delta))
        buys = mp.beta(alpha + bought, beta + at - bought) / mp.beta(alpha, beta)
        return buys * mp.beta(gamma + left, delta + stayed) / mp.beta(gamma, delta)

    def gone(self, h: History) -> Number:
        """Return the likelihood of having left before the last opportunity."""
        return mp.fsum(self.part(h.x, j, 1, j) for j in range(int(h.recency), int(h.age)))

    def likelihood(self, h: History) -> Number:
        """Return the probability of one order of x purchases, the last at t_x."""
        return self.part(h.x, int(h.age), 0, int(h.age)) + self.gone(h)

    def log_likelihood(self, h: History) -> Number:
        """Return log L(x, t_x, n)."""
        return mp.log(self.likelihood(h))

    def probability_alive(self, h: History) -> Number:
        """Return P(there at the next opportunity)."""
        return self.part(h.x, int(h.age), 0, int(h.age) + 1) / self.likelihood(h)

    def expected_purchases(self, h: History, t: float) -> Number:
        """Return the expected purchases at the next t opportunities: there and buying, one after the other."""
        n = int(h.age)
        return mp.fsum(self.part(h.x + 1, n + 1, 0, n + j) for j in range(1, int(t) + 1)) / self.likelihood(h)

    def purchases_pmf(self, h: History, t: float, n: int) -> Number:
        """Return P(n purchases at the next t opportunities), by how many of them the customer is there for."""
        seen, ahead = int(h.age), int(t)
        total = self.gone(h) if n == 0 else mp.mpf(0)
        for lived in range(n, ahead + 1):
            left = 0 if lived == ahead else 1
            total += mp.binomial(lived, n) * self.part(h.x + n, seen + lived, left, seen + lived)
        return total / self.likelihood(h)
