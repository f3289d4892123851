"""How many repeat purchases does a new customer make, by time?"""

from __future__ import annotations

from typing import Any

import numpy as np

from regulars.reporting import formats
from regulars.reporting.charts.axes import along, labels
from regulars.reporting.charts.chart import Chart
from regulars.reporting.document import Column, Figure, Row, Table
from regulars.reporting.study import Study
from regulars.reporting.theme import Theme
from regulars.valuation.fit_checks import NewCustomer

NAME = "new-customer"
_TITLE = "Repeat purchases expected of a new customer"
_WIDTH, _HEIGHT = 340, 210
_ROWS = 13
_WITHIN, _BEYOND = "Within the record", "Beyond it"


def new_customer(path: NewCustomer) -> Figure:
    """Return the expected repeat purchases of a new customer by days after the first purchase."""
    rows = np.rint(np.linspace(0, path.days.size - 1, min(_ROWS, path.days.size))).astype(int)
    return Figure(
        name=NAME,
        title=_TITLE,
        finding=_finding(path),
        table=Table(
            title=_TITLE,
            columns=(
                Column("Days after the first purchase", lambda number: formats.fixed(number, 0)),
                Column("Expected repeat purchases", lambda number: formats.significant(number, 3)),
            ),
            rows=tuple(Row((float(path.days[row]), float(path.purchases[row]))) for row in rows),
        ),
        specification=lambda theme: _lines(path, theme),
    )


def _finding(path: NewCustomer) -> str:
    at_end = float(np.interp(path.longest, path.days, path.purchases))
    return (
        f"A new customer is expected to come back {formats.significant(at_end, 3)} times in "
        f"{formats.counted(path.longest, 'day')}, the age of the oldest customers here, and "
        f"{formats.significant(float(path.purchases[-1]), 3)} times in {formats.counted(int(path.days[-1]), 'day')}. "
        "The dashed part is beyond what any customer was observed for."
    )


def _lines(path: NewCustomer, theme: Theme) -> dict[str, Any]:
    seen = path.days <= path.longest
    later = np.append(seen[1:], False) < 1  # from the last day that was seen on, so that the line has no gap
    points = [
        {"day": float(day), "purchases": float(number), "part": part}
        for part, shown in ((_WITHIN, seen), (_BEYOND, later))
        for day, number in zip(path.days[shown], path.purchases[shown], strict=True)
    ]
    dash = {"domain": [_WITHIN, _BEYOND], "range": [[1, 0], [5, 3]]}
    axis = {"tickCount": 5, "domain": False, "ticks": False, "minExtent": 46, **labels()}
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "config": theme.config(),
        "data": {"values": points},
        "mark": {"type": "line", "strokeWidth": 2.2, "color": theme.expected},
        "encoding": {
            "x": {
                "field": "day",
                "type": "quantitative",
                "title": "Days after the first purchase",
                "axis": along(),
            },
            "y": {"field": "purchases", "type": "quantitative", "title": None, "axis": axis},
            "strokeDash": {
                "field": "part",
                "type": "nominal",
                "title": None,
                "scale": dash,
                "legend": {"symbolStrokeColor": theme.expected, "columnPadding": 30},
            },
        },
    }


def _figure(study: Study) -> Figure:
    return new_customer(study.valuation.checks().new_customer)


NEW_CUSTOMER = Chart(NAME, __doc__, _figure)
