"""What the textbook formulas are fed with: sums and counts of the record, taken in SQL.

A customer's age is counted from the first purchase; the first year of a customer is the ages 0 to 364 days.
Whoever's first purchase lies at least 365 days before the as-of date has been observed for all of it, and the
as-of day itself, which may be incomplete, is in nobody's first year.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from regulars.engines.base import Engine

YEAR = 365

# Money is summed as decimals, so that one thread and two arrive at the same bytes.
CUSTOMERS = """
select count(*), cast(sum(orders) as bigint), cast(sum(cast(historic_value as decimal(38, 4))) as double),
    cast(sum(cast(first_value as decimal(38, 4))) as double), cast(sum(recency) as bigint),
    count(*) filter (where age < $year), count(*) filter (where last_order > $year_ago), max(age)
from summaries
"""

# `whole` cohorts are the months of first purchases all of whose customers have been observed for a year.
FIRST_YEARS = """
with months as (
    select date_trunc('month', first_order) as month, min(age) >= $year as whole from summaries group by month
),
observed as (
    select s.customer_id, s.first_order, m.whole
    from summaries s join months m on date_trunc('month', s.first_order) = m.month
    where s.age >= $year
),
bought as (
    select cast(sum(d.orders) as bigint) as orders,
        cast(coalesce(sum(cast(d.amount as decimal(38, 4))) filter (where o.whole), 0) as double) as whole_sales
    from record_days d join observed o on d.customer_id = o.customer_id
    where date_diff('day', o.first_order, d.purchase_day) < $year
)
select count(*), coalesce(max(b.orders), 0), count(*) filter (where o.whole), coalesce(max(b.whole_sales), 0)
from observed o cross join bought b
"""

LAST_YEAR = """
select cast(coalesce(sum(cast(d.amount as decimal(38, 4))), 0) as double)
from record_days d semi join summaries s on d.customer_id = s.customer_id
where d.purchase_day > $year_ago
"""


@dataclass(frozen=True)
class Facts:
    """Counts and sums of a record, money as given (before any margin).

    `days_between` adds up the days from first to last purchase; `young` counts customers who came in the last
    365 days. `observed_*` are about customers observed for their whole first year, `whole_*` about the cohorts
    all of whose customers were; `last_year_*` are about the 365 days up to the as-of date, `None` where the
    record is shorter.
    """

    customers: int
    orders: int
    sales: float
    first_sales: float
    days_between: int
    young: int
    observed_customers: int
    observed_orders: int
    whole_customers: int
    whole_sales: float
    last_year_customers: int | None
    last_year_sales: float | None


def facts_of(engine: Engine, as_of: dt.date) -> Facts:
    """Return the facts of the record in `engine`, which holds `record_days` and `summaries`."""
    year = {"year": YEAR}
    year_ago = {"year_ago": as_of - dt.timedelta(days=YEAR)}
    customers, orders, sales, first_sales, days_between, young, active, oldest = engine.rows(
        CUSTOMERS, {**year, **year_ago}
    )[0]
    observed, observed_orders, whole, whole_sales = engine.rows(FIRST_YEARS, year)[0]
    # The first day of the record counts: 365 days are there when the oldest customer is 364 days old.
    whole_year = oldest >= YEAR - 1
    return Facts(
        customers=customers,
        orders=orders,
        sales=sales,
        first_sales=first_sales,
        days_between=days_between,
        young=young,
        observed_customers=observed,
        observed_orders=observed_orders,
        whole_customers=whole,
        whole_sales=whole_sales,
        last_year_customers=active if whole_year else None,
        last_year_sales=engine.rows(LAST_YEAR, year_ago)[0][0] if whole_year else None,
    )
