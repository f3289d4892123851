"""What has a customer brought by each age, and is that more or less in newer cohorts?"""

from __future__ import annotations

from collections.abc import Callable

from regulars.metrics.cohorts import Cohorts
from regulars.reporting import formats
from regulars.reporting.charts.chart import Chart
from regulars.reporting.charts.cohort_tables import at_a_glance, by_cohort
from regulars.reporting.charts.heat_table import heat_table
from regulars.reporting.cohort_view import CohortGrid, grid_of
from regulars.reporting.document import Figure
from regulars.reporting.measure import Measure
from regulars.reporting.study import Study

NAME = "cohort-value"


def cohort_value(cohorts: Cohorts, measure: Measure) -> Figure:
    """Return the cumulative value per customer ever won, by cohort and age."""
    grid = grid_of(cohorts, "value")
    heading, show = value_per_customer(grid, measure)
    return Figure(
        name=NAME,
        title=f"{heading}, by cohort and age",
        finding=(
            f"{heading}: everything up to that age, over every customer the cohort ever won (their number stands in "
            f"brackets). {at_a_glance(grid, show)}"
        ),
        table=by_cohort(grid, heading, show),
        specification=lambda theme: heat_table(grid, show, theme),
        wide=True,
    )


def value_per_customer(grid: CohortGrid, measure: Measure) -> tuple[str, Callable[[float], str]]:
    """Return the name of the value of these cells with its unit, and the way to write each of them."""
    texts, word = formats.together(*grid.numbers, money=measure.money)
    written = dict(zip(grid.numbers, texts, strict=True))
    unit = "\N{NO-BREAK SPACE}".join(part for part in (measure.currency, word) if part)
    name = "Value per customer" if measure.money else "Purchases per customer"
    return (f"{name}, {unit}" if unit else name), written.__getitem__


def _figure(study: Study) -> Figure:
    return cohort_value(study.cohorts, Measure.of(study.valuation))


COHORT_VALUE = Chart(NAME, __doc__, _figure)
