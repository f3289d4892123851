"""Whose leaving costs most: value that was expected of customers who may have gone already.

With V what a customer brings within the horizon and P the probability of being alive, a customer who has left
brings nothing, so E[V] = P · E[V | alive], and what the doubt takes away is

    value at risk = E[V | alive] · (1 - P) = E[V] · (1 - P) / P              (1)

It is a loss that the model holds likely, not a gain that a campaign would bring: nobody knows from it who can
be won back. Where the mean value of the base is not defined, V counts purchases instead of money.
"""

from __future__ import annotations

from dataclasses import dataclass

from regulars.engines.base import Engine, quoted
from regulars.valuation.describe import customer_rows
from regulars.valuation.valuation import CustomerRow

LISTED = 20

# Below 1e-300 a double has hardly a digit left to divide by: (1) is not defined for such a customer.
MOST_AT_RISK = """
select customer_id, {column} / probability_alive as if_alive,
    {column} / probability_alive * (1 - probability_alive) as at_risk
from customer_values
where probability_alive >= 1e-300 and probability_alive < 1 and {column} > 0
order by at_risk desc, customer_id limit $listed
"""


@dataclass(frozen=True)
class AtRisk:
    """A customer with the value expected if certainly still there, and the part of it that the doubt takes away."""

    customer: CustomerRow
    value_if_alive: float
    value_at_risk: float


def most_at_risk(engine: Engine, expectation: str) -> tuple[AtRisk, ...]:
    """Return the customers with the most at risk; `expectation` is the column of `customer_values` to take as V."""
    found = engine.rows(MOST_AT_RISK.format(column=quoted(expectation)), {"listed": LISTED})
    rows = customer_rows(engine, [customer for customer, *_ in found])
    return tuple(AtRisk(rows[customer], alive, risk) for customer, alive, risk in found)
