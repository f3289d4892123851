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


def observed_spend(engine: Engine) -> tuple[Floats, Floats, Floats]:
    """Return what was seen of spend on the days observed: numbers of values, their means, customers with both."""
    return _spend(engine, "select observed, observed_value as value from summaries where observed > 0")


def first_spend(engine: Engine) -> tuple[Floats, Floats, Floats]:
    """Return the same for the first day of every customer, for records without a repeat purchase."""
    return _spend(engine, "select 1 as observed, first_value as value from summaries where first_value > 0")


def _spend(engine: Engine, query: str) -> tuple[Floats, Floats, Floats]:
    engine.execute(SEEN.format(query=query))
    if engine.rows("select count(*) from spend_seen")[0][0] > MOST:
        engine.execute(MERGED)
    # In one order whatever the threads did, because sums of floats depend on it.
    columns = engine.arrays("select observed, value, customers from spend_seen order by observed, value")
    engine.execute("drop table spend_seen")
    observed, value, customers = (columns[name].astype(np.float64) for name in ("observed", "value", "customers"))
    return observed, value / observed, customers
