"""Does the model follow the customers' repeat purchases from week to week?"""

from __future__ import annotations

import numpy as np

from regulars.reporting import formats
from regulars.reporting.charts.chart import Chart
from regulars.reporting.charts.two_lines import long_enough, two_lines
from regulars.reporting.document import Column, Figure, Row, Table
from regulars.reporting.study import Study
from regulars.valuation.valuation import Tracking

NAME = "purchases-by-week"


def purchases_by_week(tracking: Tracking) -> Figure:
    """Return the incremental tracking: repeat purchases in each week, actual and expected."""
    return Figure(
        name=NAME,
        title="Repeat purchases in each week",
        finding=_finding(tracking),
        table=_table(tracking),
        specification=lambda theme: two_lines(
            tracking.week_start, tracking.actual.tolist(), tracking.expected.tolist(), theme
        ),
    )


def _finding(tracking: Tracking) -> str:
    widest = int(np.argmax(np.nan_to_num(np.abs(tracking.actual - tracking.expected))))
    actual, expected = _writers()
    return (
        f"Repeat purchases in each of {formats.counted(len(tracking.week_start), 'week')}, actual and expected. "
        f"They are furthest apart in the week from {formats.day(tracking.week_start[widest])}: "
        f"{actual.text(float(tracking.actual[widest]))} happened, "
        f"{expected.text(float(tracking.expected[widest]))} were expected."
    )


def _table(tracking: Tracking) -> Table:
    numbers = zip(tracking.week_start, tracking.actual.tolist(), tracking.expected.tolist(), strict=True)
    return Table(
        title="Repeat purchases in each week",
        columns=(Column("Week from", formats.short_day, numeric=False), *_writers()),
        rows=tuple(Row(cells) for cells in numbers),
    )


def _writers() -> tuple[Column, Column]:
    return (
        Column("Actual", lambda number: formats.fixed(number, 0)),
        Column("Expected", lambda number: formats.fixed(number, 1)),
    )


def _figure(study: Study) -> Figure:
    return purchases_by_week(long_enough(study.valuation.tracking))


PURCHASES_BY_WEEK = Chart(NAME, __doc__, _figure)
