"""Puts together what a report shows: the valuation, and what is measured and proposed while the engine is open."""

from __future__ import annotations

from regulars.decisions.at_risk import most_at_risk
from regulars.decisions.gone import probably_gone
from regulars.decisions.segments import segmented
from regulars.engines.base import Engine
from regulars.errors import NotApplicable
from regulars.metrics.cohorts import cohorts_of
from regulars.metrics.concentration import concentration
from regulars.metrics.economics import economics_of
from regulars.metrics.facts import facts_of
from regulars.metrics.newer_cohorts import newer_cohorts
from regulars.progress import Progress
from regulars.reporting.study import Study
from regulars.valuation.alive_history import AliveHistory, alive_history_of
from regulars.valuation.holdout import Holdout, look_back
from regulars.valuation.run import forget_the_record
from regulars.valuation.valuation import Valuation


def study_of(engine: Engine, valuation: Valuation, progress: Progress) -> Study:
    """Return the study of a valuation whose tables still stand in `engine`."""
    with progress.step("study the base"):
        margin = valuation.settings.margin
        cohorts = cohorts_of(engine, margin)
        facts = facts_of(engine, valuation.settings.as_of)
        holdout, holdout_reason = _holdout(engine, valuation)
        study = Study(
            valuation,
            cohorts=cohorts,
            historic_concentration=concentration(engine, "historic_value"),
            expected_concentration=concentration(engine, valuation.expectation),
            at_risk=most_at_risk(engine, valuation.expectation),
            gone=probably_gone(engine, valuation.expectation),
            segments=segmented(engine, valuation.expectation),
            newer_cohorts=newer_cohorts(engine, cohorts, valuation.left_truncation, margin),
            economics=economics_of(valuation, facts, cohorts),
            holdout=holdout,
            holdout_reason=holdout_reason,
            alive_history=_alive_history(engine, valuation),
        )
        forget_the_record(engine)
        return study


def _holdout(engine: Engine, valuation: Valuation) -> tuple[Holdout | None, str]:
    try:
        return look_back(engine, valuation.fit, valuation.settings), ""
    except NotApplicable as reason:
        return None, str(reason)


def _alive_history(engine: Engine, valuation: Valuation) -> AliveHistory | None:
    if not valuation.top_customers:
        return None
    customer_id = valuation.top_customers[0].customer_id
    return alive_history_of(engine, valuation.fit, customer_id, valuation.settings.as_of)
