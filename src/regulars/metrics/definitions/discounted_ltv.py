"""What are yearly payments worth today, when customers leave and money has its price?"""

from __future__ import annotations

from dataclasses import dataclass

from regulars.errors import NotApplicable
from regulars.metrics.metric import Metric

DISCOUNTED_LTV = Metric(
    name="discounted-ltv",
    title="Discounted LTV",
    formula=(
        "m(1+d)/(1+d-r) with the first payment today; m·r/(1+d-r) without it; m/(1+d-r) with payments at the "
        "end of each year"
    ),
    meaning=(
        "The yearly margin m summed over the years a customer stays with probability r each, discounted at "
        "the rate d a year."
    ),
    pitfall=(
        "Three formulas of this name differ only in whether the first payment counts and when it is booked: "
        "367, 267 and 333 for m = 100, r = 0.8, d = 0.1. One retention rate for all understates those who "
        "have stayed."
    ),
    unit="money per customer",
    source="Fader & Hardie 2010, Customer-Base Valuation in a Contractual Setting, eq. 1",
)


@dataclass(frozen=True)
class DiscountedLTV:
    """The three conventions: first payment today, first payment left out, payments at the end of each year."""

    with_first: float
    without_first: float
    at_year_end: float


def discounted_ltv(annual: float, retention: float, discount: float, margin: float = 1.0) -> DiscountedLTV:
    """Return the discounted value of yearly margins, by when the first is counted, all in money.

    Raises `NotApplicable` where nobody leaves and nothing is discounted.

    >>> [round(value) for value in vars(discounted_ltv(100, retention=0.8, discount=0.1)).values()]
    [367, 267, 333]
    """
    if 1.0 + discount - retention <= 0.0:
        raise NotApplicable("with a retention of 1 and no discount the sum has no end")
    yearly = annual * margin / (1.0 + discount - retention)
    return DiscountedLTV(yearly * (1.0 + discount), yearly * retention, yearly)
