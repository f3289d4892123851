"""What a report shows of the customers themselves: how value is spread, who carries it, who came before the record."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

import numpy as np

from regulars.engines.base import Engine
from regulars.valuation.valuation import CustomerRow, LeftTruncation, ValueDistribution

# As many as a page can be searched for.
TOP = 1000
FIRST_DAYS = 30
# Twice the share of customers that an even stream would bring in the first days.
SUSPICIOUS = 2.0
# A record that gains hardly any customer in its second half follows a cohort; it was not cut off at its start.
COHORT = 0.01

# One pass over the customers; everything below reads what it leaves, and so does whoever studies the base.
VALUES = """
create or replace temp table customer_values as
select customer_id, last_order, purchase_days, historic_value, probability_alive, expected_purchases, expected_value,
    coalesce(expected_value, value_median) as value, value_median, value_high
from customers
"""

TOP_CUSTOMERS = """
select customer_id from customer_values order by value desc, value_median desc, customer_id limit $top
"""

ROWS = """
select customer_id, first_order, last_order, orders, frequency, historic_value, probability_alive,
    expected_purchases, expected_value, value_low, value_median, value_high
from customers where customer_id in (select unnest($customers))
"""

SHAPE = """
select min(value), max(value), count(*), count(*) filter (where value_high = 0) from customer_values
"""


def customer_values(engine: Engine) -> None:
    """Make the table `customer_values` that the other questions here read."""
    engine.execute(VALUES)


def top_customers(engine: Engine) -> tuple[CustomerRow, ...]:
    """Return the customers with the most expected value."""
    top = [customer for (customer,) in engine.rows(TOP_CUSTOMERS, {"top": TOP})]
    rows = customer_rows(engine, top)
    return tuple(rows[customer] for customer in top)


def customer_rows(engine: Engine, customers: Sequence[str]) -> dict[str, CustomerRow]:
    """Return a few customers by their id, as a report lists them."""
    found = engine.rows(ROWS, {"customers": list(customers)}) if customers else []
    return {row[0]: CustomerRow(*row) for row in found}


def distribution(engine: Engine) -> ValueDistribution:
    """Return customers by expected value, in bins that a person can read (1, 2, 5, 10 …)."""
    low, high, customers, nothing = engine.rows(SHAPE)[0]
    edges = readable_edges(float(low), float(high))
    counted = engine.rows("select histogram(value, $edges) from customer_values", {"edges": edges[1:].tolist()})[0][0]
    number = np.array([counted.get(upper, 0) for upper in edges[1:].tolist()], dtype=np.int64)
    return ValueDistribution(edges, number, nothing / customers)


def readable_edges(low: float, high: float) -> np.ndarray:
    """Return 0 and the steps 1, 2, 5 times powers of ten from about `low` to beyond `high`.

    >>> readable_edges(0.7, 18.0).tolist()
    [0.0, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0]
    """
    if high <= 0.0:
        return np.array([0.0, 1.0])
    bottom = max(low, high / 1e5)
    steps = [
        float(f"{digit}e{power}")
        for power in range(math.floor(math.log10(bottom)) - 1, math.ceil(math.log10(high)) + 1)
        for digit in (1, 2, 5)
    ]
    first = max(index for index, step in enumerate(steps) if step <= bottom)
    last = min(index for index, step in enumerate(steps) if step >= high)
    return np.array([0.0, *steps[first : last + 1]])


def left_truncation(engine: Engine, first_day: dt.date, as_of: dt.date) -> LeftTruncation:
    """Return how many customers were first seen in the first days of the record.

    A record that begins in the middle of a business shows old customers as new ones. One that follows
    the customers of a few weeks is meant to begin with them, and is not flagged.
    """
    last = first_day + dt.timedelta(days=FIRST_DAYS - 1)
    length = (as_of - first_day).days + 1
    half = first_day + dt.timedelta(days=length // 2)
    query = (
        "select count(*) filter (where first_order <= $last), count(*) filter (where first_order > $half), count(*) "
        "from summaries"
    )
    early, late, customers = engine.rows(query, {"last": last, "half": half})[0]
    share = early / customers
    growing = late > COHORT * customers
    flagged = growing and length > 3 * FIRST_DAYS and share > SUSPICIOUS * FIRST_DAYS / length
    return LeftTruncation(FIRST_DAYS, early, share, flagged)
