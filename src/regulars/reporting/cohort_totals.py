"""What each quarter's customers are expected to bring, as a table with intervals."""

from __future__ import annotations

from regulars.reporting import formats
from regulars.reporting.document import Column, Row, Table
from regulars.reporting.measure import PURCHASES, Measure
from regulars.reporting.shocks_in_words import what_intervals_hold
from regulars.valuation.valuation import GroupTotal, Interval, Valuation


def cohort_totals_table(valuation: Valuation) -> Table:
    """Return the table of the cohorts, earliest first: value where it is defined for all, else purchases."""
    totals = valuation.cohort_totals
    money = all(one.value is not None for one in totals)
    measure = Measure.of(valuation) if money else PURCHASES
    intervals = [_interval(one, measure) for one in totals]
    number = measure.column([amount for one in intervals for amount in (one.low, one.high)])
    return Table(
        title=measure.heading(f"{measure.expected} by the quarter in which customers were acquired"),
        columns=(
            Column("Acquired in", numeric=False),
            Column("Customers", lambda customers: formats.fixed(customers, 0)),
            Column("Expected", number),
            Column("Low", number),
            Column("High", number),
        ),
        rows=tuple(
            Row((one.name, one.customers, found.expected, found.low, found.high))
            for one, found in zip(totals, intervals, strict=True)
        ),
        note=what_intervals_hold(valuation, "cohort", money=money),
    )


def _interval(one: GroupTotal, measure: Measure) -> Interval:
    return one.value if measure.money and one.value is not None else one.purchases
