"""How many of a cohort's customers have bought on a second day by each age?"""

from __future__ import annotations

from regulars.metrics.cohorts import Cohorts
from regulars.reporting import formats
from regulars.reporting.charts.chart import Chart
from regulars.reporting.charts.cohort_lines import cohort_lines
from regulars.reporting.charts.cohort_tables import by_age, climb
from regulars.reporting.cohort_view import MOST_POINTS, grid_of
from regulars.reporting.document import Figure
from regulars.reporting.study import Study

NAME = "cohort-repeat"


def cohort_repeat(cohorts: Cohorts) -> Figure:
    """Return the share of each cohort that has bought on a second day, by age."""
    grid = grid_of(cohorts, "repeat", MOST_POINTS)
    title = "Repeat rate, by age"
    return Figure(
        name=NAME,
        title=title,
        finding=(
            "The repeat rate: the share of all customers a cohort ever won that have bought on a second day by that "
            f"age. {climb(grid, formats.share)}"
        ),
        table=by_age(grid, title, formats.share),
        specification=lambda theme: cohort_lines(grid, theme, share=True),
    )


def _figure(study: Study) -> Figure:
    return cohort_repeat(study.cohorts)


COHORT_REPEAT = Chart(NAME, __doc__, _figure)
