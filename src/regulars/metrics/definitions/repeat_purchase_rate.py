"""How many customers come back within N days?"""

from __future__ import annotations

from regulars.errors import NotApplicable
from regulars.metrics.metric import Metric

REPEAT_PURCHASE_RATE = Metric(
    name="repeat-purchase-rate",
    title="Repeat purchase rate",
    formula="customers with a purchase on a second day within N days of the first / customers observed for N days",
    meaning=(
        "The share of customers who came back within N days. Only cohorts that have been observed for N days count."
    ),
    pitfall=(
        "Without a limit of days it rises by waiting alone. It is not the share of orders by earlier "
        "customers, nor of customers in a month who had bought before; both are also called repeat rate."
    ),
    unit="share of customers",
    source="mature cohorts only, as RevenueCat completes its cohorts",
)


def repeat_purchase_rate(repeaters: float, customers: float) -> float:
    """Return the share of customers who bought again within N days, all of them observed for N days.

    Raises `NotApplicable` without such a customer.

    >>> repeat_purchase_rate(30, 120)
    0.25
    """
    if customers == 0:
        raise NotApplicable("no customer has been observed for the whole window")
    return repeaters / customers
