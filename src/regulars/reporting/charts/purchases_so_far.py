"""Does the model arrive at as many repeat purchases as there were?"""

from __future__ import annotations

import numpy as np

from regulars.models.histories import Floats
from regulars.reporting import formats
from regulars.reporting.charts.chart import Chart
from regulars.reporting.charts.two_lines import long_enough, two_lines
from regulars.reporting.document import Column, Figure, Row, Table
from regulars.reporting.study import Study
from regulars.valuation.valuation import Tracking

NAME = "purchases-so-far"


def purchases_so_far(tracking: Tracking) -> Figure:
    """Return the cumulative tracking: repeat purchases up to the end of each week, actual and expected."""
    actual, expected = np.cumsum(tracking.actual), np.cumsum(tracking.expected)
    return Figure(
        name=NAME,
        title="Repeat purchases so far",
        finding=f"Repeat purchases up to the end of each week. {_comparison(actual, expected)}",
        table=_table(tracking, actual, expected),
        specification=lambda theme: two_lines(tracking.week_start, actual.tolist(), expected.tolist(), theme),
    )


def _comparison(actual: Floats, expected: Floats) -> str:
    happened, modelled = float(actual[-1]), float(expected[-1])
    sentence = f"{formats.fixed(happened, 0)} happened, {formats.fixed(modelled, 1)} were expected"
    if happened == 0.0:
        return f"{sentence}."
    direction = "more" if modelled >= happened else "fewer"
    return f"{sentence}: {formats.share(abs(modelled / happened - 1.0))} {direction} than there were."


def _table(tracking: Tracking, actual: Floats, expected: Floats) -> Table:
    numbers = zip(tracking.week_start, actual.tolist(), expected.tolist(), strict=True)
    return Table(
        title="Repeat purchases up to the end of each week",
        columns=(
            Column("Week from", formats.short_day, numeric=False),
            Column("Actual so far", lambda number: formats.fixed(number, 0)),
            Column("Expected so far", lambda number: formats.fixed(number, 1)),
        ),
        rows=tuple(Row(cells) for cells in numbers),
    )


def _figure(study: Study) -> Figure:
    return purchases_so_far(long_enough(study.valuation.tracking))


PURCHASES_SO_FAR = Chart(NAME, __doc__, _figure)
