"""The totals of cohorts: is the actual one inside the 80 % interval in 80 of 100 cases?

A cohort is the customers first seen in one week; weeks with fewer than 30 of them are joined to the next ones,
the last to the one before. Cohorts of one set at one day share its shocks, so the error of the pooled
coverage is taken between sets and days, not between cohorts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from regulars.models.histories import Floats, Integers
from regulars.models.totals import SimulatedTotals
from regulars.valuation.backtest.as_known import AsKnown

FEWEST = 30
WEEK = 7
LEVELS = (0.1, 0.9)

# Draws of the total purchases and value of some customers, given their places.
Totals = Callable[[Integers], SimulatedTotals]


@dataclass(frozen=True)
class Covered:
    """How many cohort totals of one set at one day lay inside their 80 % intervals."""

    where: str
    cohorts: int
    inside: int


@dataclass(frozen=True)
class Coverage:
    """The share inside over all sets and days, with the error of that share between them."""

    clusters: tuple[Covered, ...]

    @property
    def cohorts(self) -> int:
        """How many totals there are."""
        return sum(one.cohorts for one in self.clusters)

    @property
    def share(self) -> float:
        """The share of them inside."""
        return sum(one.inside for one in self.clusters) / self.cohorts

    @property
    def error(self) -> float:
        """The standard error of the share, clustered: the root of the sum of (inside - share · cohorts)² over n."""
        return math.sqrt(sum((one.inside - self.share * one.cohorts) ** 2 for one in self.clusters)) / self.cohorts


def by_week(known: AsKnown, fewest: int = FEWEST) -> tuple[Integers, ...]:
    """Return the customers of each cohort, earliest first: places in the order of `known`."""
    week = (known.age.max() - known.age) // WEEK
    order = np.argsort(week, kind="stable")
    starts = np.flatnonzero(np.diff(week[order], prepend=-1))
    return tuple(_joined(np.split(order, starts[1:]), fewest))


def _joined(weeks: Sequence[Integers], fewest: int) -> list[Integers]:
    cohorts: list[Integers] = []
    waiting: list[Integers] = []
    for week in weeks:
        waiting.append(week)
        if sum(part.size for part in waiting) >= fewest:
            cohorts.append(np.concatenate(waiting))
            waiting = []
    if waiting:
        last = [cohorts.pop()] if cohorts else []
        cohorts.append(np.concatenate([*last, *waiting]))
    return cohorts


def covered(where: str, known: AsKnown, totals: Totals, *, has_money: bool) -> tuple[Covered, Covered | None]:
    """Return how many totals of purchases, and of money, lay inside; totals without a mean are left out."""
    found = [_inside(known, totals, rows) for rows in by_week(known)]
    purchases, money = zip(*found, strict=True)
    return _count(where, purchases), _count(where, money) if has_money else None


def _inside(known: AsKnown, totals: Totals, rows: Integers) -> Iterator[bool | None]:
    drawn = totals(rows)
    for draws, actual in ((drawn.purchases, known.purchases_later), (drawn.value, known.value_later)):
        yield _within(draws, float(actual[rows].sum()))


def _within(draws: Floats, actual: float) -> bool | None:
    if not np.isfinite(draws).all():
        return None
    low, high = np.quantile(draws, LEVELS)
    return bool(low <= actual <= high)


def _count(where: str, found: Sequence[bool | None]) -> Covered:
    known = [one for one in found if one is not None]
    return Covered(where, len(known), sum(known))
