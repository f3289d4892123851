"""What has a customer brought so far?"""

from __future__ import annotations

from regulars.metrics.metric import Metric

HISTORIC_LTV = Metric(
    name="historic-ltv",
    title="Historic LTV",
    formula="sum of net sales × margin over all valid orders up to the as-of date, refunds taken off",
    meaning="What a customer has brought up to the as-of date. It is the past, and predicts nothing.",
    pitfall=(
        "Averaged over customers it falls when a shop grows, because newer customers had less time: 99.8 in "
        "twelve months became 80.6 at 10 % growth a month. Compare customers of the same age instead."
    ),
    unit="money per customer",
    source="as Klaviyo counts it, net of refunds",
)
