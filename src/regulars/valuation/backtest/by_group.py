"""How good a forecast was among customers of one kind: acquired in one quarter, or alike in what they had done.

A forecast that is right for everyone together may be wrong for the young and for the old, or for the best. Groups rest
on what was known at the origin alone; how many customers a group has stands beside its measures, because
those of a few customers say little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.models.histories import Floats, Integers
from regulars.valuation.backtest.as_known import AsKnown
from regulars.valuation.backtest.forecast import Forecast
from regulars.valuation.backtest.measures import Measures, measured


@dataclass(frozen=True, eq=False)
class Groups:
    """Groups of customers: what tells them apart, their names in order, and the place of each customer's name."""

    title: str
    names: tuple[str, ...]
    of: Integers


@dataclass(frozen=True, eq=False)
class GroupMeasures:
    """One group's measures, None where one is undefined."""

    name: str
    measures: Measures

    @property
    def customers(self) -> int:
        """How many customers the group has."""
        return self.measures.customers


def by_group(forecast: Forecast, actual: Floats, groups: Groups, *, seed: int) -> tuple[GroupMeasures, ...]:
    """Return the measures of each group that has a customer, in the order of `groups`.

    `actual` has one entry per customer, as `forecast` and `groups.of` have.
    """
    members = ((name, np.flatnonzero(groups.of == place)) for place, name in enumerate(groups.names))
    return tuple(
        GroupMeasures(name, measured(forecast.take(rows), actual[rows], seed=seed))
        for name, rows in members
        if rows.size
    )


def by_quarter(known: AsKnown) -> Groups:
    """Return the customers by the calendar quarter of their first purchase."""
    first = np.datetime64(known.origin, "D") - known.age
    months = first.astype("datetime64[M]").astype(np.int64)  # since January 1970
    quarters, of = np.unique(months // 3, return_inverse=True)
    return Groups("acquired in", tuple(_quarter(int(quarter)) for quarter in quarters), of)


def _quarter(since_1970: int) -> str:
    year, place = divmod(since_1970, 4)
    return f"{1970 + year} Q{place + 1}"


def by_rfm(known: AsKnown) -> Groups:
    """Return the customers by purchases (one day or several), by days since the last one and by value so far.

    Recency and value are parted at the median of everyone, equals on one side.
    """
    since = known.age - known.recency
    several, older, high = known.frequency > 0, since > np.median(since), known.value > np.median(known.value)
    names = tuple(
        f"{days}, {last}, {value}"
        for days in ("bought on one day", "bought on several days")
        for last in ("recently", "longer ago")
        for value in ("lower value", "higher value")
    )
    return Groups("recency, frequency, money", names, 4 * several + 2 * older + high)
