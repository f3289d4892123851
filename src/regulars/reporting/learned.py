"""What learners tell beside their forecasts: what drives value here, and what new customers will be worth."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.reporting.charts.drivers import drivers
from regulars.reporting.document import Block, Paragraph
from regulars.reporting.drivers import drivers_table
from regulars.reporting.early import early_table
from regulars.reporting.measure import Measure
from regulars.reporting.study import Learned, Study

_NOT_TRIED = (
    "Learners were not tried: --learners (the extra “ml”) lets boosted trees compete and says what drives value here."
)


def learned(study: Study, measure: Measure) -> Iterator[Block]:
    """Yield what learners tell; where they were not asked for, how to ask; where they cannot tell, why."""
    if study.learned is None:
        yield Paragraph(_NOT_TRIED)
        return
    yield from _drivers(study.learned)
    if study.learned.early:
        yield early_table(study.learned.early, measure)
    else:
        yield Paragraph(f"The value of new customers cannot be told early: {study.learned.no_early}.")


def _drivers(found: Learned) -> Iterator[Block]:
    if found.drivers is None:
        yield Paragraph(f"What drives value here cannot be told: {found.no_drivers}.")
        return
    yield drivers(found.drivers)
    yield drivers_table(found.drivers)
