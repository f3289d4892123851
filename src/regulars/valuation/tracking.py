"""What happened and what the model expects, week by week: the first look at whether a fit can be believed."""

from __future__ import annotations

import datetime as dt

import numpy as np

from regulars.engines.base import Engine
from regulars.models.histories import Floats
from regulars.models.predictions import Predictions
from regulars.valuation.valuation import Tracking

DAYS = 7

BY_DAY = """
select date_diff('day', $first_day::date, on_day) as since, repeats, customers from days_of_record order by since
"""


def track(engine: Engine, fit: Predictions, first_day: dt.date, as_of: dt.date) -> Tracking:
    """Return repeat purchase days per whole week of the record, actual and expected.

    Expected is Σ over customers of E[X(end of week - first order)] minus the same at its start,
    for a new customer under the fit: nothing of the customer's own history is used.
    """
    columns = engine.arrays(BY_DAY, {"first_day": first_day})
    length = (as_of - first_day).days + 1
    since = columns["since"].astype(np.int64)
    actual, customers = np.zeros(length), np.zeros(length)
    actual[since], customers[since] = columns["repeats"], columns["customers"]
    weeks = length // DAYS
    return Tracking(
        week_start=tuple(first_day + dt.timedelta(days=DAYS * week) for week in range(weeks)),
        actual=actual[: weeks * DAYS].reshape(weeks, DAYS).sum(axis=1),
        expected=np.diff(expected_cumulative(fit, customers, weeks), prepend=0.0),
    )


def expected_cumulative(fit: Predictions, customers: Floats, weeks: int) -> Floats:
    """Return the expected repeat purchases by the end of each week, `customers` acquired on each day before."""
    ages = np.arange(1, weeks * DAYS + 1) / fit.unit.days
    per_customer = fit.expected_purchases_path(ages)
    # A customer acquired on day f has, at the end of day d, been observed for d - f days.
    so_far = np.concatenate([np.zeros(1), per_customer])
    return np.convolve(customers, so_far)[: weeks * DAYS][DAYS - 1 :: DAYS]
