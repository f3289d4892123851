"""How often a contract is paid and renewed, as people write it: monthly, yearly, 3 months, P1Y, per quarter."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from regulars.engines.base import Engine

PERIODS = "billing_periods"
_MONTHS = {"month": 1, "mo": 1, "m": 1, "quarter": 3, "q": 3, "halfyear": 6, "year": 12, "yr": 12, "y": 12, "a": 12}
_DAYS = {"week": 7, "wk": 7, "w": 7, "fortnight": 14, "day": 1, "d": 1}
_WORDS = {
    "monthly": "1month",
    "monthtomonth": "1month",
    "quarterly": "1quarter",
    "halfyearly": "1halfyear",
    "semiannual": "1halfyear",
    "semiannually": "1halfyear",
    "halfannual": "1halfyear",
    "biannual": "1halfyear",
    "yearly": "1year",
    "annual": "1year",
    "annually": "1year",
    "annum": "1year",
    "biennial": "2year",
    "biennially": "2year",
    "weekly": "1week",
    "biweekly": "2week",
    "fortnightly": "1fortnight",
    "daily": "1day",
    "bimonthly": "2month",
}
_NUMBERS = {"one": "1", "two": "2", "three": "3", "four": "4", "six": "6", "twelve": "12"}
# More than a hundred years is no billing period.
_MOST_MONTHS, _MOST_DAYS = 1_200, 36_525


@dataclass(frozen=True)
class BillingPeriod:
    """A number of months, or of days where `months` is 0."""

    months: int
    days: int

    @property
    def name(self) -> str:
        """The period in words.

        >>> [BillingPeriod(*lengths).name for lengths in ((1, 0), (3, 0), (24, 0), (0, 7), (0, 10))]
        ['month', '3 months', '2 years', 'week', '10 days']
        """
        for length, unit, number in ((self.months, "year", 12), (self.months, "month", 1), (self.days, "week", 7)):
            if length and length % number == 0:
                return unit if length == number else f"{length // number} {unit}s"
        return "day" if self.days == 1 else f"{self.days} days"

    @property
    def mean_days(self) -> float:
        """The mean length in days."""
        return self.months * 365.25 / 12.0 + self.days


MONTH = BillingPeriod(1, 0)


def period_of(text: str) -> BillingPeriod | None:
    """Return the billing period that a text names, None where it names none.

    >>> [period_of(text) for text in ("Monthly", "every 3 months", "P1Y", "fortnight!")]
    [BillingPeriod(months=1, days=0), BillingPeriod(months=3, days=0), BillingPeriod(months=12, days=0), \
BillingPeriod(months=0, days=14)]
    >>> period_of("now and then") is None
    True
    """
    bare = re.sub(r"[^a-z0-9]", "", re.sub(r"^\s*(every|per|each|p|/)\b\s*", "", text.lower()))
    bare = re.sub(r"^p(?=\d)", "", bare)
    for word, number in _NUMBERS.items():
        bare = re.sub(rf"^{word}(?=[a-z])", number, bare)
    found = re.fullmatch(r"(\d{1,5})?([a-z]+?)s?", _WORDS.get(bare, bare))
    if found is None:
        return None
    times, unit = int(found[1] or 1), found[2]
    months, days = times * _MONTHS.get(unit, 0), times * _DAYS.get(unit, 0)
    if not 0 < months <= _MOST_MONTHS and not 0 < days <= _MOST_DAYS:
        return None
    return BillingPeriod(months, days)


def load_periods(engine: Engine, texts: Iterable[str]) -> None:
    """Make the table `PERIODS` (wording, months, days) of those of `texts` that name a billing period."""
    read = [(text, period) for text in sorted(set(texts)) if (period := period_of(text)) is not None]
    engine.load(
        PERIODS,
        {
            "wording": np.array([text for text, _ in read] or [""], dtype=object),
            "months": np.array([period.months for _, period in read] or [0]),
            "days": np.array([period.days for _, period in read] or [0]),
        },
    )
