"""How many customers have probably left, and what they would bring if they had not.

Nobody is seen to leave. With P the probability that a customer is still alive and V what the customer brings
within the horizon, the customers gone and the value at risk of the whole base are

    gone = Σ (1 - P)                                                             (1)
    value at risk = Σ E[V | alive] · (1 - P) = Σ E[V] · (1 - P) / P              (2)

Both are expectations under the fitted model. Where the mean value of the base is not defined, V counts
purchases instead of money.
"""

from __future__ import annotations

from dataclasses import dataclass

from regulars.engines.base import Engine, quoted

# Sums of decimals are the same for any number of threads. Below 1e-300 a double has hardly a digit left to divide
# by: such a customer has left for certain, and (2) has no term for what that one would bring.
GONE = """
select cast(sum(cast(1 - probability_alive as decimal(18, 12))) as double),
    cast(coalesce(sum(case when probability_alive >= 1e-300
        then cast({column} / probability_alive * (1 - probability_alive) as decimal(38, 4)) end), 0) as double)
from customer_values
"""


@dataclass(frozen=True)
class Gone:
    """Customers who have probably left, as an expected number, and the value at risk with them (2)."""

    customers: float
    value_at_risk: float


def probably_gone(engine: Engine, expectation: str) -> Gone:
    """Return (1) and (2) over the table `customer_values`; `expectation` is the column to take as E[V]."""
    return Gone(*engine.rows(GONE.format(column=quoted(expectation)))[0])
