"""When has a customer brought back what winning one cost?"""

from __future__ import annotations

from typing import Any

from regulars.errors import NotApplicable
from regulars.metrics.acquisition import Acquisition
from regulars.metrics.cohorts import Cohorts
from regulars.reporting import formats
from regulars.reporting.charts.chart import Chart
from regulars.reporting.document import Column, Figure, Row, Table
from regulars.reporting.measure import Measure
from regulars.reporting.study import Study
from regulars.reporting.theme import Theme

NAME = "payback-curve"
_WIDTH, _HEIGHT = 340, 210
_BROUGHT, _COST = "Margin per customer", "Cost of one"

Point = tuple[int, float, int]  # age in days, money per customer by then, customers observed that long


def payback_curve(cohorts: Cohorts, acquisition: Acquisition, measure: Measure) -> Figure:
    """Return pooled margin per customer by age against the cost of acquiring one; at least one age must be observed."""
    points = _points(cohorts)
    title = f"Margin per customer by age against the cost of one{_in(measure)}"
    return Figure(
        name=NAME,
        title=title,
        finding=finding(acquisition, measure),
        table=_table(title, points, acquisition.cac, measure),
        specification=lambda theme: _specification(points, acquisition, theme),
    )


def finding(acquisition: Acquisition, measure: Measure) -> str:
    """Return when the cost has come back, or how much of it has, as one sentence."""
    cost, payback, recovered = measure.amount(acquisition.cac), acquisition.payback, acquisition.recovered
    if payback.value is not None:
        return (
            f"The cost of {cost} has come back by the age of {formats.counted(round(payback.value), 'day')}, "
            f"over {formats.counted(payback.n, 'customer')} observed that long."
        )
    if recovered.value is None or acquisition.recovered_days is None:
        return f"Whether the cost of {cost} has come back cannot be said: {payback.reason or recovered.reason}."
    return (
        f"Not yet: {formats.share(recovered.value)} of the cost of {cost} has come back by the age of "
        f"{formats.counted(acquisition.recovered_days, 'day')}, over {formats.counted(recovered.n, 'customer')}."
    )


def _in(measure: Measure) -> str:
    return f", {measure.currency}" if measure.currency else ""


def _points(cohorts: Cohorts) -> list[Point]:
    columns = (cohorts.ages.tolist(), cohorts.pooled_value.tolist(), cohorts.pooled_customers.tolist())
    return [point for point in zip(*columns, strict=True) if formats.known(point[1])]


def _table(title: str, points: list[Point], cac: float, measure: Measure) -> Table:
    brought = [value for _, value, _ in points]
    return Table(
        title=title,
        columns=(
            Column("By the age of", lambda days: formats.counted(days, "day")),
            Column(measure.heading("Margin per customer"), measure.column([*brought, cac])),
            Column("Share of the cost", formats.share),
            Column("Customers", formats.count),
        ),
        rows=tuple(Row((days, value, value / cac, customers)) for days, value, customers in points),
    )


def _specification(points: list[Point], acquisition: Acquisition, theme: Theme) -> dict[str, Any]:
    cac, last = acquisition.cac, points[-1][0]
    line = [{"days": days, "amount": value, "series": _BROUGHT} for days, value, _ in points]
    cost = [{"days": days, "amount": cac, "series": _COST} for days in (0, last)]
    scale = {"domain": [_BROUGHT, _COST]}
    color = {**scale, "range": [theme.actual, theme.expected]}
    # The reader's font may be wider than the one the legend was measured with.
    series = {"field": "series", "type": "nominal", "title": None, "legend": {"columnPadding": 36}}
    dash = {**scale, "range": [[1, 0], [5, 3]]}
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "config": theme.config(),
        "encoding": {"x": _age_axis(last), "y": _money_axis(acquisition, points)},
        "layer": [
            {
                "data": {"values": line + cost},
                "mark": {"type": "line", "strokeWidth": 2.2},
                "encoding": {
                    "color": {**series, "scale": color},
                    "strokeDash": {**series, "scale": dash},
                },
            },
            {
                "data": {"values": line},
                "mark": {"type": "point", "filled": True, "size": 22, "color": theme.actual, "opacity": 1},
            },
            *_crossing(points, acquisition, theme),
        ],
    }


def _crossing(points: list[Point], acquisition: Acquisition, theme: Theme) -> list[dict[str, Any]]:
    """Ring the first age at which the cost is back, where there is one; the finding below the chart names it."""
    if acquisition.payback.value is None:
        return []
    days = round(acquisition.payback.value)
    amount = next(value for age, value, _ in points if age == days)
    ring = {"type": "point", "size": 130, "filled": False, "strokeWidth": 2, "color": theme.ink, "opacity": 1}
    return [{"data": {"values": [{"days": days, "amount": amount}]}, "mark": ring}]


def _age_axis(last: int) -> dict[str, Any]:
    axis = {"grid": False, "tickCount": 6, "format": ",d"}
    scale = {"domain": [0, last], "nice": False}
    return {"field": "days", "type": "quantitative", "title": "Age in days", "axis": axis, "scale": scale}


def _money_axis(acquisition: Acquisition, points: list[Point]) -> dict[str, Any]:
    largest = max(acquisition.cac, *(abs(value) for _, value, _ in points))
    whole = largest >= 20.0  # five ticks are then whole numbers
    written = ",.0f" if largest < 1e6 else ".3~s"
    axis = {"format": written if whole else ",.2f", "tickCount": 5, "domain": False, "ticks": False, "minExtent": 46}
    return {"field": "amount", "type": "quantitative", "title": None, "axis": axis, "scale": {"zero": True}}


def _figure(study: Study) -> Figure:
    acquisition = study.economics.acquisition
    if acquisition is None:
        raise NotApplicable("the payback curve needs the cost of acquiring a customer: give --cac")
    if acquisition.recovered.value is None:
        raise NotApplicable(f"there is no payback curve: {acquisition.recovered.reason}")
    return payback_curve(study.cohorts, acquisition, Measure.of(study.valuation))


PAYBACK_CURVE = Chart(NAME, __doc__, _figure)
