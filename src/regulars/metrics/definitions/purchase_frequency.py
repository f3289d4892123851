"""How often does a customer order in a year?"""

from __future__ import annotations

from regulars.errors import NotApplicable
from regulars.metrics.metric import Metric

PURCHASE_FREQUENCY = Metric(
    name="purchase-frequency",
    title="Purchase frequency",
    formula="valid orders in the first 365 days of customers / these customers",
    meaning=(
        "Orders per customer in the first 365 days from the first order on, the first included. Only "
        "customers whose first order lies at least 365 days back count, whether they came back or not."
    ),
    pitfall=(
        "Counted over customers of any age it falls whenever a shop grows, because newer customers had less "
        "time. The first year is usually the busiest: multiplied by years it is too high for the later ones."
    ),
    unit="orders per customer and year",
    source="Fader & Hardie on windows of equal length; the window is our choice",
)


def purchase_frequency(orders: float, customers: float) -> float:
    """Return orders per customer in one window, both counted over customers observed for the whole of it.

    Raises `NotApplicable` without such a customer.

    >>> purchase_frequency(480, 120)
    4.0
    """
    if customers == 0:
        raise NotApplicable("no customer has been observed for the whole window")
    return orders / customers
