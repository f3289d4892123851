"""When has a customer brought back what winning one cost?"""

from __future__ import annotations

from regulars.metrics.metric import Metric

PAYBACK = Metric(
    name="payback",
    title="Payback time",
    formula="the smallest age t in steps of 30 days with pooled cohort margin per customer ≥ CAC",
    meaning=(
        "The age by which customers have brought in the cost of winning them, read off cohorts observed that "
        "long. Where they have not: how much of it they have brought, by which age."
    ),
    pitfall=(
        "It is never extrapolated: “not yet” may only mean that the record is short. On sales instead of "
        "margin it comes out far too early."
    ),
    unit="days",
    source="gross margin against CAC, as Lifetimely; SaaS divides CAC by the margin of a month",
)
