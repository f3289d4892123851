"""How long are customers seen to stay?"""

from __future__ import annotations

from regulars.errors import NotApplicable
from regulars.metrics.metric import Metric
from regulars.periods import DAYS_PER_YEAR

LIFESPAN_OBSERVED = Metric(
    name="lifespan-observed",
    title="Lifespan, observed",
    formula="mean of (day of the last order - day of the first order) over all customers",
    meaning="How long customers were seen to buy, up to the as-of date. Who bought once counts with zero.",
    pitfall=(
        "Biased low: the as-of date cuts short the lives of everybody who is still a customer, the more so "
        "the younger the shop and the faster it grows. The time after the last order is not in it."
    ),
    unit="years",
    source="the usual textbook input",
)


def lifespan_observed(days_between: float, customers: float) -> float:
    """Return the mean time from first to last order in years of 365.25 days, given its sum in days.

    Raises `NotApplicable` without a customer.

    >>> lifespan_observed(730.5, 2)
    1.0
    """
    if customers == 0:
        raise NotApplicable("there is no customer")
    return days_between / customers / DAYS_PER_YEAR
