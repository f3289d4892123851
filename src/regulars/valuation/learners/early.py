"""The value of new customers, told early: from the first order, or from what they did in their first days.

Each customer has a clock of its own: known is what happened in the first `first_days` days after the first order (0:
that day), and what those orders hold besides their amounts where a run keeps it (`features.details`); asked is what
comes in the window after them. Those whose window had ended by the origin are learned from; those who are past their
first days and whose window goes on are forecast. Refunds count where they came within the first days, in the outcome
where they came by the origin.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regulars.engines.base import Engine, quoted
from regulars.errors import InputError, NotApplicable
from regulars.valuation.backtest.baselines import Both
from regulars.valuation.features.details import details_until
from regulars.valuation.features.feature import AsOf, Columns
from regulars.valuation.histories import make_purchase_days
from regulars.valuation.learners.examples import FOLDS, Inputs, Lesson, Outcomes, drawn, enough
from regulars.valuation.learners.kinds import as_numbers
from regulars.valuation.learners.learn import forecasts
from regulars.valuation.learners.trusted import trusted

KNOWN = "days_of_new_customers"
FEATURES = (
    *("value of the first day", "orders on the first day", "day of the week", "month"),
    *("value of the first days", "purchases in the first days", "days since the last purchase", "refunds per order"),
)

STATEMENT = """
with firsts as (
    select customer_id, min(order_date) as first_day from orders
    where order_date <= $origin and (amount > 0 or ($keep_zero and amount = 0)) group by customer_id
),
early as (
    select f.customer_id,
        sum(o.amount) filter (where o.order_date = f.first_day) as first_value,
        count(*) filter (where o.order_date = f.first_day) as first_orders,
        sum(o.amount) as early_value, count(distinct o.order_date) as early_days, count(*) as early_orders,
        max(o.order_date) as last_day
    from firsts f join orders o on o.customer_id = f.customer_id
    where o.order_date >= f.first_day and o.order_date <= f.first_day + $days::integer
    group by f.customer_id
),
returned as (
    select f.customer_id, count(*) as refunds, sum(r.amount) as amount
    from firsts f join refunds r on r.customer_id = f.customer_id
    where r.refund_date >= f.first_day and r.refund_date <= f.first_day + $days::integer
    group by f.customer_id
),
later as (
    select f.customer_id, count(*) as purchases, sum(k.amount) as value
    from firsts f join {known} k on k.customer_id = f.customer_id
    where k.purchase and k.purchase_day > f.first_day + $days::integer
        and k.purchase_day <= f.first_day + $days::integer + $window::integer
    group by f.customer_id
)
select f.customer_id, f.first_day, date_diff('day', f.first_day, $origin::date) as age,
    cast(hash(f.customer_id) % 1000003 as bigint) as draw,
    cast(e.first_value as double) as first_value, cast(e.first_orders as double) as first_orders,
    cast(isodow(f.first_day) as double) as weekday, cast(month(f.first_day) as double) as month,
    cast(e.early_value + coalesce(r.amount, 0) as double) as early_value, cast(e.early_days as double) as early_days,
    cast(date_diff('day', e.last_day, f.first_day + $days::integer) as double) as since,
    cast(coalesce(r.refunds, 0) / (e.early_orders + coalesce(r.refunds, 0)) as double) as refunds,
    cast(coalesce(l.purchases, 0) as double) as purchases, cast(coalesce(l.value, 0) as double) as value
from firsts f
join early e on f.customer_id = e.customer_id
left join returned r on f.customer_id = r.customer_id
left join later l on f.customer_id = l.customer_id
where f.first_day + $days::integer <= $origin
order by f.customer_id
"""

# Those of the statement, and the last of the first days of each.
PEOPLE = """
    select customer_id, first_day + $days::integer as until
    from (
        select customer_id, min(order_date) as first_day from orders
        where order_date <= $origin and (amount > 0 or ($keep_zero and amount = 0)) group by customer_id
    )
    where first_day + $days::integer <= $origin
"""


@dataclass(frozen=True, eq=False)
class EarlyValue:
    """The new customers, when each came, and what is expected of each in the `window` days after the first days."""

    first_days: int
    window: int
    customer_id: NDArray[np.object_]
    first_order: NDArray[np.datetime64]
    forecasts: dict[str, Both]


@dataclass(frozen=True, eq=False)
class NewCustomers:
    """Those whose window after the first days goes on, when each came, and what is learned from those before them."""

    customer_id: NDArray[np.object_]
    first_order: NDArray[np.datetime64]
    lesson: Lesson


def early_value(engine: Engine, as_of: AsOf, first_days: int, *, has_money: bool, seed: int) -> EarlyValue:
    """Return what every learner expects of the new customers as of an origin.

    Reads the tables `orders` and `refunds` up to the origin. Raises `InputError` for a number of days below zero,
    `NotApplicable` without the extra "ml", where too few customers are old enough to learn from, or none is new.
    """
    new = new_customers(engine, as_of, first_days, seed=seed)
    said = forecasts(new.lesson, has_money=has_money, seed=seed)
    return EarlyValue(first_days, as_of.window, new.customer_id, new.first_order, said)


def new_customers(engine: Engine, as_of: AsOf, first_days: int, *, seed: int) -> NewCustomers:
    """Return the new customers as of an origin, and what those who were new before them teach.

    What the orders of the first days hold besides their amounts is known too, where the run keeps it.

    Raises what `early_value` raises.
    """
    if first_days < 0:
        raise InputError(f"the first days of a customer cannot be {first_days}; 0 is the day of the first order alone")
    rows = early_rows(engine, as_of, first_days)
    old = rows["age"].astype(np.int64) >= first_days + as_of.window
    taught = _lesson(rows, _details(engine, as_of, first_days), old)
    enough(taught.outcomes, as_of.origin)
    if not taught.now.rows:
        raise NotApplicable(f"nobody came in the {as_of.window:,} days before {as_of.origin}: there is no new customer")
    return NewCustomers(rows["customer_id"][~old], rows["first_day"][~old], trusted(taught, seed).lesson)


def early_rows(engine: Engine, as_of: AsOf, first_days: int) -> dict[str, NDArray[Any]]:
    """Return a row per customer past the first days: what was known of them then, what came in the window after."""
    make_purchase_days(engine, as_of.origin, keep_zero=as_of.keep_zero, table=KNOWN)
    asked = {"origin": as_of.origin, "days": first_days, "window": as_of.window, "keep_zero": as_of.keep_zero}
    try:
        return engine.arrays(STATEMENT.format(known=quoted(KNOWN)), asked)
    finally:
        engine.execute(f"drop table {quoted(KNOWN)}")


def _details(engine: Engine, as_of: AsOf, first_days: int) -> Columns:
    asked = {"origin": as_of.origin, "days": first_days, "keep_zero": as_of.keep_zero}
    return details_until(engine, PEOPLE, asked, orders=as_of.record.orders)


def _lesson(rows: dict[str, NDArray[Any]], details: Columns, old: NDArray[np.bool_]) -> Lesson:
    names = ("first_value", "first_orders", "weekday", "month", "early_value", "early_days", "since", "refunds")
    always = dict(zip(FEATURES, (rows[name] for name in names), strict=True))
    found = as_numbers({**always, **details}, old)
    inputs = Inputs((*always, *details), found.kinds, found.x, {}, found.labels)
    draw = rows["draw"].astype(np.int64)
    kept = np.flatnonzero(old)[drawn(draw[old] // FOLDS)]
    chosen = np.zeros(old.size, dtype=np.bool_)
    chosen[kept] = True
    outcomes = Outcomes(rows["purchases"].astype(np.float64), rows["value"].astype(np.float64)).of(chosen)
    return Lesson(inputs.of(chosen), outcomes, (draw % FOLDS)[chosen], inputs.of(~old), 1.0)
