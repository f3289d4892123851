"""What new customers will be worth, told from their first days, beside how well the same was told one window before."""

from __future__ import annotations

from regulars.reporting import formats
from regulars.reporting.document import Cell, Column, Row, Table
from regulars.reporting.measure import Measure
from regulars.valuation.learners.foreseen import Foreseen


def early_table(found: tuple[Foreseen, ...], measure: Measure) -> Table:
    """Return what is expected of the new customers, a row per number of first days, and how right it was before."""
    window = formats.counted(found[0].window, "day")
    rows = tuple(_row(one) for one in found)
    number = measure.column([cell for row in rows for cell in (row.cells[2], row.cells[4], row.cells[5])])  # type: ignore[misc]
    thing = "value" if measure.money else "purchases"
    return Table(
        title=f"What new customers will bring in the {window} after their first days",
        columns=(
            Column("Known of them", numeric=False),
            Column("New customers", formats.count),
            Column(measure.heading("Expected of each"), number),
            Column("Checked on", formats.count),
            Column("Expected then", number),
            Column("Actual", number),
            Column("Skill", formats.share),
            Column("Gini", lambda coefficient: formats.fixed(coefficient, 3)),
        ),
        rows=rows,
        note=_note(found, window, thing),
    )


def _row(one: Foreseen) -> Row:
    known = (
        "The first day" if one.first_days == 0 else f"The first day and {formats.counted(one.first_days, 'day')} more"
    )
    told: tuple[Cell, ...] = (None,) * 5
    if one.check is not None:
        then = one.check.measures
        expected = None if then.expected is None else then.expected / then.customers
        told = (then.customers, expected, then.actual / then.customers, one.check.skill, then.gini)
    return Row((known, one.customers, one.expected, *told))


def _note(found: tuple[Foreseen, ...], window: str, thing: str) -> str:
    reasons = " ".join(dict.fromkeys(f"Not checked: {one.reason}." for one in found if one.check is None))
    return (
        f"Mean {thing} per customer by boosted trees. Checked: the same, {window} earlier, on those who were new then. "
        "Skill: how much lower its CRPS was than that of what new customers had done before; Gini: 0 where the first "
        f"days do not tell one customer from another, 1 where they put all into the right order. {reasons}"
    ).strip()
