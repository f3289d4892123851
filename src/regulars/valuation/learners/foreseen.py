"""What new customers will be worth, told early, and how well the same was told one window before.

What is said today of those who are new is a promise. So the same learner is asked one window earlier, of those who were
new then, with what was known then; their windows have all ended since.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np

from regulars.engines.base import Engine
from regulars.errors import NotApplicable
from regulars.models.histories import Floats
from regulars.valuation.backtest.baselines import Both
from regulars.valuation.backtest.forecast import Forecast, Spread, empirical
from regulars.valuation.backtest.measures import Measures, measured
from regulars.valuation.features.feature import AsOf
from regulars.valuation.learners.early import NewCustomers, early_rows, new_customers
from regulars.valuation.learners.learn import hurdle


@dataclass(frozen=True, eq=False)
class Check:
    """How well the new customers of one window before were told: their measures.

    `skill` is 1 - CRPS over that of what customers of the same age had done before; None where that was 0.
    """

    measures: Measures
    skill: float | None


@dataclass(frozen=True, eq=False)
class Foreseen:
    """The new customers, known by their first `first_days` days, and what each is expected to bring on average.

    It comes in the `window` days after the first days. `check` is None where nothing could be checked, with the reason.
    """

    first_days: int
    window: int
    customers: int
    expected: float
    check: Check | None
    reason: str = ""


def foreseen(engine: Engine, as_of: AsOf, first_days: int, *, has_money: bool, seed: int) -> Foreseen:
    """Return what is expected of the new customers as of an origin, and how well it was told one window before.

    It is their value, or their purchases where there is no money. Raises what `new_customers` raises.
    """
    new = new_customers(engine, as_of, first_days, seed=seed)
    mean = _asked(hurdle(new.lesson, has_money=has_money, seed=seed), has_money=has_money).mean
    try:
        check, reason = _check(engine, as_of, first_days, has_money=has_money, seed=seed), ""
    except NotApplicable as cause:
        check, reason = None, str(cause)
    return Foreseen(first_days, as_of.window, mean.size, float(mean.mean()), check, reason)


def _check(engine: Engine, as_of: AsOf, first_days: int, *, has_money: bool, seed: int) -> Check:
    then = replace(as_of, origin=as_of.origin - dt.timedelta(days=as_of.window))
    new = new_customers(engine, then, first_days, seed=seed)
    said = _asked(hurdle(new.lesson, has_money=has_money, seed=seed), has_money=has_money)
    actual = _since(engine, as_of, first_days, has_money=has_money)
    found, beside = (measured(one, actual, seed=seed) for one in (said, _as_before(new, has_money=has_money)))
    return Check(found, 1.0 - found.crps / beside.crps if beside.crps > 0.0 else None)


def _since(engine: Engine, as_of: AsOf, first_days: int, *, has_money: bool) -> Floats:
    """Return what those who were new one window earlier did since, in the order of `customer_id`."""
    rows = early_rows(engine, as_of, first_days)
    since = rows["age"] - first_days
    new_then = (since >= as_of.window) & (since < 2 * as_of.window)
    actual: Floats = rows["value" if has_money else "purchases"][new_then]
    return actual


def _as_before(new: NewCustomers, *, has_money: bool) -> Forecast:
    outcomes = new.lesson.outcomes.value if has_money else new.lesson.outcomes.purchases
    customers = new.lesson.now.rows
    return Forecast(np.full(customers, outcomes.mean()), Spread.same(empirical(outcomes), customers, outcomes.var()))


def _asked(both: Both, *, has_money: bool) -> Forecast:
    return both.value if has_money else both.purchases
