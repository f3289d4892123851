"""How much of the value does the less valuable part of the customers carry, so far and within the horizon?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from regulars.errors import NotApplicable
from regulars.metrics.concentration import POINTS, Concentration
from regulars.reporting import formats
from regulars.reporting.charts.chart import Chart
from regulars.reporting.document import Column, Figure, Row, Table
from regulars.reporting.measure import Measure
from regulars.reporting.study import Study
from regulars.reporting.theme import Theme

NAME = "lorenz"
_WIDTH, _HEIGHT = 340, 250
_ALIKE = "All alike"
_SHOWN = (*range(10, 100, 10), 95, 99, 100)
_PER_CENT = "format(100 * datum.value, 'd') + '\N{NO-BREAK SPACE}%'"


def has_curve(study: Study) -> bool:
    """Whether shares exist for at least one of the two values."""
    return bool(_curves(study))


def lorenz(study: Study) -> Figure:
    """Return the Lorenz curves of historic and expected value; raises `NotApplicable` where neither exists."""
    curves = _curves(study)
    if not curves:
        raise NotApplicable(study.historic_concentration.reason)
    return Figure(
        name=NAME,
        title="Share of the value against share of the customers",
        finding=" ".join(_findings(study)),
        table=_table(curves),
        specification=lambda theme: _lines(curves, theme),
    )


def _named(study: Study) -> dict[str, Concentration]:
    valuation = study.valuation
    historic, expected = Measure.of(valuation).historic, Measure.of_future(valuation).expected
    return {historic: study.historic_concentration, expected: study.expected_concentration}


def _curves(study: Study) -> dict[str, tuple[float, ...]]:
    return {name: spread.curve for name, spread in _named(study).items() if spread.curve is not None}


def _findings(study: Study) -> Iterator[str]:
    yield "Customers stand in order of value, the least valuable at the left."
    for name, spread in _named(study).items():
        if spread.curve is None:
            yield f"{name}: {spread.reason}"
        else:
            yield f"{name}: the less valuable half of the customers carries {formats.share(spread.curve[50])}."


def _table(curves: dict[str, tuple[float, ...]]) -> Table:
    return Table(
        title="What the less valuable customers carry together",
        columns=(Column("Share of customers", formats.share), *(Column(name, formats.share) for name in curves)),
        rows=tuple(Row((point / POINTS, *(min(curve[point], 1.0) for curve in curves.values()))) for point in _SHOWN),
    )


def _lines(curves: dict[str, tuple[float, ...]], theme: Theme) -> dict[str, Any]:
    series = {**curves, _ALIKE: tuple(point / POINTS for point in range(POINTS + 1))}
    values = [
        {"customers": point / POINTS, "share": round(share, 5), "series": name}
        for name, curve in series.items()
        for point, share in enumerate(curve)
    ]
    colours = [*(theme.actual, theme.expected)[: len(curves)], theme.muted]
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "config": theme.config(),
        "data": {"values": values},
        "mark": {"type": "line", "strokeWidth": 2.2},
        "encoding": {
            "x": {**_axis("customers", "Share of customers"), "scale": {"domain": [0, 1]}},
            "y": _axis("share", "Share of the value"),
            "color": _by_series(list(series), colours),
            "strokeDash": _by_series(list(series), [*([1, 0], [5, 3])[: len(curves)], [2, 3]]),
        },
    }


def _axis(field: str, title: str) -> dict[str, Any]:
    axis = {"labelExpr": _PER_CENT, "tickCount": 5, "domain": False, "ticks": False, "labelPadding": 6}
    return {"field": field, "type": "quantitative", "title": title, "axis": axis}


def _by_series(names: list[str], values: list[Any]) -> dict[str, Any]:
    scale = {"domain": names, "range": values}
    return {"field": "series", "type": "nominal", "title": None, "scale": scale, "legend": {"columnPadding": 20}}


LORENZ = Chart(NAME, __doc__, lorenz)
