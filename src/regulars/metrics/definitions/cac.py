"""What does it cost to win a customer?"""

from __future__ import annotations

from regulars.errors import NotApplicable
from regulars.metrics.metric import Metric

CAC = Metric(
    name="cac",
    title="Cost of acquiring a customer (CAC)",
    formula="acquisition spend of a period / new customers of the same period",
    meaning="What it cost to win a customer. Blended: all spend over all new customers, however they came.",
    pitfall=(
        "Dividing by new and returning customers, or leaving out salaries, tools and first-order discounts, "
        "makes it too small. Customers who would have come anyway hide what the paid ones cost."
    ),
    unit="money per new customer",
    source="blended first; the paid variant divides paid spend by the customers it brought",
)


def cac(spend: float, customers: float) -> float:
    """Return acquisition spend per new customer of the same period; raises `NotApplicable` without a new customer.

    >>> cac(5000.0, 200)
    25.0
    """
    if customers == 0:
        raise NotApplicable("no customer was won")
    return spend / customers
