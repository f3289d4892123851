"""Do intervals hold as many outcomes as they promise?"""

from __future__ import annotations

from typing import Any

from regulars.reporting import formats
from regulars.reporting.charts.axes import along, labels
from regulars.reporting.charts.chart import Chart
from regulars.reporting.charts.forecast_by_tenth import shown
from regulars.reporting.charts.pairs import two_series
from regulars.reporting.document import Column, Figure, Row, Table
from regulars.reporting.study import Study
from regulars.reporting.theme import Theme
from regulars.valuation.backtest.tested import Coverage, Rightness

NAME = "coverage"
_WIDTH, _HEIGHT = 340, 210
_NAMED = 0.8
_HAPPENED = {"datum": "Happened", "type": "nominal", "title": None}
_PROMISED = {"datum": "As promised", "type": "nominal", "title": None}


def coverage(found: Rightness) -> Figure:
    """Return the share of customers whose outcome lay in their interval, by the share that was promised."""
    return Figure(
        name=NAME,
        title="Outcomes inside their interval",
        finding=_finding(found),
        table=Table(
            title="Outcomes inside their interval",
            columns=(Column("Promised", formats.rate), Column("Happened", formats.share)),
            rows=tuple(Row((one.nominal, one.achieved)) for one in found.coverage),
        ),
        specification=lambda theme: _lines(found.coverage, theme),
    )


def _finding(found: Rightness) -> str:
    one = min(found.coverage, key=lambda coverage: abs(coverage.nominal - _NAMED))
    customers = formats.counted(found.transforms.customers, "customer")
    return (
        f"{formats.share(one.achieved)} of {customers} ended inside their {formats.rate(one.nominal)} interval in the "
        "last window. Many customers buy nothing, which an interval from 0 to 0 holds with a chance above what it "
        "promises: more than promised is no error there."
    )


def _lines(points: tuple[Coverage, ...], theme: Theme) -> dict[str, Any]:
    """Return the Vega-Lite specification: what happened by what was promised, beside the line of both alike."""
    values = [{"promised": one.nominal, "happened": one.achieved} for one in points]
    up = {"tickCount": 5, "domain": False, "ticks": False, "minExtent": 46, **labels(percent=True)}
    across = {
        "field": "promised",
        "type": "quantitative",
        "title": "Promised",
        "scale": {"domain": [0, 1]},
        "axis": along(percent=True),
    }

    def line(field: str, series: dict[str, Any], mark: dict[str, Any]) -> dict[str, Any]:
        y = {"field": field, "type": "quantitative", "title": None, "scale": {"domain": [0, 1]}, "axis": up}
        return {
            "mark": {"type": "line", "strokeWidth": 2.2, **mark},
            "encoding": {"x": across, "y": y, "color": series},
        }

    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "config": two_series(theme),
        "data": {"values": values},
        "layer": [line("happened", _HAPPENED, {"point": True}), line("promised", _PROMISED, {"strokeDash": [5, 3]})],
    }


def _figure(study: Study) -> Figure:
    return coverage(shown(study.valuation.tested, study.valuation.untested))


COVERAGE = Chart(NAME, __doc__, _figure)
