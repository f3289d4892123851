"""A panel of a picture: figures that grow with a size, both axes logarithmic, a line per kind of figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

CONFIG: dict[str, Any] = {"background": "white", "font": "sans-serif", "view": {"stroke": None}}


def panel(
    title: str, points: Sequence[dict[str, Any]], size: str, *, ticks: int, colours: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return the Vega-Lite specification of `points`, which have a field `size`, a `figure` and a `what`."""
    scale = {"type": "log", "nice": False}
    axis = {"grid": True, "gridColor": "#e3e7ec", "format": "~s", "tickCount": ticks}
    kind: dict[str, Any] = {"field": "what", "title": None, "legend": {"orient": "top"}}
    return {
        "title": title,
        "width": 300,
        "height": 220,
        "data": {"values": list(points)},
        "mark": {"type": "line", "point": {"size": 60}},
        "encoding": {
            "x": {"field": size, "type": "quantitative", "title": size.capitalize(), "scale": scale, "axis": axis},
            "y": {"field": "figure", "type": "quantitative", "title": None, "scale": scale, "axis": axis},
            "color": kind if colours is None else {**kind, "scale": colours},
        },
    }
