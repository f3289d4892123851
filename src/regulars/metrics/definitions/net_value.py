"""What does a customer leave after the cost of winning one?"""

from __future__ import annotations

from regulars.metrics.metric import Metric

NET_VALUE = Metric(
    name="net-value",
    title="Net value of a customer",
    formula="cohort LTV-N on margin - CAC",
    meaning="What a customer has left over by N days, once winning one is paid.",
    pitfall=(
        "The costs that do not depend on a customer are not in it, and marketing must not be in the margin as "
        "well, or it is subtracted twice."
    ),
    unit="money per customer",
    source="margin before marketing (CM2), so that CAC counts once",
)


def net_value(ltv: float, cac: float) -> float:
    """Return margin per customer minus the cost of acquiring one, in money.

    >>> net_value(105.0, 35.0)
    70.0
    """
    return ltv - cac
