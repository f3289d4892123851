"""Who are the most valuable customers, and whose leaving would cost most?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from regulars.reporting import captions, formats
from regulars.reporting.at_risk import at_risk
from regulars.reporting.document import Block, Cell, Column, Paragraph, Row, Search, Section, Table
from regulars.reporting.measure import PURCHASES, Measure, ranking
from regulars.reporting.study import Study
from regulars.valuation.valuation import CustomerRow, Valuation

_SHOWN = 20


_Numbers = dict[str, Callable[[CustomerRow], float | None]]


@dataclass(frozen=True)
class _Field:
    column: Column
    cell: Callable[[CustomerRow], Cell]


def customers(study: Study) -> Section:
    """Return the section of the most valuable customers, and of those with the most at risk."""
    valuation = study.valuation
    return Section(
        name="customers",
        title="Customers",
        caption=captions.forecast(valuation, valuation.totals.customers, "customer"),
        blocks=(_block(valuation), at_risk(study)),
    )


def _block(valuation: Valuation) -> Block:
    top = valuation.top_customers
    if not top:
        return Paragraph("There is no customer to list.")
    fields, measure = _fields(valuation), Measure.of(valuation)
    rows = tuple(Row(tuple(field.cell(customer) for field in fields)) for customer in top)
    shown = formats.counted(len(rows[:_SHOWN]), "customer")
    return Table(
        title=measure.heading(f"The top {shown} by {ranking(valuation).lower()}"),
        columns=tuple(field.column for field in fields),
        rows=rows[:_SHOWN],
        note=_reading(valuation),
        wide=True,
        search=_search(rows, valuation.totals.customers) if len(rows) > _SHOWN else None,
    )


def _search(rows: tuple[Row, ...], customers: int) -> Search:
    listed = formats.count(len(rows))
    if len(rows) == customers:
        label, nothing = f"Find one of the {listed} customers", "No customer has this name or number."
    else:
        label = f"Find one of the {listed} most valuable customers"
        nothing = f"Not among the {listed} listed; customers.parquet has everyone."
    return Search(label, rows[_SHOWN:], "Customers who match", nothing)


def _fields(valuation: Valuation) -> list[_Field]:
    return [
        _Field(Column("Customer", formats.name, numeric=False), lambda customer: customer.customer_id),
        _Field(Column("First order", formats.short_day), lambda customer: customer.first_order),
        _Field(Column("Last order", formats.short_day), lambda customer: customer.last_order),
        _Field(Column("Orders", formats.count), lambda customer: customer.orders),
        *_past(valuation),
        _Field(Column("Alive", formats.share), lambda customer: customer.probability_alive),
        *_future(valuation),
    ]


def _past(valuation: Valuation) -> list[_Field]:
    measure = Measure.of(valuation)
    return _values(valuation, measure, {measure.historic: lambda customer: customer.historic_value})


def _future(valuation: Valuation) -> list[_Field]:
    measure = Measure.of(valuation)
    purchases: _Numbers = {PURCHASES.expected: lambda customer: customer.expected_purchases}
    expected: _Numbers = {measure.expected: lambda customer: customer.expected_value}
    outcomes: _Numbers = {
        "Low": lambda customer: customer.value_low,
        "Median": lambda customer: customer.value_median,
        "High": lambda customer: customer.value_high,
    }
    return [
        *(_values(valuation, PURCHASES, purchases) if measure.money else []),
        *_values(valuation, measure, outcomes if valuation.totals.expected_value is None else {**expected, **outcomes}),
    ]


def _values(valuation: Valuation, measure: Measure, numbers: _Numbers) -> list[_Field]:
    """Return columns of values that are read side by side, all with the same number of decimals."""
    shown = (number(customer) for number in numbers.values() for customer in valuation.top_customers)
    show: Callable[[Any], str] = measure.column(shown)
    return [_Field(Column(name, show), number) for name, number in numbers.items()]


def _reading(valuation: Valuation) -> str:
    return (
        "Alive: the probability that the customer has not left for good. Low and high: the "
        f"{formats.rate(valuation.settings.interval)} interval of what the customer brings in "
        f"{captions.window(valuation.settings)}."
    )
