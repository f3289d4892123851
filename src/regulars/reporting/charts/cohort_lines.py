"""One number by age: a line for every cohort, older ones dashed, and all cohorts together in front."""

from __future__ import annotations

import math
from typing import Any

from regulars.reporting.charts.heat_table import POOLED
from regulars.reporting.cohort_view import CohortGrid
from regulars.reporting.theme import Theme

_WIDTH, _HEIGHT = 340, 230
_OLDER, _NEWER = "Older cohorts", "Newer cohorts"
_LARGE = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))


def cohort_lines(grid: CohortGrid, theme: Theme, *, share: bool) -> dict[str, Any]:
    """Return the Vega-Lite specification; `share` writes the axis as percentages."""
    values = _points(grid)
    present = {point["group"] for point in values}
    groups = [*(group for group in (_OLDER, _NEWER) if group in present), POOLED]
    single, together = (theme.actual, 1.3), (theme.expected, 3.5)
    drawn = {_OLDER: (*single, [4, 3]), _NEWER: (*single, [1, 0]), POOLED: (*together, [1, 0])}
    colours, widths, dashes = zip(*(drawn[group] for group in groups), strict=True)
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "config": theme.config(),
        "encoding": {
            "x": _ages(grid),
            "y": _numbers(grid, share=share),
            "detail": {"field": "name", "type": "nominal"},
            "color": _by_group(groups, list(colours)),
            "strokeWidth": _by_group(groups, list(widths)),
            "strokeDash": _by_group(groups, list(dashes)),
        },
        # Two layers, because all cohorts together lie in front of the single ones.
        "layer": [
            _lines([point for point in values if point["group"] != POOLED]),
            _lines([point for point in values if point["group"] == POOLED]),
        ],
    }


def _lines(values: list[dict[str, Any]]) -> dict[str, Any]:
    alone = len({point["age"] for point in values}) == 1
    return {
        "data": {"values": values},
        "mark": {"type": "line", "point": {"size": 40, "filled": True} if alone else False},
    }


def _points(grid: CohortGrid) -> list[dict[str, Any]]:
    known = [row for row in range(len(grid.names)) if math.isfinite(grid.cells[row, 0])]
    # One cohort alone is all there is.
    rows = known if len(known) > 1 else []
    lines = [
        (grid.names[row], _OLDER if place < len(rows) / 2 else _NEWER, grid.cells[row].tolist())
        for place, row in enumerate(rows)
    ]
    return [
        {"name": name, "group": group, "age": age, "number": number}
        for name, group, numbers in (*lines, (POOLED, POOLED, grid.pooled.tolist()))
        for age, number in zip(grid.ages, numbers, strict=True)
        if math.isfinite(number)
    ]


def _ages(grid: CohortGrid) -> dict[str, Any]:
    every = math.ceil(len(grid.ages) / 6)
    named = list(grid.ages) if len(grid.ages) <= 6 else list(grid.ages[every - 1 :: every])
    axis = {"grid": False, "values": named, "format": ",d"}
    scale = {"domain": [min(0, grid.ages[0]), grid.ages[-1]], "nice": False}
    return {"field": "age", "type": "quantitative", "title": "Age in days", "scale": scale, "axis": axis}


def _numbers(grid: CohortGrid, *, share: bool) -> dict[str, Any]:
    axis: dict[str, Any] = {"tickCount": 5, "domain": False, "ticks": False, "minExtent": 46, "format": ",.2~f"}
    largest = max(map(abs, grid.numbers), default=0.0)
    scale, word = next(((scale, word) for scale, word in _LARGE if largest >= scale), (1.0, ""))
    if share:
        axis["labelExpr"] = "format(100 * datum.value, '.2~f') + '\\u00a0%'"
    elif word:
        axis["labelExpr"] = f"format(datum.value / {scale:.0f}, ',.2~f') + '\\u00a0{word}'"
    return {"field": "number", "type": "quantitative", "title": None, "axis": axis}


def _by_group(groups: list[str], values: list[Any]) -> dict[str, Any]:
    return {
        "field": "group",
        "type": "nominal",
        "title": None,
        "scale": {"type": "ordinal", "domain": groups, "range": values},
    }
