"""How customers differ: the laws from which each customer's own pace and readiness to leave are drawn.

Shares between two numbers are what is asked of a law, not densities: where most customers hardly buy,
the density has no bound near 0 and the share below any number is still a share.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy import special

if TYPE_CHECKING:
    from regulars.models.histories import Floats

# Halvings that leave a number between two neighbours in floating point.
HALVINGS = 100


class Law(Protocol):
    """A distribution over numbers of zero or more."""

    @property
    def mean(self) -> float:
        """The mean."""
        ...

    def share_below(self, number: Floats) -> Floats:
        """Return the share of customers at or below each number."""
        ...

    def quantile(self, share: float) -> float:
        """Return the number that this share of the customers is at or below."""
        ...


@dataclass(frozen=True)
class GammaLaw:
    """Gamma(shape, rate), the law of rates per unit of time.

    >>> GammaLaw(1.0, 2.0).mean, round(float(GammaLaw(1.0, 2.0).share_below(np.array(0.5))), 6)
    (0.5, 0.632121)
    """

    shape: float
    rate: float

    @property
    def mean(self) -> float:
        """Return shape / rate."""
        return self.shape / self.rate

    def share_below(self, number: Floats) -> Floats:
        """Return the regularised incomplete gamma function."""
        return np.asarray(special.gammainc(self.shape, self.rate * np.asarray(number)), dtype=np.float64)

    def quantile(self, share: float) -> float:
        """Return the number that this share of the customers is at or below."""
        return float(special.gammaincinv(self.shape, share)) / self.rate

    def exposure(self, time: float) -> float:
        """Return by what a rate is multiplied to give minus the logarithm of not having happened in `time`."""
        return time


@dataclass(frozen=True)
class AgeingLaw(GammaLaw):
    """Gamma(shape, rate), the law of rates at first; each grows by a factor e^(ageing·t) in t.

    >>> AgeingLaw(1.0, 2.0, 0.5).exposure(2.0) == 2.0 * (math.e - 1.0)
    True
    """

    ageing: float

    def exposure(self, time: float) -> float:
        """Return ∫₀ᵗ e^(ageing·u) du; infinite beyond what a number can hold."""
        try:
            return math.expm1(self.ageing * time) / self.ageing
        except OverflowError:
            return math.inf


@dataclass(frozen=True)
class BetaLaw:
    """Beta(a, b), the law of probabilities.

    >>> BetaLaw(1.0, 3.0).mean, float(BetaLaw(1.0, 1.0).share_below(np.array(0.25)))
    (0.25, 0.25)
    """

    a: float
    b: float

    @property
    def mean(self) -> float:
        """Return a / (a + b)."""
        return self.a / (self.a + self.b)

    def share_below(self, number: Floats) -> Floats:
        """Return the regularised incomplete beta function."""
        return np.asarray(special.betainc(self.a, self.b, np.clip(number, 0.0, 1.0)), dtype=np.float64)

    def quantile(self, share: float) -> float:
        """Return the number that this share of the customers is at or below."""
        return float(special.betaincinv(self.a, self.b, share))


@dataclass(frozen=True)
class MixedLaw:
    """Several laws, each for a share of the customers.

    >>> law = MixedLaw((BetaLaw(1.0, 1.0), BetaLaw(1.0, 3.0)), (0.5, 0.5))
    >>> law.mean, round(float(law.share_below(np.array(law.quantile(0.3)))), 9)
    (0.375, 0.3)
    """

    laws: tuple[Law, ...]
    weights: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Return the mean of all customers together."""
        return sum(weight * law.mean for weight, law in zip(self.weights, self.laws, strict=True))

    def share_below(self, number: Floats) -> Floats:
        """Return the share of all customers at or below each number."""
        shares = np.zeros(np.shape(number))
        for weight, law in zip(self.weights, self.laws, strict=True):
            shares = shares + weight * law.share_below(number)
        return shares

    def quantile(self, share: float) -> float:
        """Return the number that this share of all customers is at or below, by bisection between the laws' own."""
        own = [law.quantile(share) for law in self.laws]
        low, high = min(own), max(own)
        for _ in range(HALVINGS):
            middle = (low + high) / 2.0
            low, high = (middle, high) if float(self.share_below(np.array(middle))) < share else (low, middle)
        return high
