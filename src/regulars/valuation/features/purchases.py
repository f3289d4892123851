"""The features every record has: recency, frequency, age, money, gaps, trends, refunds and season, as of an origin.

One statement over the days known at the origin (orders up to it, net of the refunds up to it). What orders hold
besides customer, day and amount has features of its own (`features.details`). Money enters as logarithms and as
ratios, times as shares of the age, of the window or of the customer's own mean gap, so that what is learned at one
origin holds at another.
"""

from __future__ import annotations

import numpy as np

from regulars.engines.base import Engine, quoted
from regulars.models.histories import Floats
from regulars.valuation.features.feature import AsOf, Columns, Feature
from regulars.valuation.histories import make_purchase_days

KNOWN = "days_of_features"

# Decimals and whole numbers, because their sums are the same for any number of threads.
STATEMENT = """
with days as (
    select customer_id, purchase_day, cast(amount as decimal(18, 4)) as amount, orders,
        cast(case when amount > 0 then ln(amount) end as decimal(9, 6)) as log_amount,
        date_diff('day', lag(purchase_day) over history, purchase_day) as gap
    from {known} where purchase
    window history as (partition by customer_id order by purchase_day)
),
returned as (
    select customer_id, count(*) as refunds, sum(-amount) as refunded
    from {refunds} where refund_date <= $origin group by customer_id
),
customers as (
    select customer_id, min(purchase_day) as first_day, max(purchase_day) as last_day, count(*) as purchases,
        sum(orders) as orders, sum(amount) as value, count(log_amount) as valued,
        sum(log_amount) as logs, sum(cast(log_amount * log_amount as decimal(14, 8))) as log_squares,
        arg_min(log_amount, purchase_day) as first_log, arg_max(log_amount, purchase_day) as last_log,
        max(log_amount) as largest_log, sum(gap) as gaps, sum(gap * gap) as gap_squares,
        max(gap) as longest_gap, arg_max(gap, purchase_day) as last_gap,
        count(*) filter (where purchase_day > $quarter) as in_quarter,
        count(*) filter (where purchase_day > $one) as in_window,
        count(*) filter (where purchase_day > $two and purchase_day <= $one) as in_window_before,
        count(*) filter (where purchase_day > $season and purchase_day <= $season_end) as in_season,
        sum(amount) filter (where purchase_day > $one) as value_in_window,
        sum(amount) filter (where purchase_day > $two and purchase_day <= $one) as value_before,
        count(*) filter (where isodow(purchase_day) >= 6) as on_weekends
    from days group by customer_id
)
select cast(c.purchases as double) as purchases, cast(date_diff('day', c.first_day, $origin::date) as double) as age,
    cast(date_diff('day', c.last_day, $origin::date) as double) as since, cast(c.orders as double) as orders,
    cast(c.value as double) as value, cast(c.valued as double) as valued, cast(c.logs as double) as logs,
    cast(c.log_squares as double) as log_squares, cast(c.first_log as double) as first_log,
    cast(c.last_log as double) as last_log, cast(c.largest_log as double) as largest_log,
    cast(c.gaps as double) as gaps, cast(c.gap_squares as double) as gap_squares,
    cast(c.longest_gap as double) as longest_gap, cast(c.last_gap as double) as last_gap,
    cast(c.in_quarter as double) as in_quarter, cast(c.in_window as double) as in_window,
    cast(c.in_window_before as double) as in_window_before, cast(c.in_season as double) as in_season,
    cast(coalesce(c.value_in_window, 0) as double) as value_in_window,
    cast(coalesce(c.value_before, 0) as double) as value_before, cast(c.on_weekends as double) as on_weekends,
    cast(coalesce(r.refunds, 0) as double) as refunds, cast(coalesce(r.refunded, 0) as double) as refunded
from customers c left join returned r on c.customer_id = r.customer_id
order by c.customer_id
"""


def _purchases(engine: Engine, as_of: AsOf) -> Columns:
    make_purchase_days(engine, as_of.origin, keep_zero=as_of.keep_zero, table=KNOWN, record=as_of.record)
    statement = STATEMENT.format(known=quoted(KNOWN), refunds=quoted(as_of.record.refunds))
    raw = engine.arrays(statement, as_of.days)
    engine.execute(f"drop table {quoted(KNOWN)}")
    return {**_timing(raw, as_of.window), **_money(raw)}


def _timing(raw: Columns, window: int) -> Columns:
    age, since, repeats = raw["age"], raw["since"], raw["purchases"] - 1.0
    mean_gap, gap_spread = _mean_and_spread(repeats, raw["gaps"], raw["gap_squares"])
    return {
        "frequency": repeats,
        "age": age,
        "days since the last purchase": since,
        "share of the age since the last purchase": _ratio(since, age),
        "purchases per window of age": raw["purchases"] * window / (age + 1.0),
        "mean gap": mean_gap,
        "spread of the gaps": _ratio(gap_spread, mean_gap),
        "longest gap": raw["longest_gap"],
        "last gap over mean gap": _ratio(raw["last_gap"], mean_gap),
        "days since the last purchase over mean gap": _ratio(since, mean_gap),
        "purchases in the last quarter window": raw["in_quarter"],
        "purchases in the last window": raw["in_window"],
        "purchases in the window before": raw["in_window_before"],
        "purchases in the same season a year ago": raw["in_season"],
        "orders per day": raw["orders"] / raw["purchases"],
        "share of weekends": raw["on_weekends"] / raw["purchases"],
    }


def _money(raw: Columns) -> Columns:
    mean, spread = _mean_and_spread(raw["valued"], raw["logs"], raw["log_squares"])
    return {
        "usual value of a day": mean,
        "spread of the values": spread,
        "value of the first day": raw["first_log"],
        "value of the last day": raw["last_log"],
        "last day over usual": raw["last_log"] - mean,
        "largest over usual": raw["largest_log"] - mean,
        "value so far": np.log1p(raw["value"]),
        "value in the last window": np.log1p(raw["value_in_window"]),
        "value in the window before": np.log1p(raw["value_before"]),
        "refunds per order": raw["refunds"] / (raw["orders"] + raw["refunds"]),
        "share of money refunded": _ratio(raw["refunded"], raw["refunded"] + raw["value"]),
    }


def _ratio(above: Floats, below: Floats) -> Floats:
    """Return the ratio, NaN where it is undefined."""
    return np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0.0)


def _mean_and_spread(number: Floats, total: Floats, squares: Floats) -> tuple[Floats, Floats]:
    """Return the mean and the standard deviation of values by their sums; NaN without values, or with one."""
    mean = _ratio(total, number)
    # What rounding leaves of equal values may lie a hair below zero.
    return mean, np.sqrt(_ratio(np.maximum(squares - total * mean, 0.0), number - 1.0))


PURCHASES = Feature("purchases", _purchases)
