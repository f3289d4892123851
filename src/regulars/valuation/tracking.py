"""What happened and what the model expects, week by week: the first look at whether a fit can be believed."""

from __future__ import annotations

import datetime as dt

import numpy as np

from regulars.engines.base import Engine
from regulars.models.effects.clock_fit import ClockFit
from regulars.models.histories import Floats
from regulars.models.predictions import Predictions, Uncertain
from regulars.valuation.valuation import Tracking

DAYS = 7

BY_DAY = """
select date_diff('day', $first_day::date, on_day) as since, repeats, customers from days_of_record order by since
"""


def track(engine: Engine, fit: Uncertain, first_day: dt.date, as_of: dt.date) -> Tracking:
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
        expected=np.diff(_expected(fit, customers, weeks, first_day), prepend=0.0),
    )


def _expected(fit: Uncertain, customers: Floats, weeks: int, first_day: dt.date) -> Floats:
    """Return the expected repeat purchases by the end of each week, `customers` acquired on each day from the first."""
    expected = np.zeros(weeks)
    for member, share in zip(fit.members, fit.shares, strict=True):
        if isinstance(member, ClockFit):
            expected += share * _by_the_clock(member, customers, weeks, first_day)
        else:
            expected += share * expected_cumulative(member, customers, weeks)
    return expected


def _by_the_clock(fit: ClockFit, customers: Floats, weeks: int, first_day: dt.date) -> Floats:
    """Return the same on a clock: what is expected of a new customer depends on how far it has run since."""
    hands = fit.model.hands(fit.theta, first_day, customers.size - 1)
    # What is expected bends slowly in clock time: as many points as days leave nothing to see between them.
    run = np.linspace(0.0, float(hands[-1]), hands.size)
    path = fit.expected_by_the_clock(run)
    ends = np.arange(weeks) * DAYS + DAYS - 1
    return np.array([np.interp(hands[end] - hands[:end], run, path) @ customers[:end] for end in ends.tolist()])


def expected_cumulative(fit: Predictions, customers: Floats, weeks: int) -> Floats:
    """Return the expected repeat purchases by the end of each week, `customers` acquired on each day before."""
    ages = np.arange(1, weeks * DAYS + 1) / fit.unit.days
    per_customer = fit.expected_purchases_path(ages)
    # A customer acquired on day f has, at the end of day d, been observed for d - f days.
    so_far = np.concatenate([np.zeros(1), per_customer])
    return np.convolve(customers, so_far)[: weeks * DAYS][DAYS - 1 :: DAYS]
