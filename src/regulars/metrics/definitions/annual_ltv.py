"""What is a customer worth, as years of revenue?"""

from __future__ import annotations

from regulars.metrics.metric import Metric

ANNUAL_LTV = Metric(
    name="annual-ltv",
    title="Annual revenue × years",
    formula="annual revenue per customer × lifespan in years × margin",
    meaning="What a customer would bring who brings the same amount in each year of the average lifespan.",
    pitfall=(
        "The year is that of customers who were active in it; customers who left no longer lower it, so every "
        "year after the first is taken too high."
    ),
    unit="money per customer",
    source="the usual textbook formula",
)


def annual_ltv(annual: float, lifespan: float, margin: float = 1.0) -> float:
    """Return a year's revenue times years times margin (a share), in money.

    >>> annual_ltv(200, 3)
    600.0
    """
    return float(annual * lifespan * margin)
