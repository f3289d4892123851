"""How many of a cohort's customers still come back at each age?"""

from __future__ import annotations

from regulars.metrics.cohorts import Cohorts
from regulars.reporting import formats
from regulars.reporting.charts.chart import Chart
from regulars.reporting.charts.cohort_tables import at_a_glance, by_cohort
from regulars.reporting.charts.heat_table import heat_table
from regulars.reporting.cohort_view import grid_of
from regulars.reporting.document import Figure
from regulars.reporting.study import Study

NAME = "cohort-active"


def cohort_active(cohorts: Cohorts) -> Figure:
    """Return the share of each cohort that bought again within the step that ends at each age."""
    grid = grid_of(cohorts, "active")
    step = formats.counted(cohorts.step_days, "day")
    title = f"Share that came back within the {step} up to each age"
    return Figure(
        name=NAME,
        title=title,
        finding=(
            f"Retention: the share of all customers a cohort ever won that bought within the {step} up to that age, "
            f"on a day after their first. {at_a_glance(grid, formats.share)}"
        ),
        table=by_cohort(grid, title, formats.share),
        specification=lambda theme: heat_table(grid, formats.share, theme),
        wide=True,
    )


def _figure(study: Study) -> Figure:
    return cohort_active(study.cohorts)


COHORT_ACTIVE = Chart(NAME, __doc__, _figure)
