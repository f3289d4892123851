"""The numbers behind the charts of cohorts, as tables and as the sentence beneath a chart."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from regulars.reporting import formats
from regulars.reporting.charts.heat_table import POOLED
from regulars.reporting.cohort_view import CohortGrid
from regulars.reporting.document import Column, Row, Table

_HATCHED = " Hatched cells are open: not everybody in that cohort has reached that age yet."


def by_cohort(grid: CohortGrid, title: str, show: Callable[[float], str]) -> Table:
    """Return a table with a row for each cohort, a column for each age, and the pooled row at the foot."""
    ages = [Column(formats.counted(age, "day"), show) for age in grid.ages]
    rows = [
        Row((name, customers, *cells))
        for name, customers, cells in zip(grid.names, grid.customers, grid.cells.tolist(), strict=True)
    ]
    return Table(
        title=title,
        columns=(Column("Cohort", numeric=False), Column("Customers", formats.count), *ages),
        rows=(*rows, Row((POOLED, None, *grid.pooled.tolist()), sums=True)),
        note="A dash is an open cell. All cohorts: of each age, those that have reached it in full.",
        wide=True,
    )


def by_age(grid: CohortGrid, title: str, show: Callable[[float], str]) -> Table:
    """Return a table with a row for each age: all cohorts together, and the lowest and the highest of them."""
    # fmin and fmax pass over the open cells, and stay open where every cell is.
    lowest, highest = np.fmin.reduce(grid.cells), np.fmax.reduce(grid.cells)
    columns = zip(grid.ages, grid.pooled, grid.pooled_customers, lowest, highest, strict=True)
    return Table(
        title=title,
        columns=(
            Column("Age in days", formats.count),
            Column(POOLED, show),
            Column("Customers in it", formats.count),
            Column("Lowest", show),
            Column("Highest", show),
        ),
        rows=tuple(Row((age, float(all_), size, float(low), float(high))) for age, all_, size, low, high in columns),
        note="All cohorts: of each age, those that have reached it in full. Lowest and highest: of the cohorts shown.",
        wide=True,
    )


def at_a_glance(grid: CohortGrid, show: Callable[[float], str]) -> str:
    """Return the lowest and the highest cohort at the first age as a sentence, and what open cells look like."""
    return f"{_spread(grid, show)}{'' if np.isfinite(grid.cells).all() else _HATCHED}"


def climb(grid: CohortGrid, show: Callable[[float], str]) -> str:
    """Return the pooled number at the first and the last age as a sentence, with how many customers stand behind."""
    known = np.flatnonzero(np.isfinite(grid.pooled))
    if not known.size:
        return _spread(grid, show)
    parts = [
        f"{show(float(grid.pooled[step]))} at {formats.counted(grid.ages[step], 'day')} "
        f"({formats.counted(grid.pooled_customers[step], 'customer')})"
        for step in dict.fromkeys((known[0], known[-1]))
    ]
    return f"All cohorts together: {' and '.join(parts)}."


def _spread(grid: CohortGrid, show: Callable[[float], str]) -> str:
    first = grid.cells[:, 0]
    known = np.flatnonzero(np.isfinite(first))
    age = formats.counted(grid.ages[0], "day")
    if not known.size:
        return f"No cohort has reached the age of {age} in full."
    low, high = known[np.argmin(first[known])], known[np.argmax(first[known])]
    lowest, highest = show(float(first[low])), show(float(first[high]))
    if lowest == highest:
        return f"At the age of {age} it is {lowest}{' in every cohort' if known.size > 1 else ''}."
    return f"At the age of {age} the cohorts range from {lowest} ({grid.names[low]}) to {highest} ({grid.names[high]})."
