"""Does the model put as many customers at 0, 1, 2 … repeat purchases as there are?"""

from __future__ import annotations

import numpy as np

from regulars.reporting import formats
from regulars.reporting.charts.chart import Chart
from regulars.reporting.charts.pairs import pairs, up_to
from regulars.reporting.document import Column, Figure, Row, Table
from regulars.reporting.study import Study
from regulars.valuation.fit_checks import FrequencyFit

NAME = "customers-by-frequency"
_TITLE = "Customers by repeat purchases"


def customers_by_frequency(frequency: FrequencyFit) -> Figure:
    """Return the customers with each number of repeat purchases, actual and expected."""
    actual, expected = frequency.actual.tolist(), frequency.expected.tolist()
    categories = up_to(len(actual) - 1)
    return Figure(
        name=NAME,
        title=_TITLE,
        finding=_finding(frequency, categories),
        table=Table(
            title=_TITLE,
            columns=(
                Column("Repeat purchases", numeric=False),
                Column("Actual", lambda number: formats.fixed(number, 0)),
                Column("Expected", lambda number: formats.fixed(number, 1)),
            ),
            rows=tuple(Row(cells) for cells in zip(categories, actual, expected, strict=True)),
        ),
        specification=lambda theme: pairs(categories, "Repeat purchases up to the as-of date", actual, expected, theme),
    )


def _finding(frequency: FrequencyFit, categories: list[str]) -> str:
    apart = np.abs(frequency.actual - frequency.expected)
    total, widest = int(frequency.actual.sum()), int(np.argmax(apart))
    moved = float(apart.sum()) / 2.0 / total
    return (
        f"{formats.counted(total, 'customer')} by repeat purchases. To make both alike, {formats.share(moved)} of them "
        f"would have to change their bar. The widest gap is at {categories[widest]}: "
        f"{formats.counted(int(frequency.actual[widest]), 'customer')}, "
        f"{formats.fixed(float(frequency.expected[widest]), 1)} expected."
    )


def _figure(study: Study) -> Figure:
    return customers_by_frequency(study.valuation.checks().frequency)


CUSTOMERS_BY_FREQUENCY = Chart(NAME, __doc__, _figure)
