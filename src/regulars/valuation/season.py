"""The season and the trend that a fit found, in numbers that can be shown: how fast customers buy month by month."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np

from regulars.models.effects.clock_fit import ClockFit
from regulars.models.fit import Fit
from regulars.models.histories import Floats
from regulars.models.pooled import PooledFit

MONTHS = 12
TREND = "clock.trend"


@dataclass(frozen=True, eq=False)
class Season:
    """How many times as fast as on the average of the year customers live in each month, January first.

    `share` of the forecast knows it. `trend` is how much faster they lived at the end of the record than a year before,
    as a share; `trend_error` is its standard error, None where a member has none. Members of a pool learned from the
    same days, so theirs are taken for wholly alike: that of their mean is no larger than the mean of theirs.
    """

    pace: Floats
    share: float
    trend: float
    trend_error: float | None


def season_of(fit: Fit | PooledFit) -> Season | None:
    """Return the season that a fit knows, the members of a pool by their weights; None where none is on a clock."""
    known = [(one, share) for one, share in zip(fit.members, fit.shares, strict=True) if isinstance(one, ClockFit)]
    share = math.fsum(weight for _, weight in known)
    if not share:
        return None
    weights = np.array([weight for _, weight in known]) / share
    pace = weights @ np.stack([_by_month(one) for one, _ in known])
    error = float(weights @ np.array([one.standard_errors.get(TREND, math.nan) for one, _ in known]))
    trend = math.expm1(float(weights @ np.array([one.params.get(TREND, 0.0) for one, _ in known])))
    return Season(pace, share, trend, (1.0 + trend) * error if math.isfinite(error) else None)


def _by_month(fit: ClockFit) -> Floats:
    rates = fit.model.over_the_year(fit.theta)
    ahead = (fit.model.seen + dt.timedelta(days=day + 1) for day in range(rates.size))
    month = np.array([day.month for day in ahead]) - 1
    return np.bincount(month, rates, minlength=MONTHS) / np.bincount(month, minlength=MONTHS)
