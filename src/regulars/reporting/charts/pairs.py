"""Actual against expected by category: a full bar for what happened, an empty one beside it for the model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from regulars.reporting.charts.axes import labels
from regulars.reporting.theme import Theme

_WIDTH, _HEIGHT = 340, 210
ACTUAL = {"datum": "Actual", "type": "nominal", "title": None}
EXPECTED = {"datum": "Expected", "type": "nominal", "title": None}


def pairs(
    categories: Sequence[str],
    title: str,
    actual: Sequence[float | None],
    expected: Sequence[float | None],
    theme: Theme,
) -> dict[str, Any]:
    """Return the Vega-Lite specification of two numbers per category; None leaves a place empty."""
    values = [
        {"category": category, "actual": happened, "expected": modelled}
        for category, happened, modelled in zip(categories, actual, expected, strict=True)
    ]
    along = {"field": "category", "type": "ordinal", "sort": None, "title": title}
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "config": {**two_series(theme), "scale": {"bandPaddingInner": 0.2, "offsetBandPaddingInner": 0.15}},
        "data": {"values": values},
        "encoding": {"x": {**along, "axis": {"labelAngle": 0, "ticks": False, "labelPadding": 6}}},
        "layer": [
            _bars("actual", ACTUAL, {"type": "bar"}),
            _bars("expected", EXPECTED, {"type": "bar", "filled": False, "strokeWidth": 2}),
        ],
    }


def _bars(field: str, series: dict[str, Any], mark: dict[str, Any]) -> dict[str, Any]:
    axis = {"tickCount": 5, "domain": False, "ticks": False, "minExtent": 46, **labels()}
    return {
        "mark": mark,
        "encoding": {
            "y": {"field": field, "type": "quantitative", "title": None, "axis": axis},
            "color": series,
            "xOffset": {"datum": series["datum"], "type": "nominal"},
        },
    }


def two_series(theme: Theme) -> dict[str, Any]:
    """Return the configuration in which `ACTUAL` and `EXPECTED`, in this order, have their colours and a legend."""
    config = theme.config()
    legend = {**config["legend"], "symbolType": "square", "symbolOpacity": 1.0, "symbolSize": 140}
    return {**config, "legend": legend, "range": {"category": [theme.actual, theme.expected]}}


def up_to(last: int) -> list[str]:
    """Return the names of the numbers 0, 1, 2 … where the last counts all from there on.

    >>> up_to(3)
    ['0', '1', '2', '3+']
    """
    return [*(str(number) for number in range(last)), f"{last}+"]
