"""A table of tones: each cell carries its number, deeper where it is higher; open cells are hatched and hold none."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from regulars.reporting import formats
from regulars.reporting.cohort_view import CohortGrid
from regulars.reporting.theme import Theme

_CELL_HEIGHT, _FEWEST_WIDE, _LETTER_WIDE, _FONT = 24, 44, 7.5, 12
_GAP = " "  # the row without a name that sets the pooled one apart
POOLED = "All cohorts"


def heat_table(grid: CohortGrid, show: Callable[[float], str], theme: Theme) -> dict[str, Any]:
    """Return the Vega-Lite specification: cohorts down, ages across, the pooled row at the foot."""
    names = [_row(name, customers) for name, customers in zip(grid.names, grid.customers, strict=True)]
    rows = list(zip([*names, POOLED], [*grid.cells.tolist(), grid.pooled.tolist()], strict=True))
    widest = max((len(show(number)) for number in grid.numbers), default=0)
    scales = {
        "x": {"domain": [formats.count(age) for age in grid.ages], "paddingInner": 0.04, "paddingOuter": 0},
        "y": {"domain": [*names, _GAP, POOLED], "paddingInner": 0.08, "paddingOuter": 0},
    }
    return {
        "width": {"step": max(_FEWEST_WIDE, round(_LETTER_WIDE * widest + 10))},
        "height": {"step": _CELL_HEIGHT},
        "config": theme.config(),
        "layer": [
            _cells(_closed(rows, grid, show, theme), scales, theme),
            _hatching(_open(rows, grid), scales, theme),
        ],
    }


def _row(name: str, customers: int) -> str:
    return f"{name} ({formats.count(customers)})"


def _closed(
    rows: list[tuple[str, list[float]]], grid: CohortGrid, show: Callable[[float], str], theme: Theme
) -> list[dict[str, Any]]:
    low, high = min(grid.numbers, default=0.0), max(grid.numbers, default=0.0)
    # Where all are alike but for the last bits of a sum, none is deeper than another.
    alike = high - low <= 1e-9 * max(abs(low), abs(high))
    return [
        {
            "row": name,
            "age": formats.count(age),
            "number": show(number),
            "tone": round(theme.tone(0.5 if alike else (number - low) / (high - low)), 3),
        }
        for name, numbers in rows
        for age, number in zip(grid.ages, numbers, strict=True)
        if math.isfinite(number)
    ]


def _open(rows: list[tuple[str, list[float]]], grid: CohortGrid) -> list[dict[str, str]]:
    """Return one stretch for each row: a cohort that has not reached an age has not reached the next either."""
    firsts = [(name, sum(map(math.isfinite, numbers))) for name, numbers in rows]
    last = formats.count(grid.ages[-1])
    return [
        {"row": name, "age": formats.count(grid.ages[first]), "last": last}
        for name, first in firsts
        if first < len(grid.ages)
    ]


def _cells(values: list[dict[str, Any]], scales: dict[str, Any], theme: Theme) -> dict[str, Any]:
    label = {"type": "text", "color": theme.ink, "fontSize": _FONT}
    tone = {"field": "tone", "type": "quantitative", "scale": None}
    return {
        "data": {"values": values},
        "encoding": {"x": _ages(scales), "y": _rows(scales)},
        "layer": [
            {"mark": {"type": "rect", "color": theme.actual}, "encoding": {"opacity": tone}},
            {"mark": label, "encoding": {"text": {"field": "number", "type": "nominal"}}},
        ],
    }


def _hatching(values: list[dict[str, str]], scales: dict[str, Any], theme: Theme) -> dict[str, Any]:
    # One broad line of short dashes for each row: stripes for the price of one element.
    lines = {"type": "rule", "color": theme.muted, "opacity": 0.45, "strokeWidth": 18, "strokeDash": [1, 6]}
    return {
        "data": {"values": values},
        "mark": lines,
        "encoding": {
            "x": {**_ages(scales), "bandPosition": 0},
            "x2": {"field": "last", "bandPosition": 1},
            "y": _rows(scales),
        },
    }


def _ages(scales: dict[str, Any]) -> dict[str, Any]:
    axis = {"orient": "top", "domain": False, "ticks": False, "labelAngle": 0, "labelPadding": 6}
    return {"field": "age", "type": "ordinal", "title": "Age in days", "scale": scales["x"], "axis": axis}


def _rows(scales: dict[str, Any]) -> dict[str, Any]:
    axis = {"domain": False, "ticks": False, "labelPadding": 8}
    return {"field": "row", "type": "ordinal", "title": None, "scale": scales["y"], "axis": axis}
