"""The future of a customer who buys at opportunities, while there: a beta chance of buying, a beta chance of leaving.

A customer alive at the next opportunity, the (n+1)-th, has p ~ Beta(a, b), a = α+x, b = β+n-x, and is there at the
j-th from now with the probability S(j) = B(γ, δ+n+j)/B(γ, δ+n+1). With m opportunities ahead

    E[N]     = a/(a+b) Σ_{j=1}^m S(j)                                                      (1)
    P(N = k) = S(m) BB(k; m) + Σ_{i=1}^{m-1} (S(i) - S(i+1)) BB(k; i)                      (2)
    Σ_{j>=1} v^j a/(a+b) S(j) = a/(a+b) v 2F1(1, δ+n+1; γ+δ+n+1; v)                        (3)

where BB(k; i) = C(i, k) B(a+k, b+i-k)/B(a, b) is the beta-binomial and v = e^(-rate) the discount per opportunity.

Fader, Hardie & Shang (2010), Marketing Science 29(6), eq. 8, 13 and 14 for a customer who is alive.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import special

from regulars.models.branches import Living
from regulars.models.histories import Integers
from regulars.models.lives import Floats, Turns
from regulars.models.opportunities import passed, whole

# e^-40 of what is lost by stopping a continued fraction is below rounding.
SIXTEEN_DIGITS = 40.0


@dataclass(frozen=True)
class LivingInTurns(Living):
    """The future of customers alive at their next opportunity, at the parameters of BG/BB."""

    alpha: float
    beta: float
    gamma: float
    delta: float

    @property
    def time_scale(self) -> float:
        """The shortest number of opportunities on which predictions change with n."""
        return min(self.alpha + self.beta, self.delta)

    def pace(self, x: float, age: float) -> tuple[float, float]:
        """Return a gamma law around two purchases at each opportunity, which nobody can exceed."""
        return 2e6, 1e6

    def purchases(self, x: Floats, age: Floats, t: float | Floats) -> Floats:
        """Return (1); of an array of times, the opportunities that have passed by then count."""
        ahead = passed(t) if isinstance(t, np.ndarray) and t.ndim else np.full(age.shape, float(whole(float(t))))
        total = np.zeros(age.shape)
        for j, stays in self._staying(age, int(ahead.max(initial=0.0))):
            total += np.where(j <= ahead, stays, 0.0)
        return self._chance(x, age) * total

    def pmf(self, x: Floats, age: Floats, t: float, n: Floats) -> Floats:
        """Return (2), shape (histories, len(n))."""
        ahead, number = whole(t), n.astype(np.int64)
        law = _BetaBinomials.of((self.alpha + x)[:, None], (self.beta + age - x)[:, None], ahead)
        pmf = np.zeros((age.size, number.size))
        there = np.ones(age.shape)
        for j, stays in self._staying(age, ahead):
            if j > 1:
                pmf += (there - stays)[:, None] * law.pmf(number, j - 1)
            there = stays
        return pmf + there[:, None] * law.pmf(number, ahead)

    def discounted(self, x: Floats, age: Floats, t: float, rate: float) -> Floats:
        """Return (1) with the j-th opportunity discounted by e^(-rate·j)."""
        total = np.zeros(age.shape)
        for j, stays in self._staying(age, whole(t)):
            total += np.exp(-rate * j) * stays
        return self._chance(x, age) * total

    def residual(self, x: Floats, age: Floats, rate: float) -> Floats:
        """Return (3)."""
        v, left = float(np.exp(-rate)), self.delta + age + 1.0
        return self._chance(x, age) * v * _gauss_fraction(left, self.gamma + left, v)

    def draw(self, x: Floats, age: Floats, rng: np.random.Generator) -> Turns:
        """Return the hidden lives ahead: a chance at each opportunity, and to which opportunity it lasts."""
        chance = rng.beta(self.alpha + x, self.beta + age - x)
        leaves = rng.beta(self.gamma, self.delta + age + 1.0)
        # Surely there at the next one; numpy's geometric wants a chance above zero.
        lasts = rng.geometric(np.maximum(leaves, np.finfo(float).tiny)).astype(np.float64)
        return Turns(chance, lasts, np.full(age.shape, np.inf))

    def _chance(self, x: Floats, age: Floats) -> Floats:
        """Return a/(a+b), the chance of buying at the next opportunity."""
        return (self.alpha + x) / (self.alpha + self.beta + age)

    def _staying(self, age: Floats, ahead: int) -> Iterator[tuple[int, Floats]]:
        """Yield j and S(j) for the opportunities ahead."""
        left, stays = self.delta + age, np.ones(age.shape)
        for j in range(1, ahead + 1):
            yield j, stays
            stays = stays * (left + j) / (self.gamma + left + j)


@dataclass(frozen=True, eq=False)
class _BetaBinomials:
    """Logarithms of rising products of a, b and a+b up to the number of opportunities, per history."""

    yes: Floats
    no: Floats
    either: Floats

    @classmethod
    def of(cls, a: Floats, b: Floats, ahead: int) -> _BetaBinomials:
        steps = np.arange(ahead)
        return cls(*(_rising(np.log(shape + steps)) for shape in (a, b, a + b)))

    def pmf(self, number: Integers, opportunities: int) -> Floats:
        """Return BB(k; i), shape (histories, len(number)); 0 for more purchases than opportunities."""
        possible = number <= opportunities
        k = np.minimum(number, opportunities)
        ways = (
            special.gammaln(opportunities + 1.0) - special.gammaln(k + 1.0) - special.gammaln(opportunities - k + 1.0)
        )
        log_pmf = ways + self.yes[:, k] + self.no[:, opportunities - k] - self.either[:, [opportunities]]
        return np.where(possible, np.exp(log_pmf), 0.0)


def _rising(steps: Floats) -> Floats:
    return np.concatenate([np.zeros((len(steps), 1)), np.cumsum(steps, axis=1)], axis=1)


def _gauss_fraction(b: Floats, c: Floats, v: float) -> Floats:
    """Return 2F1(1, b; c; v) for c > b > 0 and 0 < v < 1 as Gauss's continued fraction (DLMF 15.7.5), all positive.

    Each step wins the factor (1-√(1-v))/(1+√(1-v)); the power series, at a discount per week, needs ten thousand
    terms, and what replaces it near c = b + 1 in scipy loses half of its digits.
    """
    gained = 2.0 * np.arctanh(np.sqrt(-np.expm1(np.log(v))))
    value = np.ones(b.shape)
    for m in range(int(np.ceil(SIXTEEN_DIGITS / gained)), -1, -1):
        value = 1.0 - (m + 1.0) * (c - b + m) / ((c + 2.0 * m) * (c + 2.0 * m + 1.0)) * v / value
        value = 1.0 - (b + m) * (c + m - 1.0) / ((c + 2.0 * m - 1.0) * (c + 2.0 * m)) * v / value
    return 1.0 / value
