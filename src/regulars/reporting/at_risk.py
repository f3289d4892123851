"""The customers whose leaving would cost most, as a table, or the reason why there are none."""

from __future__ import annotations

from regulars.decisions.at_risk import AtRisk
from regulars.reporting import captions, formats
from regulars.reporting.document import Block, Cell, Column, Paragraph, Row, Table
from regulars.reporting.measure import Measure
from regulars.reporting.study import Study
from regulars.valuation.valuation import Valuation

_NOBODY = (
    "No customer has value at risk that would show: hardly anything is expected, or the model holds everyone to be "
    "alive, as one does that knows no leaving."
)
# What every column of amounts would round to nothing.
_SHOWS = 0.005


def at_risk(study: Study) -> Block:
    """Return the customers with the most value at risk."""
    listed, measure = study.at_risk, Measure.of_future(study.valuation)
    if not listed or listed[0].value_at_risk < _SHOWS:
        return Paragraph(_NOBODY)
    what = "value" if measure.money else "purchases"
    count = formats.counted(len(listed), "customer")
    return Table(
        title=measure.heading(f"The {count} with the most {what} at risk"),
        columns=_columns(study, what),
        rows=tuple(Row(_cells(one, study.valuation)) for one in listed),
        note=_reading(study.valuation, what),
        wide=True,
    )


def _columns(study: Study, what: str) -> tuple[Column, ...]:
    listed, past, future = study.at_risk, Measure.of(study.valuation), Measure.of_future(study.valuation)
    return (
        Column("Customer", formats.name, numeric=False),
        Column("Last order", formats.short_day),
        Column("Orders", formats.count),
        Column(past.historic, past.column([one.customer.historic_value for one in listed])),
        Column("Alive", formats.share),
        Column(future.expected, future.column([_expected(one, study.valuation) for one in listed])),
        Column("If still there", future.column([one.value_if_alive for one in listed])),
        Column(f"{what.capitalize()} at risk", future.column([one.value_at_risk for one in listed])),
    )


def _cells(one: AtRisk, valuation: Valuation) -> tuple[Cell, ...]:
    customer = one.customer
    return (
        customer.customer_id,
        customer.last_order,
        customer.orders,
        customer.historic_value,
        customer.probability_alive,
        _expected(one, valuation),
        one.value_if_alive,
        one.value_at_risk,
    )


def _expected(one: AtRisk, valuation: Valuation) -> float | None:
    purchases = valuation.expectation == "expected_purchases"
    return one.customer.expected_purchases if purchases else one.customer.expected_value


def _reading(valuation: Valuation, what: str) -> str:
    undefined = valuation.totals.expected_value is None
    reason = " The mean value is not defined here, so purchases stand in its place." if undefined else ""
    return (
        f"If still there: what is expected in {captions.window(valuation.settings)} of a customer who is certainly "
        f"alive. {what.capitalize()} at risk: that, times the probability of having left already. It says whose "
        f"leaving costs most, not how much a campaign would win back.{reason}"
    )
