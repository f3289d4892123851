"""A look back: the same model fitted as of an earlier day, held against what customers did since.

It is one origin, not a back-test: it shows whether the model would have been right once.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from regulars.engines.base import Engine
from regulars.errors import NotApplicable
from regulars.models.effects.clock_fit import ClockFit
from regulars.models.fit import Fit
from regulars.models.fitting import refit
from regulars.models.histories import Floats, Histories
from regulars.models.predictions import Predictions, Uncertain
from regulars.periods import Unit, days
from regulars.valuation.calendar import OnCalendar, on_calendar, repeats_of_days
from regulars.valuation.histories import make_purchase_days
from regulars.valuation.valuation import Settings

# Customers with this many repeat purchases at the origin or more are counted together, as in the literature.
LAST = 7
FEWEST_DAYS = 7

# A day after the origin counts as it is known now; one before it as it was known then.
HISTORIES = """
with days as (
    select customer_id, purchase_day from {known_then} where purchase and purchase_day <= $origin
    union all
    select customer_id, purchase_day from record_days where purchase and purchase_day > $origin
),
by_customer as (
    select customer_id,
        min(purchase_day) as first_order,
        max(purchase_day) filter (where purchase_day <= $origin) as last_order,
        count(*) filter (where purchase_day <= $origin) as purchase_days,
        count(*) filter (where purchase_day > $origin) as later
    from days group by customer_id
),
histories as (
    select purchase_days - 1 as frequency, date_diff('day', first_order, last_order) as recency,
        date_diff('day', first_order, $origin::date) as age, later
    from by_customer where purchase_days > 0
)
select frequency, recency, age, count(*) as customers, cast(sum(later) as bigint) as later
from histories group by frequency, recency, age order by frequency, recency, age
"""


@dataclass(frozen=True, eq=False)
class Holdout:
    """Customers first seen by `origin`, by their repeat purchases until then: purchase days in the `days` since.

    `actual` and `expected` are sums over the `customers` of each number; the last number counts all from there on.
    """

    origin: dt.date
    days: int
    customers: Floats
    actual: Floats
    expected: Floats


def look_back(engine: Engine, fit: Uncertain, settings: Settings) -> Holdout:
    """Return the model of `fit`, fitted on what was known one horizon ago, against what happened since.

    The horizon is shortened to a third of the record where that is less. Raises `NotApplicable` where the record
    is too short or nothing could have been learned then. Reads `orders`, `refunds`, `record_days` and `summaries`.
    """
    as_of, keep_zero = settings.as_of, settings.zero_amount == "keep"
    first_day = engine.rows("select min(first_order) from summaries")[0][0]
    length = min(settings.horizon, ((as_of - first_day).days + 1) // 3)
    if length < FEWEST_DAYS:
        raise NotApplicable(f"a third of the record is less than {FEWEST_DAYS} days")
    origin = as_of - dt.timedelta(days=length)
    by_day = any(isinstance(member, ClockFit) for member in fit.members)
    then, later = histories_then(engine, origin, fit.unit, keep_zero=keep_zero, by_day=by_day)
    if not (then.frequency > 0.0).any():
        raise NotApplicable("nobody had bought twice by then")
    refitted = fit.with_members(tuple(_again(member, then) for member in fit.members))
    expected = expected_purchases(refitted, then, length)
    sums = (_by_number(then, values) for values in (then.count, later, then.count * expected))
    return Holdout(origin, length, *sums)


def _again(member: Fit, then: Histories) -> Fit:
    """Return the model of a fit on what was known then; a clock is learned anew, where there was one to learn."""
    if not isinstance(member, ClockFit):
        return refit(member, then)
    return OnCalendar(member.model.plain).fit(then)


def _by_number(histories: Histories, values: Floats) -> Floats:
    number = np.minimum(histories.frequency, LAST).astype(np.int64)
    return np.bincount(number, values, minlength=LAST + 1).astype(np.float64)


def histories_then(
    engine: Engine, origin: dt.date, unit: Unit, *, keep_zero: bool, by_day: bool = False
) -> tuple[Histories, Floats]:
    """Return the distinct histories as of `origin`, and the purchase days since of all customers with each.

    With `by_day` the repeat purchases of each day stand beside the histories, for a clock.
    """
    # Without a refund since, what was known then is what is known now.
    refunded = bool(engine.rows("select count(*) from refunds where refund_date > $origin", {"origin": origin})[0][0])
    if refunded:
        make_purchase_days(engine, origin, keep_zero=keep_zero, table="days_known_then")
    known = "days_known_then" if refunded else "record_days"
    columns = engine.arrays(HISTORIES.format(known_then=known), {"origin": origin})
    repeats = repeats_of_days(engine, known, origin) if by_day else {}
    if refunded:
        engine.execute("drop table days_known_then")
    if not columns["customers"].size:
        raise NotApplicable("there was no customer by then")
    histories = Histories(
        frequency=columns["frequency"],
        recency=columns["recency"] / unit.days,
        age=columns["age"] / unit.days,
        count=columns["customers"],
        unit=unit,
    )
    if by_day:
        histories = on_calendar(histories, origin, repeats)
    return histories, columns["later"].astype(np.float64)


def expected_purchases(fit: Predictions, histories: Histories, length: int) -> Floats:
    """Return the expected purchases in the next `length` days per history.

    What a living customer will do is smooth in age, so it is computed at a few ages per frequency.
    """
    expected, t = np.zeros(len(histories)), days(length).to(fit.unit)
    branches = fit.branches(histories)
    edges = np.flatnonzero(np.diff(histories.frequency)) + 1  # the histories are sorted by frequency
    for rows in np.split(np.arange(len(histories)), edges):
        frequency = float(histories.frequency[rows[0]])
        ages, which = np.unique(histories.age[rows], return_inverse=True)
        for branch in branches:
            grid = branch.living.age_grid(ages, frequency)
            x = np.full(grid.nodes.shape, frequency)
            expected[rows] += branch.weight[rows] * grid.spread(branch.living.purchases(x, grid.nodes, t))[which]
    return expected
