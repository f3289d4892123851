"""What may stand beside histories: attributes of the customers, and the days on which they bought again.

Covariates fixed in time are one column each, a number per history. The calendar is the as-of day, which with an age
gives the first day, and the repeat purchases of each day, which is all that a clock shared by everybody needs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regulars.errors import InputError
from regulars.periods import Unit, date_of

Floats = NDArray[np.float64]

# A sum of counts that have been through weights and floating point may be this far from whole.
COUNTED = 1e-6


def covariate_columns(covariates: Mapping[str, ArrayLike] | None, length: int) -> dict[str, Floats]:
    """Return the covariates as read-only columns of `length` numbers; raises `InputError` for anything else.

    >>> covariate_columns({"age": [30, 41]}, 2)["age"].tolist()
    [30.0, 41.0]
    """
    columns = {}
    for name, values in (covariates or {}).items():
        try:
            column = np.atleast_1d(np.array(values, dtype=np.float64))
        except (TypeError, ValueError) as error:
            raise InputError(f"covariate {name!r} must be numbers; make 0 and 1 of a text first ({error})") from error
        if column.shape != (length,) or not np.isfinite(column).all():
            raise InputError(
                f"covariate {name!r} must be one finite number for each of {length} histories, "
                f"got shape {column.shape} with {int((~np.isfinite(column)).sum())} missing or infinite"
            )
        column.setflags(write=False)
        columns[str(name)] = column
    return columns


def calendar_day(as_of: str | dt.date | None) -> dt.date | None:
    """Return the as-of day, or None where none is known."""
    return None if as_of is None else date_of(as_of)


def repeats_by_day(
    purchases_by_day: Mapping[dt.date, float] | None, as_of: dt.date | None, repeats: float, oldest: float, unit: Unit
) -> dict[dt.date, float]:
    """Return the repeat purchases of each day in order of days, checked against the histories.

    `repeats` is Σ frequency·count and `oldest` the largest age in `unit`. Raises `InputError` where the days do
    not add up to it, lie outside the record, or the as-of day is missing.
    """
    if purchases_by_day is None:
        return {}
    if as_of is None:
        raise InputError("purchases by day need as_of, the day on which the ages end")
    days = {date_of(day): float(number) for day, number in sorted(purchases_by_day.items()) if number != 0.0}
    if not all(np.isfinite(number) and number > 0.0 for number in days.values()):
        raise InputError("purchases by day must be finite numbers of repeat purchases, 0 or more")
    total = sum(days.values())
    if abs(total - repeats) > COUNTED * max(1.0, repeats):
        raise InputError(
            f"purchases by day add up to {total:,.6g} repeat purchases, the histories to {repeats:,.6g}; "
            "first purchases are not in them"
        )
    first = as_of - dt.timedelta(days=round(oldest * unit.days))
    if days and (min(days) <= first or max(days) > as_of):
        raise InputError(f"repeat purchases lie after {first} and not after {as_of}, got {min(days)} to {max(days)}")
    return days
