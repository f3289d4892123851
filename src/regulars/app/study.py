"""Puts together what a report shows: the valuation, and what is measured and proposed while the engine is open."""

from __future__ import annotations

from regulars.engines.base import Engine
from regulars.metrics.cohorts import cohorts_of
from regulars.metrics.newer_cohorts import newer_cohorts
from regulars.progress import Progress
from regulars.reporting.study import Study
from regulars.valuation.run import forget_the_record
from regulars.valuation.valuation import Valuation


def study_of(engine: Engine, valuation: Valuation, progress: Progress) -> Study:
    """Return the study of a valuation whose tables still stand in `engine`."""
    with progress.step("study the base"):
        margin = valuation.settings.margin
        cohorts = cohorts_of(engine, margin)
        study = Study(
            valuation,
            cohorts=cohorts,
            newer_cohorts=newer_cohorts(engine, cohorts, valuation.left_truncation, margin),
        )
        forget_the_record(engine)
        return study
