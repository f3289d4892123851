"""How many customers will not order again soon?"""

from __future__ import annotations

from regulars.metrics.metric import Metric

CHURN = Metric(
    name="churn",
    title="Churn, non-contractual",
    formula="mean over customers of 1 - P(at least one order in the next H days), from the fitted model",
    meaning="The share of customers expected not to order in the horizon, the quiet and the gone together.",
    pitfall=(
        "Where no contract ends nobody sees a customer leave, so this is a probability from a model. A rule "
        "such as “no order for 90 days” is not one, and 1 / churn is no lifespan when customers differ."
    ),
    unit="share of customers",
    source="P(no purchase in H): Fader, Hardie & Lee 2005; Klaviyo shows a similar probability",
)
