"""What became of the customers won in each month: value, orders and returns by age, per customer ever won.

A cohort is everybody whose first purchase fell into one calendar month (local date). Ages are
counted from each customer's own first purchase, in steps of 30 days; step k holds the ages
30 k to 30 k + 29. Everything is divided by the original size of the cohort, so that customers
who left count as what they are.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regulars.engines.base import Engine

STEP_DAYS = 30

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Refunds without their order may lie before the first purchase that was kept: they belong to the first step.
COHORT_DAYS = """
create or replace temp table cohort_days as
with members as (
    select customer_id, customer, first_order, cast(date_trunc('month', first_order) as date) as month from summaries
)
select m.customer, m.month, m.first_order, d.purchase_day,
    cast(greatest(d.purchase_day - m.first_order, 0) // $step_days as integer) as step,
    d.amount, d.orders, d.purchase and d.purchase_day > m.first_order as came_back
from record_days d join members m on d.customer_id = m.customer_id
"""

SIZES = """
select cast(date_trunc('month', first_order) as date) as month, min(first_order) as first_order,
    count(*) as customers, min(age) as youngest
from summaries group by month order by month
"""

# Decimals, so that one thread and two arrive at the same bytes.
BROUGHT = """
select month, step, cast(sum(cast(amount as decimal(38, 4))) as double) as amount,
    cast(sum(orders) as double) as orders
from cohort_days group by month, step
"""

ACTIVE = """
select month, step, cast(count(*) as double) as customers
from (select distinct customer, month, step from cohort_days where came_back) group by month, step
"""

SECOND_DAYS = """
select month, step, cast(count(*) as double) as customers
from (select customer, month, min(step) as step from cohort_days where came_back group by customer, month)
group by month, step
"""


@dataclass(frozen=True, eq=False)
class Cohorts:
    """Cohorts by month of the first purchase (rows) and steps of age (columns).

    A cell is NaN while it is open. It is closed when every customer of the cohort is at least
    `step_days` * (k + 1) days old: the last first purchase + `step_days` * (k + 1) <= as of. Step k ends
    the day before, so the as-of day itself, which may be incomplete, is needed by no closed cell.
    `value` (money, refunds netted, times the margin) and `orders` are cumulative per customer ever won;
    `repeat` is the share that has bought on a second day by then, `active` the share that bought on a
    day after the first within that step ("return on"). A cohort holds `months` calendar months.
    """

    month: tuple[dt.date, ...]
    first_order: tuple[dt.date, ...]
    customers: Integers
    value: Floats
    orders: Floats
    repeat: Floats
    active: Floats
    step_days: int = STEP_DAYS
    months: int = 1

    @property
    def closed(self) -> NDArray[np.bool_]:
        """Which cells everybody of the cohort has been observed for."""
        return np.isfinite(self.value)

    @property
    def ages(self) -> Integers:
        """The age in days at which each step ends."""
        return self.step_days * np.arange(1, self.value.shape[1] + 1)

    @property
    def pooled_customers(self) -> Integers:
        """The customers behind the pooled numbers of each step: those of the cohorts closed there."""
        return np.asarray((self.customers[:, None] * self.closed).sum(axis=0))

    @property
    def pooled_value(self) -> Floats:
        """Value by age over the cohorts that are closed there, sum by sum; NaN where none is."""
        return self._pooled(self.value)

    @property
    def pooled_orders(self) -> Floats:
        """Orders by age, pooled as the value is."""
        return self._pooled(self.orders)

    @property
    def pooled_repeat(self) -> Floats:
        """The share that has bought on a second day by age, pooled as the value is."""
        return self._pooled(self.repeat)

    @property
    def pooled_active(self) -> Floats:
        """The share that came back within each step, pooled as the value is."""
        return self._pooled(self.active)

    def _pooled(self, cells: Floats) -> Floats:
        totals = (np.where(self.closed, cells, 0.0) * self.customers[:, None]).sum(axis=0)
        customers = self.pooled_customers
        return np.where(customers > 0, totals / np.maximum(customers, 1), np.nan)


def cohorts_of(engine: Engine, margin: float | None) -> Cohorts:
    """Return the cohorts of the record in `engine`, value in money times `margin`; leaves the table `cohort_days`."""
    engine.execute(COHORT_DAYS, {"step_days": STEP_DAYS})
    sizes = engine.rows(SIZES)
    months = tuple(month for month, *_ in sizes)
    customers = np.array([number for _, _, number, _ in sizes], dtype=np.int64)
    youngest = np.array([age for *_, age in sizes], dtype=np.int64)
    # What no cohort has reached in full would be a column of open cells; one is kept, so that there is a table.
    steps = max(int(youngest.max()) // STEP_DAYS, 1)
    is_open = youngest[:, None] < STEP_DAYS * np.arange(1, steps + 1)

    def per_customer(totals: Floats) -> Floats:
        return np.where(is_open, np.nan, totals / customers[:, None])

    brought = _cells(engine, BROUGHT, months, steps)
    value = brought["amount"].cumsum(axis=1) * (1.0 if margin is None else margin)
    return Cohorts(
        month=months,
        first_order=tuple(first for _, first, *_ in sizes),
        customers=customers,
        value=per_customer(value),
        orders=per_customer(brought["orders"].cumsum(axis=1)),
        repeat=per_customer(_cells(engine, SECOND_DAYS, months, steps)["customers"].cumsum(axis=1)),
        active=per_customer(_cells(engine, ACTIVE, months, steps)["customers"]),
    )


def merged(cohorts: Cohorts, months: int) -> Cohorts:
    """Return cohorts of one month as cohorts of `months` (3: quarters, 12: years); open where one of them is."""
    period = [(month.year * 12 + month.month - 1) // months for month in cohorts.month]
    starts = np.flatnonzero(np.diff(period, prepend=-1))
    customers = np.add.reduceat(cohorts.customers, starts)

    def weighted(cells: Floats) -> Floats:
        return np.add.reduceat(cells * cohorts.customers[:, None], starts, axis=0) / customers[:, None]

    return Cohorts(
        month=tuple(_first_of(period[start] * months) for start in starts),
        first_order=tuple(cohorts.first_order[start] for start in starts),
        customers=customers,
        value=weighted(cohorts.value),
        orders=weighted(cohorts.orders),
        repeat=weighted(cohorts.repeat),
        active=weighted(cohorts.active),
        step_days=cohorts.step_days,
        months=months,
    )


def _first_of(month: int) -> dt.date:
    year, rest = divmod(month, 12)
    return dt.date(year, rest + 1, 1)


def _cells(engine: Engine, query: str, months: tuple[dt.date, ...], steps: int) -> dict[str, Floats]:
    """Return each number of a query by month and step as a table of cohorts and steps, 0 where nothing happened."""
    columns = engine.arrays(query)
    row = np.searchsorted(np.array(months, dtype="datetime64[D]"), columns.pop("month").astype("datetime64[D]"))
    step = columns.pop("step").astype(np.int64)
    within = step < steps
    tables = {name: np.zeros((len(months), steps)) for name in columns}
    for name, numbers in columns.items():
        tables[name][row[within], step[within]] = numbers[within]
    return tables
