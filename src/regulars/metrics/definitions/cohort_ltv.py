"""What has a customer brought by the age of N days?"""

from __future__ import annotations

from regulars.errors import NotApplicable
from regulars.metrics.metric import Metric

COHORT_LTV = Metric(
    name="cohort-ltv",
    title="Cohort LTV at N days (LTV-N)",
    formula="net sales × margin of a cohort in its first N days / customers of the cohort at its beginning",
    meaning=(
        "What a customer brought in the first N days, the first order included. Only cohorts all of whose "
        "customers have been observed for N days count; pooled cohorts are weighted by size."
    ),
    pitfall=(
        "It says nothing beyond N days. A cohort that is still open would look bad by its age alone, so it is "
        "left out; a shop whose new customers differ from the old ones learns it late."
    ),
    unit="money per customer",
    source="mature cohorts only, as RevenueCat completes its cohorts; Fader & Hardie call it value truncated at N",
)


def cohort_ltv(value: float, customers: float) -> float:
    """Return the value of a cohort's orders up to an age over its original customers; raises `NotApplicable`.

    >>> cohort_ltv(12600.0, 120)
    105.0
    """
    if customers == 0:
        raise NotApplicable("no cohort has been observed that long")
    return value / customers
