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

# The months of first purchases all of whose customers have been observed for a year.
WHOLE = """
select cast(month as date) as month, customers
from (
    select date_trunc('month', first_order) as month, count(*) as customers, min(age) as youngest
    from summaries group by month
)
where youngest >= $year
"""

DAYS = """
select cast(coalesce(sum(orders) filter (where first_year and first_order <= $year_ago), 0) as bigint),
    cast(coalesce(sum(amount) filter (where first_year and whole), 0) as double),
    cast(coalesce(sum(amount) filter (where last_year), 0) as double)
from (
    select orders, first_order, cast(amount as decimal(38, 4)) as amount,
        purchase_day - first_order < $year as first_year, purchase_day > $year_ago as last_year,
        month in (select unnest($months)) as whole
    from cohort_days
)
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
    """Return the facts of the record in `engine`, which holds `summaries` and the `cohort_days` of `cohorts_of`."""
    year, year_ago = {"year": YEAR}, {"year_ago": as_of - dt.timedelta(days=YEAR)}
    customers, orders, sales, first_sales, days_between, young, active, oldest = engine.rows(
        CUSTOMERS, {**year, **year_ago}
    )[0]
    whole = engine.rows(WHOLE, year)
    months = {"months": [month for month, _ in whole]}
    observed_orders, whole_sales, last_year_sales = engine.rows(DAYS, {**year, **year_ago, **months})[0]
    # The first day of the record counts: 365 days are there when the oldest customer is 364 days old.
    whole_year = oldest >= YEAR - 1
    return Facts(
        customers=customers,
        orders=orders,
        sales=sales,
        first_sales=first_sales,
        days_between=days_between,
        young=young,
        observed_customers=customers - young,
        observed_orders=observed_orders,
        whole_customers=sum(number for _, number in whole),
        whole_sales=whole_sales,
        last_year_customers=active if whole_year else None,
        last_year_sales=last_year_sales if whole_year else None,
    )
