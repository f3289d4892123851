"""Lengths of time that carry their unit, so that no number of weeks is ever taken for days.

A horizon is in days everywhere. The parameters of a fit are in the unit of the
histories it was fitted on; a bare number given to a fit is in that unit too, and
`days` or `weeks` say otherwise.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from enum import Enum

from regulars.errors import InputError, UnknownName

DAYS_PER_YEAR = 365.25
DAYS_IN = {"day": 1, "week": 7, "month": DAYS_PER_YEAR / 12, "quarter": DAYS_PER_YEAR / 4, "year": DAYS_PER_YEAR}


class Unit(Enum):
    """The time unit of a fit's parameters."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def days(self) -> float:
        """Length of one unit in days; months and quarters are parts of a year of 365.25 days."""
        return DAYS_IN[self.value]

    @classmethod
    def of(cls, name: str | Unit) -> Unit:
        """Return the unit called `name`.

        >>> Unit.of("week").days
        7
        """
        if isinstance(name, Unit):
            return name
        try:
            return cls(name)
        except ValueError:
            raise UnknownName("unit", name, [unit.value for unit in cls]) from None


@dataclass(frozen=True)
class Period:
    """A length of time in days."""

    in_days: float

    def to(self, unit: Unit) -> float:
        """Return the length in `unit`."""
        return self.in_days / unit.days


def days(number: float) -> Period:
    """Return a period of `number` days.

    >>> days(273).to(Unit.WEEK)
    39.0
    """
    return Period(float(number))


def weeks(number: float) -> Period:
    """Return a period of `number` weeks.

    >>> weeks(39).in_days
    273.0
    """
    return Period(7.0 * number)


def length_in(unit: Unit, time: float | Period) -> float:
    """Return `time` in `unit`, a bare number being in it already; raises `InputError` where it is no finite length."""
    length = time.to(unit) if isinstance(time, Period) else float(time)
    if not 0.0 <= length < math.inf:
        raise InputError(f"a length of time must be zero or more, and end, got {length}")
    return length


def discount_rate(annual: float, unit: Unit) -> float:
    """Return the continuous rate per unit of an annual discount: ln(1 + d) / 365.25 per day."""
    if not annual >= 0.0 or math.isinf(annual):
        raise InputError(f"a discount rate must be zero or more (0.10 is 10 % a year), got {annual}")
    return math.log1p(annual) / DAYS_PER_YEAR * unit.days


def date_of(value: str | dt.date) -> dt.date:
    """Return the date that `value` names; a text must be written YYYY-MM-DD.

    >>> date_of("1997-09-30")
    datetime.date(1997, 9, 30)
    """
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        raise InputError(f"not a date: {value!r}; write it as YYYY-MM-DD, for example 2011-12-09") from None
