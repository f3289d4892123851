"""What was seen of spend: customers who spent the same on as many days are one to every model of it."""

from __future__ import annotations

import numpy as np

from regulars.engines.base import Engine
from regulars.models.histories import Floats

SEEN = """
create or replace temp table spend_seen as
select observed, cast(value as double) as value, count(*) as customers from ({query}) group by observed, value
"""

# Beyond so many distinct sums (millions of customers, prices that are never the same) those within a five-thousandth
# of each other stand for one, at their mean: it moves the log-likelihood of a customer by less than 1e-7.
MOST = 4_000_000
MERGED = """
create or replace temp table spend_seen as
select observed, sum(value * customers order by value, customers) / sum(customers) as value,
    sum(customers) as customers
from spend_seen group by observed, round(ln(value) * 5000)
"""

# The same where the purchase rate counts too; there, sums within a five-hundredth and ages of the same week are one.
SEEN_BY_RATE = """
create or replace temp table spend_seen as
select observed, cast(observed_value as double) as value, frequency, cast(age as double) as age,
    count(*) as customers
from summaries where observed > 0 group by observed, observed_value, frequency, age
"""
MERGED_BY_RATE = """
create or replace temp table spend_seen as
select observed, sum(value * customers order by value, age, customers) / sum(customers) as value, frequency,
    sum(age * customers) / sum(customers) as age, sum(customers) as customers
from spend_seen group by observed, frequency, floor(age / 7), round(ln(value) * 500)
"""


def observed_spend(engine: Engine) -> tuple[Floats, Floats, Floats]:
    """Return what was seen of spend on the days observed: numbers of values, their means, customers with both."""
    return _spend(engine, "select observed, observed_value as value from summaries where observed > 0")


def first_spend(engine: Engine) -> tuple[Floats, Floats, Floats]:
    """Return the same for the first day of every customer, for records without a repeat purchase."""
    return _spend(engine, "select 1 as observed, first_value as value from summaries where first_value > 0")


def observed_by_rate(engine: Engine) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Return numbers of values, their means, customers with both, and their repeat purchases and ages in days."""
    engine.execute(SEEN_BY_RATE)
    if engine.rows("select count(*) from spend_seen")[0][0] > MOST:
        engine.execute(MERGED_BY_RATE)
    columns = engine.arrays(
        "select observed, value, customers, frequency, age from spend_seen order by observed, value, frequency, age"
    )
    engine.execute("drop table spend_seen")
    observed, value, customers, frequency, age = (
        columns[name].astype(np.float64) for name in ("observed", "value", "customers", "frequency", "age")
    )
    return observed, value / observed, customers, frequency, age


def _spend(engine: Engine, query: str) -> tuple[Floats, Floats, Floats]:
    engine.execute(SEEN.format(query=query))
    if engine.rows("select count(*) from spend_seen")[0][0] > MOST:
        engine.execute(MERGED)
    # In one order whatever the threads did, because sums of floats depend on it.
    columns = engine.arrays("select observed, value, customers from spend_seen order by observed, value")
    engine.execute("drop table spend_seen")
    observed, value, customers = (columns[name].astype(np.float64) for name in ("observed", "value", "customers"))
    return observed, value / observed, customers
