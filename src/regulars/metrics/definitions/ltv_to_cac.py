"""How many times over does a customer bring back what winning one cost?"""

from __future__ import annotations

from regulars.errors import NotApplicable
from regulars.metrics.metric import Metric

LTV_TO_CAC = Metric(
    name="ltv-to-cac",
    title="LTV:CAC",
    formula="cohort LTV-N on margin / CAC",
    meaning="The margin of the first N days per customer, over the cost of winning one. N stands beside the number.",
    pitfall=(
        "On revenue it flatters by the whole cost of the goods, and without its N it can be made as large as "
        "one likes. It is an average: the next customer usually costs more and brings less."
    ),
    unit="ratio",
    source="Skok, on gross margin; a ratio of 3 is a rule of thumb for software subscriptions",
)


def ltv_to_cac(ltv: float, cac: float) -> float:
    """Return margin per customer over the cost of acquiring one; raises `NotApplicable` at a cost of zero.

    >>> ltv_to_cac(105.0, 35.0)
    3.0
    """
    if cac == 0.0:
        raise NotApplicable("a ratio to a cost of 0 is not defined")
    return ltv / cac
