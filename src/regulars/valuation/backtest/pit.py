"""Whether a forecast's distributions are right: its probability integral transforms, overall and by thirds.

The transform of an outcome is uniform where the forecast is right, randomised where the forecast has atoms. The largest
distance of n transforms from the uniform law stays below 1.36/√n in 95 of 100 samples (Kolmogorov 1933), so the
bound allows that much beside an error of 0.03. Being right on average over all customers is not enough: the
same must hold among those with a low, a middling and a high forecast.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from regulars.models.histories import Floats, Integers
from regulars.valuation.backtest.forecast import LEVELS

ALLOWED = 0.03
CHANCE = 1.36
THIRDS = 3
# Sets the lots apart from the numbers that transforms are randomised with, which may come from the same seed.
LOTS = 1


@dataclass(frozen=True)
class PitGap:
    """The distance from uniform of the transforms of `customers` customers, beside what is allowed of so many."""

    customers: int
    gap: float

    @property
    def bound(self) -> float:
        """The largest distance allowed."""
        return bound(self.customers)

    @property
    def holds(self) -> bool:
        """Whether the distance is within the bound."""
        return self.gap <= self.bound


def bound(customers: int) -> float:
    """Return 0.03 + 1.36/√n, what a right forecast of n customers stays below in 95 of 100 cases or more.

    >>> round(bound(2_357), 3)
    0.058
    """
    return ALLOWED + CHANCE / math.sqrt(customers)


def overall(pit: Floats) -> PitGap:
    """Return the gap over all customers."""
    return PitGap(pit.size, gap(pit))


def by_thirds(pit: Floats, mean: Floats, *, seed: int) -> tuple[PitGap, ...]:
    """Return the gaps in the thirds of the predicted mean, lowest first; none where a mean does not exist.

    Customers with equal means fall to the sides of a border by lot, so that no third is a choice of cohorts.
    """
    if not np.isfinite(mean).all() or mean.size < THIRDS:
        return ()
    return tuple(overall(pit[rows]) for rows in np.array_split(order_by_lot(mean, seed), THIRDS))


def order_by_lot(mean: Floats, seed: int) -> Integers:
    """Return the order of the means, lowest first, equal ones among each other by lot."""
    lot = np.random.default_rng((seed, LOTS)).permutation(mean.size)
    return lot[np.argsort(mean[lot], kind="stable")]


def transforms(quantile: Floats, outcome: Floats, rng: np.random.Generator) -> Floats:
    """Return a number that is uniform where the forecast is right: F(y-) + U·(F(y) - F(y-)).

    F lies between the levels around y; an outcome equal to some quantiles has an atom over their levels.
    """
    edges = np.concatenate([np.zeros(1), (np.arange(len(LEVELS) - 1) + 1.0) / len(LEVELS), np.ones(1)])
    below = (quantile < outcome[:, None]).sum(axis=1)
    upto = (quantile <= outcome[:, None]).sum(axis=1)
    atom = upto > below
    middles = np.concatenate([np.zeros(1), LEVELS, np.ones(1)])
    low = np.where(atom, edges[below], middles[below])
    high = np.where(atom, edges[upto], middles[below + 1])
    return low + rng.random(outcome.size) * (high - low)


def gap(pit: Floats) -> float:
    """Return the largest distance of the distribution of the transforms from the uniform one."""
    ordered, size = np.sort(pit), pit.size
    steps = np.arange(size + 1) / size
    return float(max(np.abs(ordered - steps[1:]).max(), np.abs(ordered - steps[:-1]).max()))
