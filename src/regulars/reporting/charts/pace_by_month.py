"""When in the year do customers buy faster?"""

from __future__ import annotations

from typing import Any

from regulars.errors import NotApplicable
from regulars.reporting import formats
from regulars.reporting.charts.axes import labels
from regulars.reporting.charts.chart import Chart
from regulars.reporting.document import Column, Figure, Row, Table
from regulars.reporting.study import Study
from regulars.reporting.theme import Theme
from regulars.valuation.season import Season, season_of

NAME = "pace-by-month"
NO_SEASON = "The model that was taken knows no season"
_TITLE = "Pace of the customers by month"
_HEADING = "Times the average of the year"
_WIDTH, _HEIGHT = 340, 210


def pace_by_month(season: Season) -> Figure:
    """Return how many times as fast as on the average of the year customers buy in each month."""
    pace = season.pace.tolist()
    months = [formats.month_of_year(number) for number in range(1, len(pace) + 1)]
    return Figure(
        name=NAME,
        title=_TITLE,
        finding=season_in_words(season),
        table=Table(
            title=_TITLE,
            columns=(Column("Month", numeric=False), Column(_HEADING, lambda number: formats.fixed(number, 2))),
            rows=tuple(Row(cells) for cells in zip(months, pace, strict=True)),
        ),
        specification=lambda theme: _bars(months, pace, theme),
    )


def season_in_words(season: Season) -> str:
    """Return the fastest and the slowest month, and what the trend is."""
    fastest, slowest = (_month(season, int(place)) for place in (season.pace.argmax(), season.pace.argmin()))
    words = f"Customers buy fastest in {fastest} as fast as on the average of the year, and slowest in {slowest}."
    error = season.trend_error
    if error is not None and abs(season.trend) <= 2.0 * error:
        return f"{words} From year to year they buy neither faster nor more slowly beyond chance."
    way = "faster" if season.trend > 0.0 else "more slowly"
    end = "." if error is not None else "; how sure that is could not be told."
    return (
        f"{words} At the end of the record they bought {formats.share(abs(season.trend))} {way} than a year before{end}"
    )


def _month(season: Season, place: int) -> str:
    return f"{formats.month_of_year(place + 1)}, {formats.fixed(float(season.pace[place]), 2)} times"


def _bars(months: list[str], pace: list[float], theme: Theme) -> dict[str, Any]:
    values = [{"month": month[:3], "pace": number} for month, number in zip(months, pace, strict=True)]
    across = {"field": "month", "type": "ordinal", "sort": None, "title": None}
    axis = {"tickCount": 5, "domain": False, "ticks": False, "minExtent": 46, "title": _HEADING, **labels()}
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "config": theme.config(),
        "layer": [
            {
                "data": {"values": values},
                "mark": {"type": "bar", "color": theme.actual},
                "encoding": {
                    "x": {**across, "axis": {"labelAngle": 0, "ticks": False, "labelPadding": 6}},
                    "y": {"field": "pace", "type": "quantitative", "axis": axis},
                },
            },
            {
                "data": {"values": [{"average": 1.0}]},
                "mark": {"type": "rule", "color": theme.ink, "strokeDash": [4, 3]},
                "encoding": {"y": {"field": "average", "type": "quantitative"}},
            },
        ],
    }


def _figure(study: Study) -> Figure:
    season = season_of(study.valuation.fit)
    if season is None:
        raise NotApplicable(NO_SEASON)
    return pace_by_month(season)


PACE_BY_MONTH = Chart(NAME, __doc__, _figure)
