"""Actual against expected by week, as two lines told apart by colour and by dashes."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any

from regulars.errors import NotApplicable
from regulars.reporting.theme import Theme
from regulars.valuation.valuation import Tracking

_WIDTH, _HEIGHT = 340, 210
_FEWEST_WEEKS = 2
_WEEKS_NAMED_BY_MONTH = 26
_DATES_SHOWN = 5


def long_enough(tracking: Tracking) -> Tracking:
    """Return what can be drawn; raises `NotApplicable` for a record without two whole weeks."""
    if len(tracking.week_start) < _FEWEST_WEEKS:
        raise NotApplicable("the record is shorter than two whole weeks: there is nothing to follow from week to week")
    return tracking


def two_lines(
    weeks: Sequence[dt.date], actual: Sequence[float], expected: Sequence[float], theme: Theme
) -> dict[str, Any]:
    """Return the Vega-Lite specification of two series by week."""
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "config": theme.config(),
        "data": {"values": _points(weeks, "Actual", actual) + _points(weeks, "Expected", expected)},
        "mark": {"type": "line", "strokeWidth": 2.2},
        "encoding": {
            "x": _weeks_axis(weeks),
            "y": _purchases_axis(),
            "color": _by_series([theme.actual, theme.expected]),
            "strokeDash": _by_series([[1, 0], [5, 3]]),
        },
    }


def _points(weeks: Sequence[dt.date], series: str, numbers: Sequence[float]) -> list[dict[str, Any]]:
    return [
        {"week": week.isoformat(), "purchases": number if math.isfinite(number) else None, "series": series}
        for week, number in zip(weeks, numbers, strict=True)
    ]


def _weeks_axis(weeks: Sequence[dt.date]) -> dict[str, Any]:
    axis = {"grid": False, "labelOverlap": "greedy", "labelSeparation": 14, "labelFlush": True, **_dates(weeks)}
    # In the zone of the machine a day would slip to the one before.
    return {"field": "week", "type": "temporal", "title": None, "scale": {"type": "utc"}, "axis": axis}


def _dates(weeks: Sequence[dt.date]) -> dict[str, Any]:
    if len(weeks) > _WEEKS_NAMED_BY_MONTH:
        return {"format": "%b %Y", "tickCount": _DATES_SHOWN}
    named = weeks[:: math.ceil(len(weeks) / _DATES_SHOWN)]
    midnights = (dt.datetime.combine(week, dt.time(), dt.UTC) for week in named)
    return {"format": "%-d %b", "values": [1000 * midnight.timestamp() for midnight in midnights]}


def _purchases_axis() -> dict[str, Any]:
    axis = {"format": ",d", "tickCount": 5, "tickMinStep": 1, "domain": False, "ticks": False, "minExtent": 46}
    return {"field": "purchases", "type": "quantitative", "title": None, "axis": axis}


def _by_series(values: list[Any]) -> dict[str, Any]:
    scale = {"domain": ["Actual", "Expected"], "range": values}
    return {"field": "series", "type": "nominal", "title": None, "scale": scale}
