"""A forecast of one thing for every customer: a mean, and a distribution as quantiles at fixed levels.

Every contender is written in this form, so that all are measured alike: a model by its quantiles, a baseline that is
a bare number by that number at every level.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from regulars.models.histories import Floats, Integers

# The middles of 25 equally likely bands; 0.1, 0.5 and 0.9 are among them.
LEVELS: tuple[float, ...] = tuple((2 * place + 1) / 50 for place in range(25))


@dataclass(frozen=True, eq=False)
class Spread:
    """Quantiles per customer: `multiples` (distinct rows, levels) times the customer's `scale`.

    `squares` is the variance of the law behind each row, in squares of the scale and infinite where it has none; None
    where nothing but the levels is known of it.
    """

    multiples: Floats | NDArray[np.float32]
    row: Integers
    scale: Floats
    squares: Floats | None = None

    def of(self, customers: slice) -> Floats:
        """Return the quantiles of some customers, shape (customers, levels)."""
        quantiles: Floats = self.multiples[self.row[customers]] * self.scale[customers, None]
        return quantiles

    def take(self, customers: Integers) -> Spread:
        """Return the spread of some customers."""
        return Spread(self.multiples, self.row[customers], self.scale[customers], self.squares)

    def variance(self) -> Floats:
        """Return the variance of each customer's law, infinite where it has none, else as far as the levels show it."""
        squares = self.multiples.var(axis=1, dtype=np.float64) if self.squares is None else self.squares
        return np.asarray(squares[self.row] * self.scale**2)

    def least_variance(self) -> Floats:
        """Return the variance of each customer's law; where that is infinite, as much as the levels show of it."""
        if self.squares is None or np.isfinite(self.squares).all():
            return self.variance()
        shown = np.where(np.isfinite(self.squares), self.squares, self.multiples.var(axis=1, dtype=np.float64))
        return replace(self, squares=shown).variance()

    @classmethod
    def same(cls, quantiles: Floats, customers: int, variance: float | None = None) -> Spread:
        """Return the spread in which every customer has the same quantiles, and the same variance where it is known."""
        squares = None if variance is None else np.array([variance])
        return cls(quantiles[None, :], np.zeros(customers, dtype=np.int64), np.ones(customers), squares)

    @classmethod
    def points(cls, numbers: Floats) -> Spread:
        """Return the spread of bare numbers: all of the probability at one point."""
        return cls(np.ones((1, len(LEVELS))), np.zeros(numbers.size, dtype=np.int64), numbers, np.zeros(1))


@dataclass(frozen=True, eq=False)
class Forecast:
    """The mean of each customer (NaN where it does not exist) and the spread around it.

    `chance` is that of more than nothing, where it is known more exactly than the levels of the spread tell.
    """

    mean: Floats
    spread: Spread
    chance: Floats | None = None

    def take(self, customers: Integers) -> Forecast:
        """Return the forecast of some customers."""
        chance = None if self.chance is None else self.chance[customers]
        return Forecast(self.mean[customers], self.spread.take(customers), chance)

    @classmethod
    def point(cls, numbers: Floats) -> Forecast:
        """Return the forecast that is a bare number per customer."""
        return cls(numbers, Spread.points(numbers))


def empirical(outcomes: Floats) -> Floats:
    """Return the quantiles of what happened, at the levels of every forecast."""
    return np.quantile(outcomes, LEVELS, method="inverted_cdf")
