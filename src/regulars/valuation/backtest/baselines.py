"""The plain rules that every model has to beat, each with the distribution that follows from it.

Those that rest on other customers look at the window that ended at the origin: what customers known at its
start did in it was known at the origin.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from regulars.models.histories import Floats, Integers
from regulars.valuation.backtest.as_known import AsKnown
from regulars.valuation.backtest.forecast import LEVELS, Forecast, Spread, empirical

GROUPS = 10


@dataclass(frozen=True, eq=False)
class Past:
    """What a baseline may look at: the customers at the origin, and those at the origin one window earlier."""

    now: AsKnown
    earlier: AsKnown


@dataclass(frozen=True, eq=False)
class Both:
    """Forecasts of purchases and of money."""

    purchases: Forecast
    value: Forecast


@dataclass(frozen=True)
class Baseline:
    """A rule with a name."""

    name: str
    title: str
    forecast: Callable[[Past], Both]


def _naive(past: Past) -> Both:
    """Each customer goes on buying at the own rate so far, x/T, at the own mean value."""
    now = past.now
    rate = np.where(now.age > 0, now.frequency / np.maximum(now.age, 1), 0.0) * now.window
    worth = np.where(now.valued > 0, now.value / np.maximum(now.valued, 1), 0.0)
    rates, row = np.unique(rate, return_inverse=True)
    multiples = np.maximum(np.ceil(special.pdtrik(np.array(LEVELS), np.maximum(rates, 1e-12)[:, None])), 0.0)
    multiples[rates == 0.0] = 0.0
    return Both(
        Forecast(rate, Spread(multiples, row, np.ones(rate.size), rates)),
        Forecast(rate * worth, Spread(multiples, row, worth, rates)),
    )


def _repeated(past: Past) -> Both:
    return Both(Forecast.point(past.now.purchases_before), Forecast.point(past.now.value_before))


def _everyone(past: Past) -> Both:
    size = past.now.customers
    return Both(
        *(
            Forecast.point(np.full(size, outcomes.mean()))
            for outcomes in (past.earlier.purchases_later, past.earlier.value_later)
        )
    )


def _climatology(past: Past) -> Both:
    size = past.now.customers
    return Both(
        *(
            Forecast(np.full(size, outcomes.mean()), Spread.same(empirical(outcomes), size, outcomes.var()))
            for outcomes in (past.earlier.purchases_later, past.earlier.value_later)
        )
    )


def _alike(past: Past) -> Both:
    """Each customer does what those in the same tenth by recency, frequency and money did in the window before."""
    before, now = _tenths(past.earlier), _tenths(past.now)
    return Both(
        *(_by_group(outcomes, before, now) for outcomes in (past.earlier.purchases_later, past.earlier.value_later))
    )


def _tenths(known: AsKnown) -> Integers:
    """Return the tenth of each customer by the sum of the ranks of recency, frequency and value; equals share."""
    since = known.age - known.recency
    total = sum(_rank(values) for values in (-since, known.frequency, known.value))
    return np.minimum((_rank(np.asarray(total)) * GROUPS).astype(np.int64), GROUPS - 1)


def _rank(values: Floats | Integers) -> Floats:
    """Return the share of customers below each one, half of the equal ones included."""
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    below = np.cumsum(counts) - counts
    return np.asarray((below + counts / 2.0)[which] / values.size)


def _by_group(outcomes: Floats, before: Integers, now: Integers) -> Forecast:
    """Return the outcomes of each group's members before; of everyone where the group was empty."""
    groups = [outcomes[before == group] for group in range(GROUPS)]
    filled = [group if group.size else outcomes for group in groups]
    mean, variance = (np.array([of(group) for group in filled]) for of in (np.mean, np.var))
    levels = np.stack([empirical(group) for group in filled])
    return Forecast(mean[now], Spread(levels, now, np.ones(now.size), variance))


BASELINES: tuple[Baseline, ...] = (
    Baseline("climatology", "what all customers did in the window before", _climatology),
    Baseline("rfm-tenths", "what customers alike in recency, frequency and money did", _alike),
    Baseline("naive-rate", "each customer's own rate so far", _naive),
    Baseline("last-window", "the same as in the window before", _repeated),
    Baseline("everyone", "the mean of everyone", _everyone),
)
