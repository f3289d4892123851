"""What is a customer worth, by the formula of the textbooks?"""

from __future__ import annotations

from regulars.metrics.metric import Metric

SIMPLE_LTV = Metric(
    name="simple-ltv",
    title="Textbook LTV",
    formula="order value × orders per year × lifespan in years × margin",
    meaning=(
        "What a customer would bring who orders at the average rate for the average time. A formula to teach with."
    ),
    pitfall=(
        "It multiplies averages as if they had nothing to do with each other, counts money in ten years like "
        "money today, knows no customer in particular, and is as wrong as the lifespan put into it. Without the "
        "margin it is revenue, not value."
    ),
    unit="money per customer",
    source="e.g. 60 × 4 × 3 = 720 in the guides of Peel",
)


def simple_ltv(order_value: float, frequency: float, lifespan: float, margin: float = 1.0) -> float:
    """Return order value times orders per year times years times margin (a share), in money.

    >>> simple_ltv(60, 4, 3)
    720.0
    """
    return float(order_value * frequency * lifespan * margin)
