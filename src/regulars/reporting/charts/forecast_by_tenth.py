"""Did those who were expected to bring more bring more, and as much?"""

from __future__ import annotations

from regulars.errors import NotApplicable
from regulars.reporting import formats
from regulars.reporting.charts.chart import Chart
from regulars.reporting.charts.pairs import pairs
from regulars.reporting.document import Column, Figure, Row, Table
from regulars.reporting.measure import PURCHASES, Measure
from regulars.reporting.study import Study
from regulars.valuation.backtest.tested import Rightness, Tested

NAME = "forecast-by-tenth"


def forecast_by_tenth(found: Rightness, measure: Measure) -> Figure:
    """Return forecast and actual per customer in the last window, by tenths of the forecast, the lowest first."""
    names = [str(place) for place in range(1, len(found.deciles) + 1)]
    actual = [decile.actual for decile in found.deciles]
    forecast = [decile.forecast for decile in found.deciles]
    number = measure.column([*actual, *forecast])
    title = measure.heading(f"{'Value' if measure.money else 'Purchases'} per customer in the last window")
    return Figure(
        name=NAME,
        title=title,
        finding=_finding(found),
        table=Table(
            title=title,
            columns=(
                Column("Tenth by forecast", numeric=False),
                Column("Customers", lambda customers: formats.fixed(customers, 0)),
                Column("Actual", number),
                Column("Forecast", number),
            ),
            rows=tuple(
                Row((name, decile.customers, decile.actual, decile.forecast))
                for name, decile in zip(names, found.deciles, strict=True)
            ),
        ),
        specification=lambda theme: pairs(names, "Tenth of customers by forecast", actual, forecast, theme),
    )


def _finding(found: Rightness) -> str:
    top = found.deciles[-1]
    total = sum(decile.actual * decile.customers for decile in found.deciles)
    share = top.actual * top.customers / total if total > 0.0 else 0.0
    return (
        f"The tenth with the highest forecast brought {formats.share(share)} of what all "
        f"{formats.counted(sum(decile.customers for decile in found.deciles), 'customer')} brought in the last window, "
        "which the forecast had not seen."
    )


def shown(tested: Tested | None, untested: str) -> Rightness:
    """Return what was checked, of money where there is any; raises `NotApplicable` where nothing was."""
    if tested is None:
        raise NotApplicable(f"no earlier forecast was tested: {untested}")
    found = tested.value or tested.purchases
    if found is None:
        raise NotApplicable("one window was tested, so none is left to check what it said")
    return found


def measure_of(tested: Tested, measure: Measure) -> Measure:
    """Return what is counted: money, or purchases where the data hold no amounts."""
    return PURCHASES if tested.value is None else measure


def _figure(study: Study) -> Figure:
    valuation = study.valuation
    found = shown(valuation.tested, valuation.untested)
    if valuation.tested is None or not found.deciles:
        raise NotApplicable("some customers have no finite mean, so forecasts cannot be put in order")
    return forecast_by_tenth(found, measure_of(valuation.tested, Measure.of(valuation)))


FORECAST_BY_TENTH = Chart(NAME, __doc__, _figure)
