"""Are newer customers better than older ones were at the same age?"""

from __future__ import annotations

from regulars.reporting import captions, formats
from regulars.reporting.charts.cohort_active import cohort_active
from regulars.reporting.charts.cohort_curves import cohort_curves
from regulars.reporting.charts.cohort_orders import cohort_orders
from regulars.reporting.charts.cohort_repeat import cohort_repeat
from regulars.reporting.charts.cohort_value import cohort_value
from regulars.reporting.cohort_view import left_off, on_page, period_of
from regulars.reporting.cohorts_in_words import finding, left_out
from regulars.reporting.document import Block, Figure, Paragraph, Section
from regulars.reporting.measure import Measure
from regulars.reporting.study import Study

_FEWEST_AGES = 2
_NOBODY_CAME_BACK = (
    "Nobody had bought on a second day by any age that is shown: there is no repeat rate and no retention to draw."
)


def cohorts(study: Study) -> Section:
    """Return the section of the cohorts: value, repeat rate, retention and orders by age."""
    return Section(
        name="cohorts",
        title="Cohorts: are newer customers better?",
        caption=captions.record(study.valuation, int(study.cohorts.customers.sum()), "customer"),
        blocks=tuple(_blocks(study)),
    )


def _blocks(study: Study) -> list[Block]:
    said = [Paragraph(finding(study)), Paragraph(_how_to_read(study))]
    if left_out(study):
        said.append(Paragraph(left_out(study), standing="note"))
    if not study.cohorts.closed.any():
        return list(said[:1])
    return [*said, *_figures(study)]


def _figures(study: Study) -> list[Block]:
    cohorts, measure = study.cohorts, Measure.of(study.valuation)
    figures: list[Figure] = [cohort_value(cohorts, measure)]
    several_ages = cohorts.value.shape[1] >= _FEWEST_AGES
    if several_ages:
        figures.append(cohort_curves(cohorts, measure))
    if not cohorts.repeat[cohorts.closed].any():
        return [*figures, Paragraph(_NOBODY_CAME_BACK, standing="note")]
    if several_ages:
        figures.append(cohort_repeat(cohorts))
    figures.append(cohort_active(cohorts))
    # Without amounts the value is the number of orders already.
    return [*figures, *([cohort_orders(cohorts)] if measure.money else [])]


def _how_to_read(study: Study) -> str:
    cohorts = study.cohorts
    step = formats.counted(cohorts.step_days, "day")
    text = (
        f"A cohort is everybody whose first purchase fell into one {period_of(cohorts)}. Ages count from each "
        f"customer's own first purchase, in steps of {step}; every number is divided by all customers the cohort ever "
        "won, also those who never came back. “All cohorts” takes in, at each age, only the monthly cohorts that "
        "have reached it in full: at higher ages these are fewer and older ones. Compare down a column, and mind the "
        "season: cohorts won in different months may differ for that reason alone."
    )
    if left_off(cohorts):
        text += (
            f" The years before {on_page(cohorts).month[0].year} ({formats.counted(left_off(cohorts), 'customer')}) "
            "have no row of their own; “All cohorts” holds them."
        )
    return text
