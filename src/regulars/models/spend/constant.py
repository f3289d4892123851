"""Constant spend: every purchase is worth the same, so value is the number of purchases times the price.

It stands in where there is nothing to estimate: a shop with one price, whose spend likelihood has
no maximum, and data without money, where the value of a purchase is one purchase.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from regulars.models.certificate import Certificate, Finding
from regulars.models.histories import Floats
from regulars.models.purchase_counts import Mixed, PurchaseCounts


@dataclass(frozen=True, eq=False)
class ConstantSpend:
    """Every purchase is worth `price`.

    >>> ConstantSpend(9.99).mean_factor(np.array([0.0, 3.0])).tolist()
    [1.0, 1.0]
    """

    price: float
    customers: float = 0.0
    because: str = "Every purchase is worth the same: constant spend."
    name: str = "constant"
    title: str = "constant spend"
    log_likelihood: float = 0.0
    standard_errors: dict[str, float] = field(default_factory=dict)
    covariance: Floats = field(default_factory=lambda: np.zeros((1, 1)))
    assumptions: ClassVar[tuple[str, ...]] = (
        "Every purchase is worth the same, today and later. A changed price changes every value with it.",
    )

    @property
    def params(self) -> dict[str, float]:
        """The price of a purchase."""
        return {"price": self.price}

    @property
    def certificate(self) -> Certificate:
        """Why spend is constant."""
        return Certificate((Finding("constant spend", "note", self.because, self.price),))

    @property
    def point(self) -> Floats:
        """The logarithm of the price."""
        return np.log([self.price])

    @property
    def slope(self) -> float:
        """0: what was seen says nothing more."""
        return 0.0

    def intercept(self, frequency: Floats, age: Floats) -> Floats:
        """Return the price, whoever the customer is."""
        return np.full(frequency.shape, self.price)

    def statistic(self, n_obs: Floats, mean: Floats) -> Floats:
        """Return the sum of the observed values, which says nothing here."""
        return n_obs * np.where(n_obs > 0.0, mean, 0.0)

    def mean_factor(self, n_obs: Floats) -> Floats:
        """Return 1: a purchase is worth the price."""
        return np.ones(n_obs.shape)

    def square_factors(self, n_obs: Floats) -> tuple[Floats, Floats]:
        """Return 1 and 0: M is the number of purchases."""
        return np.ones(n_obs.shape), np.zeros(n_obs.shape)

    def mean_factor_at(self, point: Floats, n_obs: Floats, frequency: Floats, age: Floats) -> tuple[Floats, Floats]:
        """Return the price and 1."""
        return self.intercept(frequency, age), np.ones(n_obs.shape)

    def quantiles(self, counts: PurchaseCounts, n_obs: float, rows: Mixed, level: Floats) -> Floats:
        """Return the smallest number of purchases whose distribution function reaches `level`."""
        upto = np.triu(np.ones((counts.number.size, counts.number.size)))
        reached = np.column_stack([counts.none, counts.none[:, None] + counts.average(upto)])
        number = np.concatenate([np.zeros(1), counts.number])
        # The last count closes the distribution, whatever rounding left of it: a number above any level.
        reached[:, -1] = 2.0
        low, high = np.zeros(level.shape, dtype=np.int64), np.full(level.shape, number.size - 1)
        while (low < high).any():
            middle = (low + high) // 2
            enough = rows.of(reached, middle) >= level
            high, low = np.where(enough, middle, high), np.where(enough, low, middle + 1)
        return number[low]

    def draw(self, number: Floats, n_obs: Floats, rng: np.random.Generator) -> Floats:
        """Return the purchases themselves: a purchase is worth the price."""
        return number
