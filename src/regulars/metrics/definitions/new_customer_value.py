"""What will a new customer bring within the horizon, under the model?"""

from __future__ import annotations

from regulars.metrics.metric import Metric

NEW_CUSTOMER_VALUE = Metric(
    name="new-customer-value",
    title="Value of a new customer",
    formula="margin × (mean value of a first purchase + E[repeat purchases in H] × E[value of one])",
    meaning=(
        "What the model expects a customer won today to bring in the H days from the first purchase on, that "
        "purchase included."
    ),
    pitfall=(
        "It takes tomorrow’s customers for like those of the record, treats spend as independent of "
        "frequency, and ends at H: what comes later is not in it."
    ),
    unit="money per customer",
    source="Fader, Hardie & Lee 2005, RFM and CLV, at x = 0 and T = 0",
)


def new_customer_value(first: float, purchases: float, spend: float, margin: float = 1.0) -> float:
    """Return the value of a first purchase plus that of the expected repeat purchases, times margin, in money.

    >>> new_customer_value(first=40.0, purchases=2.5, spend=50.0)
    165.0
    """
    return margin * (first + purchases * spend)
