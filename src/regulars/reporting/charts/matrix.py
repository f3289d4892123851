"""A number by days since the last purchase and repeat purchases: one colour, the deeper the more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from regulars.models.histories import Floats
from regulars.reporting import formats
from regulars.reporting.charts.axes import labels
from regulars.reporting.document import Column, Row, Table
from regulars.reporting.theme import Theme
from regulars.valuation.surfaces import Surfaces

_WIDTH, _HEIGHT = 340, 260
_FAINTEST = 0.05
_ROWS, _COLUMNS = 7, 6


def matrix(
    surfaces: Surfaces, values: Floats, steps: Sequence[float], theme: Theme, *, percent: bool
) -> dict[str, Any]:
    """Return the Vega-Lite specification of `values`; NaN stays empty, the legend names the `steps` from 0 on."""
    silence, frequency = surfaces.silence.tolist(), surfaces.frequency.tolist()
    cells = [
        {"silence": silence[row], "frequency": frequency[column], "number": float(values[row, column])}
        for row, column in np.argwhere(np.isfinite(values)).tolist()
    ]
    axis = {
        "ticks": False,
        "domain": False,
        "labelAngle": 0,
        "labelOverlap": "greedy",
        "labelSeparation": 4,
        "titlePadding": 14,
    }
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "config": {**theme.config(), "scale": {"bandPaddingInner": 0.06, "bandPaddingOuter": 0.0}},
        "data": {"values": cells},
        "mark": {"type": "rect", "color": theme.actual},
        "encoding": {
            "x": _along("frequency", "Repeat purchases", frequency, axis),
            "y": _along("silence", "Days since the last purchase", silence, axis),
            "opacity": {
                "field": "number",
                "type": "quantitative",
                "title": None,
                "scale": {"domain": [0.0, max(steps[-1], float(np.nanmax(values)))], "range": [_FAINTEST, 1.0]},
                "legend": {
                    **labels(percent=percent),
                    "values": list(steps),
                    "symbolType": "square",
                    "symbolFillColor": theme.actual,
                    "symbolStrokeWidth": 0,
                },
            },
        },
    }


def coarse_table(surfaces: Surfaces, values: Floats, title: str, show: Callable[[float], str]) -> Table:
    """Return every few rows and columns of `values` as a table."""
    rows, columns = _few(surfaces.silence.size, _ROWS), _few(surfaces.frequency.size, _COLUMNS)
    headings = (formats.counted(int(number), "repeat") for number in surfaces.frequency[columns])
    return Table(
        title=title,
        columns=(Column("Days since the last purchase", formats.count), *(Column(text, show) for text in headings)),
        rows=tuple(
            Row((int(surfaces.silence[row]), *(_cell(values[row, column]) for column in columns))) for row in rows
        ),
        note="A dash: no customer of this age can have bought on so many days so long ago.",
    )


def _cell(number: float) -> float | None:
    return float(number) if np.isfinite(number) else None


def _few(number: int, most: int) -> list[int]:
    return sorted(set(np.rint(np.linspace(0, number - 1, min(number, most))).astype(int).tolist()))


def _along(field: str, title: str, order: list[int], axis: dict[str, Any]) -> dict[str, Any]:
    return {"field": field, "type": "ordinal", "title": title, "scale": {"domain": order}, "axis": axis}
