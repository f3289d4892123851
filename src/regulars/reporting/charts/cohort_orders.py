"""How many orders has a customer placed by each age, cohort by cohort?"""

from __future__ import annotations

from regulars.metrics.cohorts import Cohorts
from regulars.reporting import formats
from regulars.reporting.charts.chart import Chart
from regulars.reporting.charts.cohort_tables import at_a_glance, by_cohort
from regulars.reporting.charts.heat_table import heat_table
from regulars.reporting.cohort_view import grid_of
from regulars.reporting.document import Figure
from regulars.reporting.study import Study

NAME = "cohort-orders"


def cohort_orders(cohorts: Cohorts) -> Figure:
    """Return the cumulative orders per customer ever won, by cohort and age."""
    grid = grid_of(cohorts, "orders")
    title = "Orders per customer, by cohort and age"
    return Figure(
        name=NAME,
        title=title,
        finding=(
            "Orders up to that age, the first one included, over every customer the cohort ever won. "
            f"{at_a_glance(grid, _orders)}"
        ),
        table=by_cohort(grid, title, _orders),
        specification=lambda theme: heat_table(grid, _orders, theme),
        wide=True,
    )


def _orders(number: float) -> str:
    return formats.fixed(number, 2)


def _figure(study: Study) -> Figure:
    return cohort_orders(study.cohorts)


COHORT_ORDERS = Chart(NAME, __doc__, _figure)
