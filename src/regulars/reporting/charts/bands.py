"""Bands of a number as bars side by side, on an axis of the number itself."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from regulars.reporting.charts.axes import along, labels
from regulars.reporting.charts.pairs import ACTUAL, EXPECTED, two_series
from regulars.reporting.theme import Theme

_WIDTH, _HEIGHT = 340, 210
_BEHIND_A_LINE = 0.5
_LINE = {
    "mark": {"type": "line", "strokeWidth": 2.2},
    "encoding": {
        "x": {"field": "middle", "type": "quantitative"},
        "y": {"field": "expected", "type": "quantitative"},
        "color": EXPECTED,
    },
}


def bands(
    edges: Sequence[float],
    heights: Sequence[float],
    title: str,
    theme: Theme,
    *,
    percent: tuple[bool, bool] = (False, False),
    expected: Sequence[float] | None = None,
) -> dict[str, Any]:
    """Return the Vega-Lite specification of bars between `edges`; `percent` says which axes show shares.

    Where `expected` is given, a line through the middles of the bands shows it, and a legend names both.
    """
    values = [
        {"from": low, "to": high, "middle": (low + high) / 2.0, "height": height}
        for (low, high), height in zip(itertools.pairwise(edges), heights, strict=True)
    ]
    across = {"field": "from", "bin": "binned", "type": "quantitative", "title": title}
    axis = {"tickCount": 5, "domain": False, "ticks": False, "minExtent": 46, **labels(percent=percent[1])}
    bar: dict[str, Any] = {
        "mark": {"type": "bar", "binSpacing": 1, "color": theme.actual},
        "encoding": {
            "x": {
                **across,
                "scale": {"domain": [edges[0], edges[-1]]},
                "axis": along(percent=percent[0]),
            },
            "x2": {"field": "to"},
            "y": {"field": "height", "type": "quantitative", "title": None, "axis": axis},
        },
    }
    layers = [bar]
    if expected is not None:
        for point, number in zip(values, expected, strict=True):
            point["expected"] = number
        bar["encoding"]["color"] = ACTUAL
        bar["mark"]["fillOpacity"] = _BEHIND_A_LINE
        layers.append(_LINE)
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "config": two_series(theme),
        "data": {"values": values},
        "layer": layers,
    }
