"""How long a new customer stays one: from the first purchase to the unseen dropout.

The mean is often infinite, because a few customers hardly ever leave; the median is what half of the
customers reach, and is finite far more often. Neither is read off beyond a hundred years.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from regulars.models.predictions import Predictions
from regulars.periods import DAYS_PER_YEAR

LONGEST_YEARS = 100
# Halvings of a hundred years that leave far less than a second.
HALVINGS = 60


@dataclass(frozen=True)
class Lifetime:
    """Mean and median lifetime of a new customer in years; None with the reason in words where there is none."""

    mean: float | None
    mean_reason: str
    median: float | None
    median_reason: str


def lifetime_of(fit: Predictions) -> Lifetime:
    """Return the lifetime of a new customer under a fit.

    >>> from regulars.models.certificate import Certificate
    >>> from regulars.models.fit import Fit
    >>> from regulars.models.transactions import MODELS
    >>> from regulars.periods import Unit
    >>> theta = np.array([0.55, 10.6, 1.0, 52.0])
    >>> fit = Fit(MODELS.get("pareto-nbd"), theta, Unit.WEEK, 0.0, 1.0, np.eye(4), Certificate(()))
    >>> found = lifetime_of(fit)
    >>> found.mean is None, round(found.median, 3)
    (True, 0.997)
    """
    mean, median = _mean(fit), _median(fit)
    return Lifetime(
        mean if mean <= LONGEST_YEARS else None,
        _why_no_mean(fit, mean),
        median if median <= LONGEST_YEARS else None,
        _why_no_median(fit, median),
    )


def _mean(fit: Predictions) -> float:
    return fit.model.mean_lifetime(fit.theta) * fit.unit.days / DAYS_PER_YEAR


def _median(fit: Predictions) -> float:
    """Return the time by which half of the customers have left, by bisection; infinite where it is beyond the end."""
    low, high = 0.0, LONGEST_YEARS * DAYS_PER_YEAR / fit.unit.days

    def stays(t: float) -> float:
        return float(fit.model.lasting(fit.theta, np.array([t]))[0])

    if stays(high) > 0.5:
        return math.inf
    if stays(low) <= 0.5:
        return 0.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        low, high = (middle, high) if stays(middle) > 0.5 else (low, middle)
    return high * fit.unit.days / DAYS_PER_YEAR


def _why_no_mean(fit: Predictions, years: float) -> str:
    if not fit.model.has_dropout:
        return f"under {fit.model.title} no customer ever leaves"
    if math.isinf(years):
        return "the mean is infinite, because a few customers who hardly ever leave outweigh all others"
    return f"the mean is {years:,.0f} years, longer than a life" if years > LONGEST_YEARS else ""


def _why_no_median(fit: Predictions, years: float) -> str:
    if not fit.model.has_dropout:
        return f"under {fit.model.title} no customer ever leaves"
    return f"more than half of the customers stay beyond {LONGEST_YEARS} years" if years > LONGEST_YEARS else ""
