"""From orders and refunds to one history per customer, and to the distinct ones with counts, in SQL.

A purchase occasion is one local day with at least one valid order whose net value is above zero;
orders of one day merge, and refunds count where a run as of that day may know them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np

from regulars.engines.base import Engine, quoted
from regulars.errors import InputError
from regulars.models.histories import Customers, Histories, Integers
from regulars.models.totals import Base
from regulars.periods import Unit
from regulars.valuation.calendar import repeats_of_record
from regulars.valuation.gaps import log_gaps

# The largest total of a record whose sums are kept in eighteen digits.
LARGEST = 10**13

# Refunds of an order are netted from it; refunds without their order count on their own day.
PURCHASE_DAYS = """
create or replace temp table {table} as
with known as (
    select customer_id, order_id, order_date, refund_date, amount from {refunds} where refund_date <= $as_of
),
of_orders as (
    select customer_id, order_id, order_date, sum(amount) as amount
    from known where order_id is not null group by customer_id, order_id, order_date
),
net_orders as (
    select o.customer_id, o.order_date as purchase_day, o.amount + coalesce(r.amount, 0) as amount,
        o.amount + coalesce(r.amount, 0) > 0 or ($keep_zero and o.amount = 0) as valid
    from {orders} o left join of_orders r
        on o.customer_id = r.customer_id and o.order_id = r.order_id and o.order_date = r.order_date
    where o.order_date <= $as_of
    union all
    select customer_id, refund_date, amount, false from known where order_id is null
)
select customer_id, purchase_day, sum(amount) as amount, count(*) filter (where valid) as orders,
    count(*) filter (where valid) > 0 and (sum(amount) > 0 or ($keep_zero and sum(amount) = 0)) as purchase
from net_orders group by customer_id, purchase_day
"""

# Without a single refund or discount to speak of, a day is its orders; all of them together fit into
# eighteen digits then.
PURCHASE_DAYS_WITHOUT_REFUNDS = """
create or replace temp table purchase_days as
select customer_id, order_date as purchase_day, cast(sum(amount) as decimal(18, 4)) as amount,
    cast(count(*) as integer) as orders
from orders where order_date <= $as_of group by customer_id, order_date
"""

# `observed` counts the repeat days with a value, `repeat_value` is what they sum to. People without
# a single purchase day stay in, so that their money can be accounted for.
PEOPLE = """
create or replace temp table people as
with by_customer as (
    select customer_id,
        min(purchase_day) filter (where purchase) as first_order,
        max(purchase_day) filter (where purchase) as last_order,
        count(*) filter (where purchase) as purchase_days,
        sum(orders) as orders,
        sum(amount) as historic_value,
        sum(amount) filter (where purchase) as purchase_value,
        arg_min(amount, purchase_day) filter (where purchase) as first_value,
        count(*) filter (where purchase and amount > 0) as days_with_value
    from purchase_days group by customer_id
)
select customer_id, first_order, last_order, purchase_days, orders, historic_value, first_value,
    days_with_value - case when first_value > 0 then 1 else 0 end as observed,
    purchase_value - first_value as repeat_value
from by_customer
"""

# Where every day is a purchase of some value, nothing has to be told apart.
PEOPLE_WITHOUT_REFUNDS = """
create or replace temp table people as
with by_customer as (
    select customer_id, min(purchase_day) as first_order, max(purchase_day) as last_order,
        count(*) as purchase_days, sum(orders) as orders, sum(amount) as historic_value,
        cast(arg_min(amount, purchase_day) as decimal(18, 4)) as first_value
    from (select customer_id, purchase_day, orders, amount from purchase_days) group by customer_id
)
select customer_id, first_order, last_order, purchase_days, cast(orders as integer) as orders,
    cast(historic_value as decimal(18, 4)) as historic_value, first_value,
    purchase_days - 1 as observed, cast(historic_value - first_value as decimal(18, 4)) as repeat_value
from by_customer
"""

# `customer` stands for the id within one engine: a whole number groups in half the time.
SUMMARIES = """
create or replace temp view summaries as
select people.rowid as customer, customer_id, first_order, last_order, purchase_days, orders, historic_value,
    first_value, purchase_days - 1 as frequency,
    date_diff('day', first_order, last_order) as recency,
    date_diff('day', first_order, as_of) as age,
    {observed} as observed, {value} as observed_value
from people cross join as_of_day
where purchase_days > 0
"""
# The days whose value tells what a customer spends: how many there are, and what they sum to.
SPEND_DAYS = {
    "repeat": ("observed", "repeat_value"),
    "all": ("observed + case when first_value > 0 then 1 else 0 end", "repeat_value + first_value"),
}

# What the tracking of purchases by week needs to know of each day; the days of single customers are gone then.
DAYS = """
create or replace temp table days_of_record as
with bought as (
    select purchase_day as on_day, count(*) as purchases from purchase_days {purchase} group by purchase_day
),
firsts as (
    select first_order as on_day, count(*) as customers from summaries group by first_order
)
select b.on_day, b.purchases - coalesce(f.customers, 0) as repeats, coalesce(f.customers, 0) as customers
from bought b left join firsts f on b.on_day = f.on_day
"""

# What each customer's days brought: `purchase` says whether the day counts as one, `amount` is net of the refunds of
# its orders, and may be below zero where only a refund without its order lies on it.
RECORD_DAYS = """
create or replace temp view record_days as
select customer_id, purchase_day, cast(amount as double) as amount, cast(orders as bigint) as orders,
    {purchase} as purchase
from purchase_days
"""

# Exact sums come out the same for any number of threads; beyond `LARGEST` they would not fit.
EXACT_SQUARE = "cast(observed_value as decimal(19, 4)) * cast(observed_value as decimal(19, 4))"
LARGE_SQUARE = "cast(observed_value as double) * cast(observed_value as double)"

DISTINCT = """
select frequency, recency, age, observed, count(*) as customers,
    cast(sum(observed_value) as double) as value_sum,
    cast(sum({square}) as double) as square_sum
from summaries group by frequency, recency, age, observed
order by frequency, recency, age, observed
"""


@dataclass(frozen=True)
class Record:
    """The tables that hold a record: of everyone, or of customers drawn from it."""

    orders: str
    refunds: str
    days: str


EVERYONE = Record("orders", "refunds", "record_days")


@dataclass(frozen=True, eq=False)
class Summary:
    """The customers of a record as of a day: how many, what they were worth, and their distinct histories.

    `days` holds frequency, recency and age in days, as they stand in the table `summaries`.
    `lapsed` counts people whose orders were all refunded, `lapsed_value` what is left of them. `spend_days` says
    which days' values are the observed ones ("repeat" or "all"), `exact` whether sums of squares have all digits.
    `plain` says that there is no refund and no order of no value: everybody with an order is a customer.
    """

    base: Base
    days: dict[str, Integers]
    customers: int
    orders: int
    historic_value: float
    first_day: dt.date
    lapsed: int
    lapsed_value: float
    exact: bool
    plain: bool
    spend_days: str = "repeat"


def summarise(engine: Engine, as_of: dt.date, unit: Unit, *, keep_zero: bool) -> Summary:
    """Make `days_of_record` and the view `summaries` as of a day and return the distinct histories.

    Raises `InputError` where not one purchase is left.
    """
    refunds, refunded = engine.rows("select count(*), coalesce(sum(abs(amount)), 0) from refunds")[0]
    least, ordered = engine.rows("select coalesce(min(amount), 0), coalesce(sum(abs(amount)), 0) from orders")[0]
    exact = ordered + refunded < LARGEST
    plain = not refunds and least > 0 and exact
    if plain:
        engine.execute(PURCHASE_DAYS_WITHOUT_REFUNDS, {"as_of": as_of})
        engine.execute(PEOPLE_WITHOUT_REFUNDS)
    else:
        make_purchase_days(engine, as_of, keep_zero=keep_zero, table="purchase_days")
        engine.execute(PEOPLE)
    engine.execute("create or replace temp table as_of_day as select $as_of::date as as_of", {"as_of": as_of})
    _view_of_summaries(engine, "repeat")
    engine.execute(DAYS.format(purchase="" if plain else "where purchase"))
    engine.execute(RECORD_DAYS.format(purchase="true" if plain else "purchase"))
    totals = "select count(*), sum(orders), cast(sum(historic_value) as double), min(first_order) from summaries"
    customers, orders, historic, first_day = engine.rows(totals)[0]
    if not customers:
        raise InputError(f"no purchase is left as of {as_of}: every order was refunded or is worth nothing")
    lapsed = "select count(*), cast(coalesce(sum(historic_value), 0) as double) from people where purchase_days = 0"
    people, value = engine.rows(lapsed)[0]
    days, base = _distinct(engine, unit, exact=exact)
    return Summary(base, days, customers, int(orders), historic, first_day, people, value, exact, plain)


def with_all_days(engine: Engine, summary: Summary) -> Summary:
    """Return the summary with the first day's value among the observed ones, and change the view `summaries` so."""
    _view_of_summaries(engine, "all")
    days, base = _distinct(engine, summary.base.histories.unit, exact=summary.exact)
    return replace(summary, base=base, days=days, spend_days="all")


def _view_of_summaries(engine: Engine, spend_days: str) -> None:
    observed, value = SPEND_DAYS[spend_days]
    engine.execute(SUMMARIES.format(observed=observed, value=value))


def _distinct(engine: Engine, unit: Unit, *, exact: bool) -> tuple[dict[str, Integers], Base]:
    """Return the distinct histories of the view `summaries`, in days and as models and totals take them."""
    columns = engine.arrays(DISTINCT.format(square=_square(exact=exact)))
    days = {name: columns[name].astype(np.int64) for name in ("frequency", "recency", "age", "observed")}
    histories = Histories(
        frequency=days["frequency"],
        recency=days["recency"] / unit.days,
        age=days["age"] / unit.days,
        count=columns["customers"],
        unit=unit,
    )
    return days, Base(histories, days["observed"].astype(np.float64), columns["value_sum"], columns["square_sum"])


def square_of_value(summary: Summary) -> str:
    """Return the square of a customer's observed value in SQL, with all the digits that sums of it have room for."""
    return _square(exact=summary.exact)


def _square(*, exact: bool) -> str:
    return EXACT_SQUARE if exact else LARGE_SQUARE


def make_purchase_days(
    engine: Engine, as_of: dt.date, *, keep_zero: bool, table: str, record: Record = EVERYONE
) -> None:
    """Make the table of each customer's days (amount, orders, purchase) as they could be known on `as_of`."""
    names = {"table": quoted(table), "orders": quoted(record.orders), "refunds": quoted(record.refunds)}
    engine.execute(PURCHASE_DAYS.format(**names), {"as_of": as_of, "keep_zero": keep_zero})


def histories(engine: Engine, as_of: dt.date, unit: Unit, *, keep_zero: bool) -> Histories:
    """Return the distinct histories with counts, and each customer's row, spend and id beside them."""
    base = summarise(engine, as_of, unit, keep_zero=keep_zero).base
    rows = engine.arrays(
        """
        select customer_id, observed, cast(observed_value as double) as observed_value,
            dense_rank() over (order by frequency, recency, age) - 1 as history
        from summaries order by customer_id
        """
    )
    observed = rows["observed"].astype(np.int64)
    monetary = np.where(observed > 0, rows["observed_value"] / np.maximum(observed, 1), np.nan)
    customers = Customers(rows["customer_id"], rows["history"].astype(np.int64), observed, monetary)
    h = base.histories.distinct()
    return Histories(
        frequency=h.frequency,
        recency=h.recency,
        age=h.age,
        count=h.count,
        unit=unit,
        customers=customers,
        log_gaps=log_gaps(engine, unit),
        as_of=as_of,
        purchases_by_day=repeats_of_record(engine),
    )
