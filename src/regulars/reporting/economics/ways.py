"""The ways to the value of a customer, side by side: the textbook, the model, the cohorts, and what each leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from regulars.metrics.economics import Economics
from regulars.metrics.number import Number
from regulars.reporting import formats
from regulars.reporting.document import Column, Row, Table
from regulars.reporting.economics.words import years
from regulars.reporting.measure import Measure
from regulars.valuation.valuation import Settings, Valuation

_OBSERVED = "The time after the as-of date: the lives of all who are still customers are cut short."
_MODELLED = "That customers differ: it multiplies averages, and takes every year for the first, busiest one."
_ANNUAL = "Customers who stopped buying before the last 365 days, so each of its years is too good."
_MODEL = "Everything after the horizon, and that tomorrow’s customers may differ from those of the record."
_COHORT = "Everything after that age, and all cohorts that have not been observed that long."


@dataclass(frozen=True)
class Way:
    """One way to the value of a customer: what it is called, how it is made, and what it leaves out."""

    name: str
    made: str
    number: Number
    leaves_out: str


def ways(economics: Economics, valuation: Valuation) -> Table:
    """Return the table of all ways; an undefined value is a dash with the reason."""
    measure = Measure.of(valuation)
    rows = list(_ways(economics, valuation.settings))
    return Table(
        title="The value of one customer, several ways",
        columns=(
            Column("Way", numeric=False),
            Column(measure.heading("Per customer"), measure.column(way.number.value for way in rows)),
            Column("Customers", formats.count),
            Column("Made of", numeric=False),
            Column("What it leaves out", numeric=False),
        ),
        rows=tuple(Row((way.name, way.number.value, way.number.n, way.made, _left_out(way))) for way in rows),
        note="A dash: not defined, for the reason given in the last column.",
        wide=True,
    )


def _left_out(way: Way) -> str:
    return way.leaves_out if way.number.value is not None else f"Not defined: {way.number.reason}."


def _ways(economics: Economics, settings: Settings) -> Iterator[Way]:
    margin = "" if settings.margin is None else f" × {formats.rate(settings.margin)} margin"
    for book in economics.textbook:
        lifespan = years(book.lifespan.value) if book.lifespan.value is not None else "lifespan"
        leaves_out = _OBSERVED if book is economics.textbook[0] else _MODELLED
        made = f"order value × orders per year × {lifespan}{margin}"
        yield Way(f"Textbook LTV, lifespan {book.lifespan_name}", made, book.simple, leaves_out)
    for book in economics.textbook:
        if book.lifespan.value is None:  # the row above says why
            continue
        made = f"annual revenue per customer × {years(book.lifespan.value)}{margin}"
        yield Way(f"Annual revenue × years, lifespan {book.lifespan_name}", made, book.annual, _ANNUAL)
    yield _model(economics, settings)
    for ltv in economics.cohort_ltvs:
        days = formats.counted(ltv.days, "day")
        yield Way(
            f"Cohorts, first {days} (LTV{ltv.days})", "what they brought / how many they were", ltv.value, _COHORT
        )


def _model(economics: Economics, settings: Settings) -> Way:
    new, horizon = economics.new_customer, formats.counted(settings.horizon, "day")
    purchases = formats.fixed(new.purchases.value or 0.0, 2)
    made = f"first purchase + {purchases} expected repeat purchases × their mean value"
    return Way(f"Model, a new customer’s first {horizon}", made, new.value, _MODEL)
