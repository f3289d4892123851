"""How sure was the model, day by day, that one customer was still a customer?"""

from __future__ import annotations

from typing import Any

import numpy as np

from regulars.errors import NotApplicable
from regulars.reporting import formats
from regulars.reporting.charts.axes import labels
from regulars.reporting.charts.chart import Chart
from regulars.reporting.document import Column, Figure, Row, Table
from regulars.reporting.study import Study
from regulars.reporting.theme import Theme
from regulars.valuation.alive_history import AliveHistory

NAME = "alive-history"
_WIDTH, _HEIGHT = 340, 210
_ROWS = 16
_MOST_PURCHASES = 200
_TITLE = "One customer, day by day"


def alive_history(history: AliveHistory) -> Figure:
    """Return P(alive) of one customer day by day, with the purchases on the line below it."""
    rows = np.rint(np.linspace(0, len(history.days) - 1, min(_ROWS, len(history.days)))).astype(int)
    return Figure(
        name=NAME,
        title=_TITLE,
        finding=_finding(history),
        table=Table(
            title="Chance of still being a customer",
            columns=(Column("Day", formats.short_day, numeric=False), Column("Chance", formats.share)),
            rows=tuple(Row((history.days[row], float(history.probability_alive[row]))) for row in rows),
        ),
        specification=lambda theme: _line(history, theme),
    )


def _finding(history: AliveHistory) -> str:
    lowest = int(np.argmin(history.probability_alive))
    return (
        f"Customer {formats.name(history.customer_id)}, {formats.counted(len(history.purchases), 'purchase day')} from "
        f"{formats.day(history.purchases[0])} to {formats.day(history.purchases[-1])}: the chance of still being a "
        f"customer was lowest on {formats.day(history.days[lowest])}, "
        f"{formats.share(float(history.probability_alive[lowest]))}, and is "
        f"{formats.share(float(history.probability_alive[-1]))} on {formats.day(history.days[-1])}."
    )


def _line(history: AliveHistory, theme: Theme) -> dict[str, Any]:
    points = [
        {"day": day.isoformat(), "chance": float(chance)}
        for day, chance in zip(history.days, history.probability_alive, strict=True)
    ]
    every = -(-len(history.purchases) // _MOST_PURCHASES)
    bought = [{"day": day.isoformat()} for day in history.purchases[::every]]
    # In the zone of the machine a day would slip to the one before.
    axis = {"grid": False, "labelOverlap": "greedy", "labelSeparation": 14, "labelFlush": True, "tickCount": 5}
    across = {"field": "day", "type": "temporal", "title": None, "scale": {"type": "utc"}}
    upward = {"tickCount": 5, "domain": False, "ticks": False, "minExtent": 46, **labels(percent=True)}
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "config": theme.config(),
        "layer": [
            {
                "data": {"values": points},
                "mark": {"type": "line", "strokeWidth": 2.2, "color": theme.expected},
                "encoding": {
                    "x": {**across, "axis": {**axis, "format": "%-d %b %Y"}},
                    "y": {
                        "field": "chance",
                        "type": "quantitative",
                        "title": None,
                        "scale": {"domain": [0, 1]},
                        "axis": upward,
                    },
                },
            },
            {
                "data": {"values": bought},
                "mark": {
                    "type": "tick",
                    "orient": "vertical",
                    "thickness": 1.5,
                    "size": 12,
                    "opacity": 1,
                    "color": theme.actual,
                },
                "encoding": {"x": across, "y": {"datum": 0, "type": "quantitative"}},
            },
        ],
    }


def _figure(study: Study) -> Figure:
    if study.alive_history is None:
        raise NotApplicable("there is no customer to show")
    return alive_history(study.alive_history)


ALIVE_HISTORY = Chart(NAME, __doc__, _figure)
