"""How sure a difference between two forecasts is: the same customers drawn again, for both.

A paired bootstrap over customers (Efron & Tibshirani 1993, section 8): each draw takes n of the n customers with
replacement and measures both forecasts on them; the middle 95 % of the differences is the interval.

A draw is how many times w_i each customer was taken. Means and the areas of Gini are sums with these weights. Somers' D
is a ratio of sums over pairs, w'Cw / w'Uw with C the concordance of two customers and U whether their outcomes
differ; with w = 1 + δ these are taken to first order (Hájek 1968),

    w'Cw = 1'C1 + 2 δ'C1 + O(1/n),                                                         (1)

because each draw anew over all pairs of 20,000 customers would take hours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from regulars.models.histories import Floats
from regulars.valuation.backtest.ranking import gini, somers

DRAWS = 1_000
INTERVAL = (0.025, 0.975)
# Draws, and customers in a table of pairs, held at a time.
BLOCK = 50
PAIRS = 256


@dataclass(frozen=True, eq=False)
class Forecasted:
    """What a measure needs of one forecast, per customer: the mean and the CRPS."""

    mean: Floats
    scores: Floats


# The measure on every draw, given how many times each customer was taken, shape (draws, customers).
OnDraws = Callable[[Floats], Floats]


@dataclass(frozen=True)
class Measure:
    """A measure of a forecast against what happened, None where undefined, and the same on draws of customers.

    `sign` is 1 where more is better.
    """

    name: str
    sign: int
    of: Callable[[Forecasted, Floats], float | None]
    on_draws: Callable[[Forecasted, Floats], OnDraws]


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


def difference(
    measure: Measure, one: Forecasted, other: Forecasted, actual: Floats, *, seed: int, draws: int = DRAWS
) -> Difference | None:
    """Return how much better `one` is than `other` for the customers with the outcomes `actual`; None if undefined."""
    ours, theirs = measure.of(one, actual), measure.of(other, actual)
    if ours is None or theirs is None:
        return None
    first, second = measure.on_draws(one, actual), measure.on_draws(other, actual)
    gaps = [measure.sign * (first(taken) - second(taken)) for taken in _taken(actual.size, draws, seed)]
    low, high = np.quantile(np.concatenate(gaps), INTERVAL)
    return Difference(measure.sign * (ours - theirs), float(low), float(high))


def _taken(customers: int, draws: int, seed: int) -> Iterator[Floats]:
    """Yield blocks of draws: how many times each customer was taken."""
    rng = np.random.default_rng(seed)
    chance = np.full(customers, 1.0 / customers)
    for start in range(0, draws, BLOCK):
        yield rng.multinomial(customers, chance, size=min(BLOCK, draws - start)).astype(np.float64)


def _rmse(one: Forecasted, actual: Floats) -> float:
    return float(np.sqrt(np.mean((one.mean - actual) ** 2)))


def _crps_on_draws(one: Forecasted, actual: Floats) -> OnDraws:
    return lambda taken: taken @ one.scores / actual.size


def _rmse_on_draws(one: Forecasted, actual: Floats) -> OnDraws:
    squares = (one.mean - actual) ** 2
    return lambda taken: np.sqrt(taken @ squares / actual.size)


def _gini_on_draws(one: Forecasted, actual: Floats) -> OnDraws:
    ours, best = _area_on_draws(one.mean, actual), _area_on_draws(actual, actual)
    return lambda taken: ours(taken) / best(taken)


def _area_on_draws(order_by: Floats, actual: Floats) -> OnDraws:
    """Return the area between the concentration curve in the order of `order_by` and the diagonal; ties share."""
    order = np.argsort(-order_by, kind="stable")
    starts = np.flatnonzero(np.diff(order_by[order], prepend=np.inf))

    def on_draws(taken: Floats) -> Floats:
        ordered = taken[:, order]
        x, y = (_cumulated(np.add.reduceat(part, starts, axis=1)) for part in (ordered, ordered * actual[order]))
        return np.asarray(((y[:, 1:] + y[:, :-1]) / 2.0 * np.diff(x, axis=1)).sum(axis=1) - 0.5)

    return on_draws


def _cumulated(parts: Floats) -> Floats:
    """Return the cumulated shares of each row, from 0."""
    total = np.cumsum(parts, axis=1)
    return np.concatenate([np.zeros((len(parts), 1)), total / total[:, -1:]], axis=1)


def _somers_on_draws(one: Forecasted, actual: Floats) -> OnDraws:
    concordant, unequal = _pairs(one.mean, actual)

    def on_draws(taken: Floats) -> Floats:
        above, below = (part.sum() + 2.0 * (taken - 1.0) @ part for part in (concordant, unequal))
        return np.asarray((1.0 + above / below) / 2.0)

    return on_draws


def _pairs(mean: Floats, actual: Floats) -> tuple[Floats, Floats]:
    """Return each customer's concordant less discordant pairs, and the pairs with unequal outcomes."""
    forecast, outcome = (np.unique(values, return_inverse=True)[1].astype(np.int32) for values in (mean, actual))
    concordant, unequal = np.empty(actual.size), np.empty(actual.size)
    for start in range(0, actual.size, PAIRS):
        rows = slice(start, start + PAIRS)
        order = np.sign(outcome[rows, None] - outcome).astype(np.int8)
        concordant[rows] = (np.sign(forecast[rows, None] - forecast).astype(np.int8) * order).sum(axis=1)
        unequal[rows] = np.count_nonzero(order, axis=1)
    return concordant, unequal


MEASURES: tuple[Measure, ...] = (
    Measure("CRPS", -1, lambda one, _: float(one.scores.mean()), _crps_on_draws),
    Measure("RMSE", -1, _rmse, _rmse_on_draws),
    Measure("Gini", 1, lambda one, actual: gini(one.mean, actual), _gini_on_draws),
    Measure("Somers’ D", 1, lambda one, actual: somers(one.mean, actual), _somers_on_draws),
)
