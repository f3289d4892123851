"""What drives value here?"""

from __future__ import annotations

from typing import Any

from regulars.errors import NotApplicable
from regulars.reporting import formats
from regulars.reporting.charts.chart import Chart
from regulars.reporting.document import Figure
from regulars.reporting.drivers import MOST_SHOWN, drivers_table
from regulars.reporting.study import Study
from regulars.reporting.theme import Theme
from regulars.valuation.learners.drivers import Driver, Drivers

NAME = "drivers"
NOT_ASKED = "Boosted trees were not tried: --learners does, with the extra “ml”"
# Long names need the room; the letters of a page may be wider than those that the drawing is measured with.
_WIDTH, _ROW = 110, 22
_FONT, _LETTER = 12, 6.5


def drivers(found: Drivers) -> Figure:
    """Return by how much each thing known of customers moves what is expected of them, the strongest first."""
    table = drivers_table(found)
    shown = found.drivers[:MOST_SHOWN]
    return Figure(
        name=NAME,
        title=f"What drives {found.measure} here",
        finding=_finding(shown),
        table=table,
        specification=lambda theme: _bars(shown, theme),
    )


def _finding(shown: tuple[Driver, ...]) -> str:
    first = shown[0]
    return (
        f"What moves a forecast most is {first.name}: by {formats.share(first.effect)} on average, up or down. "
        "A share of 100\N{NO-BREAK SPACE}% doubles or halves."
    )


def _bars(shown: tuple[Driver, ...], theme: Theme) -> dict[str, Any]:
    values = [
        {
            "order": order,
            "name": formats.capitalised(one.name),
            "effect": one.effect,
            "label": formats.share(one.effect),
        }
        for order, one in enumerate(shown)
    ]
    extent = round(_LETTER * max(len(one.name) for one in shown))
    axis = {"domain": False, "ticks": False, "labelPadding": 8, "labelFontSize": _FONT, "minExtent": extent}
    text = {"type": "text", "align": "left", "dx": 4, "color": theme.ink, "fontSize": _FONT}
    return {
        "width": _WIDTH,
        "height": {"step": _ROW},
        "config": theme.config(),
        "data": {"values": values},
        "encoding": {
            "x": {"field": "effect", "type": "quantitative", "axis": None},
            "y": {"field": "name", "type": "nominal", "title": None, "sort": {"field": "order"}, "axis": axis},
        },
        "layer": [
            {"mark": {"type": "bar", "color": theme.actual}},
            {"mark": text, "encoding": {"text": {"field": "label", "type": "nominal"}}},
        ],
    }


def _figure(study: Study) -> Figure:
    if study.learned is None:
        raise NotApplicable(NOT_ASKED)
    if study.learned.drivers is None:
        raise NotApplicable(study.learned.no_drivers)
    return drivers(study.learned.drivers)


DRIVERS = Chart(NAME, __doc__, _figure)
