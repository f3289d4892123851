"""Would the model have been right, had it been asked some time ago?"""

from __future__ import annotations

from regulars.errors import NotApplicable
from regulars.reporting import formats
from regulars.reporting.charts.chart import Chart
from regulars.reporting.charts.pairs import pairs, up_to
from regulars.reporting.document import Column, Figure, Row, Table
from regulars.reporting.study import Study
from regulars.valuation.holdout import Holdout

NAME = "holdout"


def holdout(look_back: Holdout) -> Figure:
    """Return the purchases after the origin per customer, by the repeat purchases before it."""
    customers = look_back.customers.tolist()
    actual = _per_customer(look_back.actual.tolist(), customers)
    expected = _per_customer(look_back.expected.tolist(), customers)
    categories = up_to(len(customers) - 1)
    decimal = Column("Actual", lambda number: formats.fixed(number, 2))
    return Figure(
        name=NAME,
        title=f"Look back to {formats.day(look_back.origin)}",
        finding=_finding(look_back),
        table=Table(
            title=f"Purchases per customer in the {formats.counted(look_back.days, 'day')} after the origin",
            columns=(
                Column("Repeat purchases before", numeric=False),
                Column("Customers", lambda number: formats.fixed(number, 0)),
                decimal,
                Column("Expected", decimal.show),
            ),
            rows=tuple(Row(cells) for cells in zip(categories, customers, actual, expected, strict=True)),
        ),
        specification=lambda theme: pairs(
            categories, f"Repeat purchases before {formats.day(look_back.origin)}", actual, expected, theme
        ),
    )


def _per_customer(sums: list[float], customers: list[float]) -> list[float | None]:
    return [total / number if number > 0.0 else None for total, number in zip(sums, customers, strict=True)]


def _finding(look_back: Holdout) -> str:
    happened, expected = float(look_back.actual.sum()), float(look_back.expected.sum())
    return (
        f"Fitted on what was known on {formats.day(look_back.origin)}, the model expects {formats.fixed(expected, 1)} "
        f"purchases of {formats.counted(round(look_back.customers.sum()), 'customer')} in the "
        f"{formats.counted(look_back.days, 'day')} after it; {formats.fixed(happened, 0)} happened"
        f"{_apart(happened, expected)}. The chart shows purchases per customer."
    )


def _apart(happened: float, expected: float) -> str:
    if happened == 0.0:
        return ""
    gap = expected / happened - 1.0
    return f": the forecast was {formats.share(abs(gap))} too {'high' if gap >= 0.0 else 'low'}"


def _figure(study: Study) -> Figure:
    if study.holdout is None:
        raise NotApplicable(f"no look back is possible: {study.holdout_reason}")
    return holdout(study.holdout)


HOLDOUT = Chart(NAME, __doc__, _figure)
