"""Histories counted in opportunities: the calendar weeks, months, quarters or years in which customers bought or not.

A customer's first period is the start; each whole period after it, up to the last that is over as of the day, is an
opportunity, bought at or not however often. Purchases in a period that is not over yet are not in it, and customers
whose first period it is have no history yet.
"""

from __future__ import annotations

import datetime as dt

import numpy as np

from regulars.engines.base import Engine
from regulars.errors import InputError
from regulars.models.histories import Customers, Histories
from regulars.periods import Unit
from regulars.valuation.histories import summarise

# The number of the period that a day lies in; weeks begin on Monday.
PERIOD = {
    Unit.WEEK: "cast(floor(date_diff('day', date '1969-12-29', {day}) / 7.0) as bigint)",
    Unit.MONTH: "12 * year({day}) + month({day})",
    Unit.QUARTER: "4 * year({day}) + quarter({day})",
    Unit.YEAR: "year({day})",
}

SEEN = """
with bought as (
    select distinct customer_id, {purchase_period} as period from record_days where purchase
),
starts as (
    select customer_id, min(period) as start from bought group by customer_id
),
over as (
    select {next_period} - 1 as last_period
),
seen as (
    select b.customer_id, o.last_period - s.start as opportunities,
        count(*) filter (where b.period > s.start and b.period <= o.last_period) as frequency,
        coalesce(max(b.period) filter (where b.period <= o.last_period), s.start) - s.start as recency
    from bought b join starts s on b.customer_id = s.customer_id cross join over o
    where s.start <= o.last_period
    group by b.customer_id, s.start, o.last_period
)
select t.customer_id, t.frequency, t.recency, t.opportunities, m.observed,
    cast(m.observed_value as double) as observed_value
from seen t join summaries m on t.customer_id = m.customer_id
order by t.customer_id
"""


def opportunity_histories(engine: Engine, as_of: dt.date, every: Unit, *, keep_zero: bool) -> Histories:
    """Return the distinct histories in periods of length `every`, with each customer's row, spend and id beside them.

    Raises `InputError` for periods of a day, and where nobody's first period is over.
    """
    if every not in PERIOD:
        raise InputError("opportunities are weeks, months, quarters or years; a day is time as it runs, without them")
    summarise(engine, as_of, Unit.DAY, keep_zero=keep_zero)
    period = PERIOD[every]
    sql = SEEN.format(purchase_period=period.format(day="purchase_day"), next_period=period.format(day="$next::date"))
    seen = engine.arrays(sql, {"next": as_of + dt.timedelta(days=1)})
    columns = np.stack([seen[name].astype(np.float64) for name in ("frequency", "recency", "opportunities")])
    if not columns.size:
        raise InputError(f"no {every.value} that a customer first bought in is over as of {as_of}")
    distinct, row, count = np.unique(columns, axis=1, return_inverse=True, return_counts=True)
    observed = seen["observed"].astype(np.int64)
    monetary = np.where(observed > 0, seen["observed_value"] / np.maximum(observed, 1), np.nan)
    return Histories(
        frequency=distinct[0],
        recency=distinct[1],
        opportunities=distinct[2],
        count=count,
        unit=every,
        customers=Customers(seen["customer_id"], row.ravel().astype(np.int64), observed, monetary),
    )
