"""What does a customer bring in a year?"""

from __future__ import annotations

from regulars.errors import NotApplicable
from regulars.metrics.metric import Metric

ANNUAL_REVENUE = Metric(
    name="annual-revenue",
    title="Annual revenue per customer",
    formula="net sales of the last 365 days / customers who ordered in them",
    meaning="What those who bought in the last 365 days brought in these days, before the margin.",
    pitfall=(
        "Who stopped buying before is not in it, and who joined last month counts whole: the number says what "
        "active customers bring, not what a customer brings in each year of a life."
    ),
    unit="money per customer and year",
    source="the usual textbook input",
)


def annual_revenue(sales: float, customers: float) -> float:
    """Return sales per customer over one year; raises `NotApplicable` without a customer.

    >>> annual_revenue(24000.0, 120)
    200.0
    """
    if customers == 0:
        raise NotApplicable("nobody bought in the last 365 days")
    return sales / customers
