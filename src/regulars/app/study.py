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
from regulars.reporting.study import Learned, Study
from regulars.valuation.alive_history import AliveHistory, alive_history_of
from regulars.valuation.features.feature import AsOf
from regulars.valuation.holdout import Holdout, look_back
from regulars.valuation.learners.drivers import Drivers, what_drives
from regulars.valuation.learners.foreseen import Foreseen, foreseen
from regulars.valuation.run import forget_the_record
from regulars.valuation.valuation import Valuation

# New customers are told by their first day, and by a week more.
FIRST_DAYS = (0, 7)


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
            learned=_learned(engine, valuation) if valuation.settings.learners else None,
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


def _learned(engine: Engine, valuation: Valuation) -> Learned:
    """Return what learners tell, of a window as long as those of the back-test."""
    settings, tested = valuation.settings, valuation.tested
    window = settings.horizon if tested is None else tested.league.origins.window
    as_of = AsOf(settings.as_of, window, settings.zero_amount == "keep")
    drivers, no_drivers = _drivers(engine, as_of, valuation)
    early, no_early = _early(engine, as_of, valuation)
    return Learned(drivers, no_drivers, early, no_early)


def _drivers(engine: Engine, as_of: AsOf, valuation: Valuation) -> tuple[Drivers | None, str]:
    has_money, seed = valuation.receipt.has_money, valuation.settings.seed
    try:
        found = what_drives(engine, as_of, has_money=has_money, seed=seed)
    except NotApplicable as reason:
        return None, str(reason)
    return (found, "") if found.drivers else (None, "nothing known of customers moved the forecast of any of them")


def _early(engine: Engine, as_of: AsOf, valuation: Valuation) -> tuple[tuple[Foreseen, ...], str]:
    has_money, seed = valuation.receipt.has_money, valuation.settings.seed
    try:
        found = (foreseen(engine, as_of, days, has_money=has_money, seed=seed) for days in FIRST_DAYS)
        return tuple(found), ""
    except NotApplicable as reason:
        return (), str(reason)
