"""What each origin shows of customers' own paces: over half a window, one, and two where what came is known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import numpy as np

from regulars.models.count_moments import count_moments
from regulars.models.histories import Floats
from regulars.periods import days
from regulars.valuation.backtest.as_known import AsKnown
from regulars.valuation.backtest.blend import some_of
from regulars.valuation.backtest.league import Round
from regulars.valuation.backtest.rule import Rule
from regulars.valuation.backtest.wandering import Look, Wandering, age_of, look_at, wandering

# Shorter looks would be days on which most customers do nothing.
FEWEST_DAYS = 7


def wandering_of(rule: Rule, rounds: Sequence[Round], first: int) -> Wandering:
    """Return how customers' own paces wandered beyond what the models of a rule say, at the origins from `first` on.

    Nothing after the window of the origin at `first` is looked at.
    """
    if not rule.models:
        return Wandering()
    until = rounds[first].past.now.origin + dt.timedelta(days=rounds[first].past.now.window)
    origins = [_looks(rule, one.past.now, place, until) for place, one in enumerate(rounds[first:], start=first)]
    return wandering([looks for looks in map(list, origins) if looks])


def _looks(rule: Rule, now: AsKnown, place: int, until: dt.date) -> Iterator[Look]:
    fit = rule.ahead(rule.fit_at(place))
    histories, _, row = now.histories(fit.unit)
    customers = some_of(now.customers)
    kept, row = np.unique(row[customers], return_inverse=True)
    some, age = histories.take(kept), age_of(histories)
    for length, bought in _outcomes(now, until):
        mean, squared = count_moments(fit, some, days(length))
        look = look_at(mean[row], (squared - mean**2)[row], bought[customers], age=age, days=length)
        if look is not None:
            yield look


def _outcomes(now: AsKnown, until: dt.date) -> Iterator[tuple[int, Floats]]:
    """Yield numbers of days from the origin, and what each customer bought in them."""
    if now.purchases_soon is not None and now.window // 2 >= FEWEST_DAYS:
        yield now.window // 2, now.purchases_soon
    yield now.window, now.purchases_later
    if now.purchases_twice is not None and now.origin + dt.timedelta(days=2 * now.window) <= until:
        yield 2 * now.window, now.purchases_twice
