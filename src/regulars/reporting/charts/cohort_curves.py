"""How does the value of a customer grow with age, cohort by cohort and over all of them?"""

from __future__ import annotations

from regulars.metrics.cohorts import Cohorts
from regulars.reporting.charts.chart import Chart
from regulars.reporting.charts.cohort_lines import cohort_lines
from regulars.reporting.charts.cohort_tables import by_age, climb
from regulars.reporting.charts.cohort_value import value_per_customer
from regulars.reporting.cohort_view import MOST_POINTS, grid_of
from regulars.reporting.document import Figure
from regulars.reporting.measure import Measure
from regulars.reporting.study import Study

NAME = "cohort-curves"


def cohort_curves(cohorts: Cohorts, measure: Measure) -> Figure:
    """Return the cumulative value per customer ever won as one line per cohort, all of them together in front."""
    grid = grid_of(cohorts, "value", MOST_POINTS)
    heading, show = value_per_customer(grid, measure)
    return Figure(
        name=NAME,
        title=f"{heading}, by age",
        finding=f"{heading}, up to each age. {climb(grid, show)}",
        table=by_age(grid, heading, show),
        specification=lambda theme: cohort_lines(grid, theme, share=False),
    )


def _figure(study: Study) -> Figure:
    return cohort_curves(study.cohorts, Measure.of(study.valuation))


COHORT_CURVES = Chart(NAME, __doc__, _figure)
