"""How often a customer buys, as spend may depend on it: a rate drawn towards everybody's, from two moments.

Of customers with x repeat purchases in T days, whose rates λ have mean m and variance v, E[x] = mT and
E[(x - mT)²] = mT + vT². Summed over customers these give

    m = Σx / ΣT,   v = (Σ(x - mT)² - Σx) / ΣT²,   r = m²/v,   α = m/v                     (1)

and (x + r)/(T + α) is the mean of a customer's rate given x and T where rates are gamma (Ehrenberg 1959).
The logarithm of it, less its mean over the customers, is

    f(x, T) = log((x + r)/(T + α)) - c                                                    (2)

Ehrenberg (1959), The Pattern of Consumer Purchases, Applied Statistics 8(1).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.errors import NotApplicable
from regulars.models.histories import Floats


@dataclass(frozen=True)
class PurchaseRate:
    """The law of rates over customers, r and α of (1), and c of (2), for times in days.

    >>> rate = PurchaseRate.of(np.array([0.0, 1.0, 9.0]), np.array([90.0, 90.0, 90.0]), np.array([50.0, 30.0, 20.0]))
    >>> rate.relative(np.array([0.0, 9.0]), np.array([90.0, 90.0])).round(2).tolist()
    [-0.97, 2.1]
    """

    r: float
    alpha: float
    centre: float

    @classmethod
    def of(cls, frequency: Floats, age: Floats, count: Floats) -> PurchaseRate:
        """Return (1) and (2) of customers; raises `NotApplicable` where rates do not differ more than by chance."""
        bought, lived = float(count @ frequency), float(count @ age)
        mean = bought / lived if lived > 0.0 else 0.0
        if mean <= 0.0:
            raise NotApplicable("spend cannot be set against the purchase rate: nobody has bought again")
        variance = (float(count @ (frequency - mean * age) ** 2) - bought) / float(count @ age**2)
        if variance <= 0.0:
            raise NotApplicable("customers do not differ in how often they buy, so spend cannot go with it")
        r, alpha = mean**2 / variance, mean / variance
        logs = np.log((frequency + r) / (age + alpha))
        return cls(r, alpha, float(count @ logs / count.sum()))

    def relative(self, frequency: Floats, age: Floats) -> Floats:
        """Return (2) per customer."""
        found: Floats = np.log((frequency + self.r) / (age + self.alpha)) - self.centre
        return found
