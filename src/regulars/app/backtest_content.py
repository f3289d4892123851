"""The back-test as run.json holds it: the league, what was taken, how it was corrected, how right it was."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

from regulars.valuation.valuation import Valuation

if TYPE_CHECKING:
    from regulars.valuation.backtest.calibration import LevelMap
    from regulars.valuation.backtest.league import Entrant, League, Trial
    from regulars.valuation.backtest.measures import Measures
    from regulars.valuation.backtest.outliers import Outliers
    from regulars.valuation.backtest.rule import Correction, Rule
    from regulars.valuation.backtest.wandering import Wandering
from regulars.valuation.backtest.tested import Rightness
from regulars.valuation.spend_way import ALL, BY_RATE, REPEAT

Content = dict[str, Any]
# What a measure holds per customer stays out of the file.
PER_CUSTOMER = {"scores", "transforms"}


def backtest_content(valuation: Valuation) -> Content:
    """Return the account of the back-test; where there was none, the reason."""
    found = valuation.tested
    if found is None:
        return {"tested": False, "reason": valuation.untested}
    league, judgement = found.league, found.judgement
    return {
        "tested": True,
        "origins": [day.isoformat() for day in league.origins.days],
        "window_days": league.origins.window,
        "horizon_days": league.origins.asked,
        "league": [_entrant(one, league) for one in league.entrants],
        "taken": _rule(judgement.rule),
        "still_here_today": valuation.still_here,
        "taken_by_the_earlier_origins": None if judgement.earlier is None else _rule(judgement.earlier),
        "gain_of_the_blend_at_the_last_origin": None if judgement.check is None else judgement.check.gain,
        "best_of_the_earlier_origins": None if judgement.check is None else judgement.check.against.name,
        "at_the_last_origin": None if judgement.at_last is None else _trial(judgement.at_last),
        "purchases": None if found.purchases is None else _rightness(found.purchases),
        "value": None if found.value is None else _rightness(found.value),
    }


def _entrant(one: Entrant, league: League) -> Content:
    trials = [_trial(trial) for trial in one.trials]
    return {
        "name": one.name,
        "title": one.title,
        "kind": one.kind,
        "skill": league.skill(one),
        "reason": one.reason,
        "trials": trials,
    }


def _trial(trial: Trial) -> Content:
    value = None if trial.value is None else _measures(trial.value)
    return {"purchases": _measures(trial.purchases), "value": value}


def _measures(found: Measures) -> Content:
    names = (field.name for field in dataclasses.fields(found) if field.name not in PER_CUSTOMER)
    return {name: _number(getattr(found, name)) for name in names}


def _rule(rule: Rule) -> Content:
    return {
        "weights": {member.name: weight for member, weight in zip(rule.members, rule.weights, strict=True)},
        "spend_days": REPEAT if rule.spend == REPEAT else ALL,
        "spend_by_purchase_rate": rule.spend == BY_RATE,
        "purchases": _correction(rule.purchases),
        "value": _correction(rule.value),
        "still_here": {"share": rule.still.share, "likeliest_by_window": list(rule.still.seen)},
        "own_pace": _own_pace(rule.wandering),
    }


def _own_pace(found: Wandering) -> Content:
    """Return the law of customers' own paces, with the variance that each look showed and its error."""
    names = ("age_days", "days", "variance", "standard_error")
    return {
        "variance_per_day": found.drift,
        "variance_times_days": found.noise,
        "looks": [dict(zip(names, one, strict=True)) for one in found.seen],
    }


def _correction(correction: Correction) -> Content:
    drift = correction.drift
    return {
        "log_actual_over_forecast": list(drift.seen),
        "correction": drift.correction,
        "shock": drift.shock if drift.seen else None,
        "shock_of_a_cohort": correction.group_shock,
        "shock_of_a_segment": correction.segment_shock,
        "degrees_of_freedom": drift.degrees,
        "levels": _levels(correction.levels),
    }


def _levels(levels: LevelMap) -> list[float] | None:
    return list(levels.achieved) if levels.changes else None


def _rightness(found: Rightness) -> Content:
    return {
        "deciles": [dataclasses.asdict(decile) for decile in found.deciles],
        "coverage": [dataclasses.asdict(coverage) for coverage in found.coverage],
        "transforms": {**dataclasses.asdict(found.transforms), "bound": found.transforms.bound},
        "transforms_by_thirds": [{**dataclasses.asdict(gap), "bound": gap.bound} for gap in found.by_thirds],
        "by_quarter_of_first_purchase": [{"name": one.name, **_measures(one.measures)} for one in found.by_quarter],
        "by_recency_frequency_money": [{"name": one.name, **_measures(one.measures)} for one in found.by_rfm],
        "totals_inside_their_intervals": [dataclasses.asdict(one) for one in found.totals],
        "without_the_largest": None if found.outliers is None else _outliers(found.outliers),
    }


def _outliers(found: Outliers) -> Content:
    return {"left_out": found.largest, "share_of_the_total": found.share, **_measures(found.others)}


def _number(value: Any) -> Any:
    """Return a number as JSON can hold it; what is not finite is null."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
