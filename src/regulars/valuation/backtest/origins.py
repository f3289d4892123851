"""The earlier days to forecast from: each sees what was dated before it, and is held against the window after it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from regulars.errors import InputError, NotApplicable

MOST = 3
FEWEST_DAYS = 7
# A window needs one before its origin for the plain baselines, and one before that to learn from.
WINDOWS_BEFORE = 2


@dataclass(frozen=True)
class Origins:
    """The days to forecast from, latest first, and how many days each forecast looks ahead.

    `asked` is the horizon of the run; the window is shorter where the record does not reach.
    """

    days: tuple[dt.date, ...]
    window: int
    asked: int


def origins_of(
    first_day: dt.date, as_of: dt.date, horizon: int, wanted: int | tuple[dt.date, ...] | None = None
) -> Origins:
    """Return the origins: the days `wanted`, or so many (up to three), one window apart, so that none share a day.

    The window is the horizon, or a quarter of the record where that is less. Raises `NotApplicable` where
    that is not even a week, `InputError` for a number below 1 and for a day without a window before and after it in
    the record.

    >>> origins_of(dt.date(2010, 1, 1), dt.date(2013, 12, 31), 365).days
    (datetime.date(2012, 12, 31), datetime.date(2012, 1, 1))
    """
    length = (as_of - first_day).days + 1
    window = min(horizon, length // (WINDOWS_BEFORE + 2))
    if window < FEWEST_DAYS:
        raise NotApplicable(
            f"the record of {length:,} days is too short for a back-test: a quarter of it is less than a week"
        )
    if isinstance(wanted, tuple):
        return Origins(_checked(wanted, first_day, as_of, window), window, horizon)
    if wanted is not None and wanted < 1:
        raise InputError(f"the number of origins must be at least 1, got {wanted}")
    number = min(wanted or MOST, length // window - WINDOWS_BEFORE)
    days = tuple(as_of - dt.timedelta(days=window * back) for back in range(1, number + 1))
    return Origins(days, window, horizon)


def _checked(days: tuple[dt.date, ...], first_day: dt.date, as_of: dt.date, window: int) -> tuple[dt.date, ...]:
    if not days:
        raise InputError("give at least one day to forecast from, or leave the origins out")
    earliest, latest = first_day + dt.timedelta(days=window), as_of - dt.timedelta(days=window)
    for day in days:
        if not earliest <= day <= latest:
            raise InputError(
                f"{day} cannot be an origin: with windows of {window:,} days it must lie from {earliest} to {latest}"
            )
    return tuple(sorted(set(days), reverse=True))
