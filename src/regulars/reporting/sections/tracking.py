"""Does the fitted model follow what the customers did?"""

from __future__ import annotations

from regulars.reporting import captions, formats
from regulars.reporting.charts.purchases_by_week import purchases_by_week
from regulars.reporting.charts.purchases_so_far import purchases_so_far
from regulars.reporting.document import Block, Paragraph, Section
from regulars.reporting.study import Study
from regulars.valuation.valuation import Valuation

_FEWEST_WEEKS = 2
_HOW_TO_READ = (
    "A repeat purchase is a day on which a customer bought, after the first one; only whole weeks are shown. "
    "The model was fitted to this same record, so agreement here shows that it describes the past, "
    "not that it foresees the future."
)


def tracking(study: Study) -> Section:
    """Return the section that holds actual against expected purchases by week."""
    valuation = study.valuation
    customers = valuation.transactions.customers
    return Section(
        name="tracking",
        title="Actual against expected purchases",
        caption=captions.record(valuation, customers, "customer"),
        blocks=_blocks(valuation),
    )


def _blocks(valuation: Valuation) -> tuple[Block, ...]:
    weeks = valuation.tracking
    if len(weeks.week_start) < _FEWEST_WEEKS:
        return (
            Paragraph("The record is shorter than two whole weeks: there is nothing to follow from week to week yet."),
        )
    blocks: list[Block] = [Paragraph(_HOW_TO_READ)]
    if not weeks.actual.any():
        blocks.append(Paragraph(_nobody_came_back(valuation), standing="note"))
        if not weeks.expected.any():
            return tuple(blocks)
    return (*blocks, purchases_by_week(weeks), purchases_so_far(weeks))


def _nobody_came_back(valuation: Valuation) -> str:
    return (
        f"No customer bought on a second day up to {formats.day(valuation.settings.as_of)}. "
        "How often customers come back can hardly be learnt from such a record."
    )
