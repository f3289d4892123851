"""How sure a difference between two forecasts is: the same customers drawn again, for both.

A paired bootstrap over customers (Efron & Tibshirani 1993, section 8): each draw takes n of the n customers with
replacement and measures both forecasts on them; the middle 95 % of the differences is the interval.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from regulars.models.histories import Floats
from regulars.valuation.backtest.ranking import gini, somers

DRAWS = 1_000
INTERVAL = (0.025, 0.975)


@dataclass(frozen=True, eq=False)
class Forecasted:
    """What a measure needs of one forecast, per customer: the mean and the CRPS."""

    mean: Floats
    scores: Floats


@dataclass(frozen=True)
class Measure:
    """A measure of a forecast against what happened, None where undefined; `sign` is 1 where more is better."""

    name: str
    sign: int
    of: Callable[[Forecasted, Floats], float | None]


@dataclass(frozen=True)
class Difference:
    """How much better the first forecast is than the second, by one measure, with its interval."""

    better: float
    low: float
    high: float

    @property
    def worse(self) -> bool:
        """Whether the first is worse beyond chance."""
        return self.high < 0.0


def crps(one: Forecasted, actual: Floats) -> float:
    """Return the mean score."""
    return float(one.scores.mean())


def rmse(one: Forecasted, actual: Floats) -> float:
    """Return the root mean square error of the mean."""
    return float(np.sqrt(np.mean((one.mean - actual) ** 2)))


MEASURES: tuple[Measure, ...] = (
    Measure("CRPS", -1, crps),
    Measure("RMSE", -1, rmse),
    Measure("Gini", 1, lambda one, actual: gini(one.mean, actual)),
    Measure("Somers’ D", 1, lambda one, actual: somers(one.mean, actual)),
)


def difference(
    measure: Measure, one: Forecasted, other: Forecasted, actual: Floats, *, seed: int, draws: int = DRAWS
) -> Difference | None:
    """Return how much better `one` is than `other` for the customers with the outcomes `actual`; None if undefined."""
    whole = _better(measure, one, other, actual)
    if whole is None:
        return None
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        rows = rng.integers(0, actual.size, actual.size)
        better = _better(measure, _take(one, rows), _take(other, rows), actual[rows])
        if better is not None:
            found.append(better)
    low, high = np.quantile(found, INTERVAL)
    return Difference(whole, float(low), float(high))


def _better(measure: Measure, one: Forecasted, other: Forecasted, actual: Floats) -> float | None:
    ours, theirs = measure.of(one, actual), measure.of(other, actual)
    return None if ours is None or theirs is None else measure.sign * (ours - theirs)


def _take(one: Forecasted, rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Forecasted:
    return Forecasted(one.mean[rows], one.scores[rows])
