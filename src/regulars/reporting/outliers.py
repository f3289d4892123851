"""The last window with everyone and without the largest, side by side: does the verdict hang on a few customers?"""

from __future__ import annotations

from regulars.reporting import formats
from regulars.reporting.document import Cell, Column, Row, Table
from regulars.reporting.measure import Measure
from regulars.valuation.backtest.measures import Measures
from regulars.valuation.backtest.outliers import ONE_OF, Outliers


def outliers_table(everyone: Measures, found: Outliers, measure: Measure) -> Table:
    """Return the measures of the last window with and without those who turned out to be the largest."""
    both = (everyone, found.others)
    totals = measure.column([one.actual for one in both] + [one.expected for one in both])
    errors = measure.column([one.crps for one in both] + [one.rmse for one in both])
    largest = f"Without the largest{'' if found.largest == 1 else f' {formats.count(found.largest)}'}"
    return Table(
        title="The last window with and without the largest customers",
        columns=(
            Column("Customers", numeric=False),
            Column("n", formats.count),
            Column(measure.heading("Actual"), totals),
            Column(measure.heading("Forecast"), totals),
            Column("Bias", formats.signed_share),
            Column("CRPS", errors),
            Column("RMSE", errors),
            Column("Gini", lambda number: formats.fixed(number, 3)),
        ),
        rows=(_row("Everyone", everyone), _row(largest, found.others)),
        note=_note(found),
    )


def _row(name: str, one: Measures) -> Row:
    cells: tuple[Cell, ...] = (name, one.customers, one.actual, one.expected, one.bias, one.crps, one.rmse, one.gini)
    return Row(cells)


def _note(found: Outliers) -> str:
    if found.largest == 1:
        largest = f"The customer who brought the most carried {formats.share(found.share)} of the total and is"
    else:
        many = f"{formats.counted(found.largest, 'customer')} ({formats.rate(1.0 / ONE_OF)})"
        largest = f"The {many} who brought the most carried {formats.share(found.share)} of the total and are"
    return (
        f"{largest} left out of this one line, of nothing else. Who is largest shows only afterwards, so even a right "
        "forecast lies above what happened without them."
    )
