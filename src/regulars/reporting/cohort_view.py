"""What of the cohorts fits on a page: no more rows than can be compared, no more ages than can be read.

Up to two years a cohort is a month, up to six years a quarter, beyond that a year; of more than
24 years the latest are shown. The pooled numbers always come from all monthly cohorts.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np

from regulars.metrics.cohorts import Cohorts, Floats, merged
from regulars.reporting import formats

_NBSP = "\N{NO-BREAK SPACE}"
MOST_ROWS = 24
MOST_AGES = 12
MOST_POINTS = 36
_LENGTHS = (1, 3, 12)
_STRIDES = (1, 2, 3, 6, 12, 24)
_PERIODS = {1: "month", 3: "quarter", 12: "year"}


@dataclass(frozen=True, eq=False)
class CohortGrid:
    """One number of every cohort at the ages that are shown: NaN where a cell is open, `pooled` over all cohorts."""

    names: tuple[str, ...]
    customers: tuple[int, ...]
    ages: tuple[int, ...]
    cells: Floats
    pooled: Floats
    pooled_customers: tuple[int, ...]

    @property
    def numbers(self) -> list[float]:
        """Every number that is shown."""
        everything = np.concatenate([self.cells.ravel(), self.pooled])
        return [float(number) for number in everything[np.isfinite(everything)]]


def grid_of(cohorts: Cohorts, number: str, most_ages: int = MOST_AGES) -> CohortGrid:
    """Return `number` ("value", "orders", "repeat" or "active") of the cohorts, as it fits on a page."""
    rows = on_page(cohorts)
    steps = steps_shown(cohorts.value.shape[1], most_ages)
    cells = {"value": rows.value, "orders": rows.orders, "repeat": rows.repeat, "active": rows.active}[number]
    pooled = {
        "value": cohorts.pooled_value,
        "orders": cohorts.pooled_orders,
        "repeat": cohorts.pooled_repeat,
        "active": cohorts.pooled_active,
    }[number]
    return CohortGrid(
        names=tuple(name_of(rows, row) for row in range(len(rows.month))),
        customers=tuple(rows.customers.tolist()),
        ages=tuple(cohorts.ages[steps].tolist()),
        cells=cells[:, steps],
        pooled=pooled[steps],
        pooled_customers=tuple(cohorts.pooled_customers[steps].tolist()),
    )


def on_page(cohorts: Cohorts) -> Cohorts:
    """Return the cohorts as the rows of a page: months, quarters or years, the latest where they are too many."""
    for months in _LENGTHS:
        rows = cohorts if months == 1 else merged(cohorts, months)
        if len(rows.month) <= MOST_ROWS:
            return rows
    latest = slice(-MOST_ROWS, None)
    return dataclasses.replace(
        rows,
        month=rows.month[latest],
        first_order=rows.first_order[latest],
        customers=rows.customers[latest],
        value=rows.value[latest],
        orders=rows.orders[latest],
        repeat=rows.repeat[latest],
        active=rows.active[latest],
    )


def steps_shown(steps: int, most: int = MOST_AGES) -> list[int]:
    """Return which steps are shown: all, or every second, third, sixth … so that there are at most `most`.

    >>> steps_shown(4), steps_shown(24), steps_shown(30)
    ([0, 1, 2, 3], [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23], [2, 5, 8, 11, 14, 17, 20, 23, 26, 29])
    """
    needed = math.ceil(steps / most)
    stride = next((stride for stride in _STRIDES if stride >= needed), needed)
    return list(range(stride - 1, steps, stride))


def name_of(cohorts: Cohorts, row: int) -> str:
    """Return the name of a cohort as it stands beside a row: a month, a quarter or a year."""
    month = cohorts.month[row]
    if cohorts.months == 1:
        return formats.short_month(month)
    return f"Q{(month.month + 2) // 3}{_NBSP}{month.year}" if cohorts.months == 3 else str(month.year)


def period_of(cohorts: Cohorts) -> str:
    """Return what a row of the page is: a month, a quarter or a year."""
    return _PERIODS[on_page(cohorts).months]


def left_off(cohorts: Cohorts) -> int:
    """Return how many of the oldest customers are in the pooled numbers only, because their years are not shown."""
    return int(cohorts.customers.sum() - on_page(cohorts).customers.sum())
