"""What does an order bring on average?"""

from __future__ import annotations

from regulars.errors import NotApplicable
from regulars.metrics.metric import Metric

AVERAGE_ORDER_VALUE = Metric(
    name="average-order-value",
    title="Average order value",
    formula="net sales / valid orders",
    meaning="What an order brings on average, after discounts and refunds, before the margin.",
    pitfall=(
        "A few large orders carry it: half of the orders are usually smaller. Shops differ in whether "
        "shipping, tax and refunds are in it, so two systems seldom agree."
    ),
    unit="money per order",
    source="as WooCommerce counts it (net sales); Shopify divides total sales",
)


def average_order_value(sales: float, orders: float) -> float:
    """Return sales per order, in money; raises `NotApplicable` without an order.

    >>> average_order_value(600.0, 12)
    50.0
    """
    if orders == 0:
        raise NotApplicable("there is no order to average over")
    return sales / orders
