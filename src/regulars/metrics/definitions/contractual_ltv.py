"""What is a contract worth that ends with a constant probability each year?"""

from __future__ import annotations

from regulars.errors import NotApplicable
from regulars.metrics.metric import Metric

CONTRACTUAL_LTV = Metric(
    name="contractual-ltv",
    title="Margin / churn",
    formula="annual revenue per customer × margin / annual churn",
    meaning=(
        "The margin of a contract until it ends, when the same share of contracts ends each year. For "
        "subscriptions only."
    ),
    pitfall=(
        "True in a steady state alone: with churn that differs between customers it came out 23 % too low in "
        "a shop growing 5 % a period, and 33 % too high in one shrinking as fast. Where no contract ends, "
        "churn is not seen."
    ),
    unit="money per customer",
    source="ARPA × gross margin / churn; Fader & Hardie 2010 on heterogeneous churn",
)


def contractual_ltv(annual: float, churn: float, margin: float = 1.0) -> float:
    """Return a year's margin over the share of contracts that end in a year, in money.

    Raises `NotApplicable` at a churn of zero, where nothing ever ends.

    >>> contractual_ltv(100, 0.2)
    500.0
    """
    if churn == 0.0:
        raise NotApplicable("with a churn of 0 nobody ever leaves, and the sum has no end")
    return annual * margin / churn
