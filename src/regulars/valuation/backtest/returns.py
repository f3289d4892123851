"""Who came back at each origin, beside the chances that the models of a rule had given it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from regulars.models.chance_of_purchase import chance_of_purchase
from regulars.models.still_here import StillHere
from regulars.periods import days
from regulars.valuation.backtest.as_known import AsKnown
from regulars.valuation.backtest.baselines import Both
from regulars.valuation.backtest.league import NEGLIGIBLE, League, Round, Trial, trials_of
from regulars.valuation.backtest.pace import pace_of
from regulars.valuation.backtest.rule import Rule
from regulars.valuation.backtest.still import NOBODY, Returns, Still, still


def with_who_is_still_here(rule: Rule, league: League, first: int, forecasts: Callable[[Rule], list[Both]]) -> Rule:
    """Return the rule with those called gone who are not, nobody where that makes the forecast of a window worse."""
    rounds, found = league.rounds[first:], still_of(rule, league.rounds, first)
    told = replace(rule, still=found)
    if found.share == 0.0:
        return told
    before, after = (trials_of(forecasts(one), rounds, league.terms, threads=1) for one in (rule, told))
    worse = any(_rises(*pair) > NEGLIGIBLE for pair in zip(before, after, strict=True))
    return replace(rule, still=replace(found, share=0.0)) if worse else told


def still_of(rule: Rule, rounds: Sequence[Round], first: int) -> Still:
    """Return who is still here of those whom the models of a rule called gone, at the origins from `first` on.

    Nobody where nobody is called gone, and where a window shows nothing: none bought, or a total was so far off that no
    clock would put it right.
    """
    if not rule.models:
        return NOBODY
    windows = [_returns(rule, one.past.now, place) for place, one in enumerate(rounds[first:], start=first)]
    known = [window for window in windows if window is not None]
    return still(known) if len(known) == len(windows) else NOBODY


def _returns(rule: Rule, now: AsKnown, place: int) -> Returns | None:
    fit = rule.fit_at(place)
    if not fit.model.has_dropout:
        return None
    histories, _, row = now.histories(fit.unit)
    expected = float(histories.count @ fit.expected_purchases(histories, days(now.window)))
    happened = float(now.purchases_later.sum())
    if not (expected > 0.0 and happened > 0.0):
        return None
    pace = pace_of(fit, histories, days(now.window), math.log(happened / expected))
    if pace is None:
        return None
    passes = days(now.window * pace)
    chance, if_here = (chance_of_purchase(one, histories, passes) for one in (fit, StillHere(fit, 1.0)))
    bought = np.bincount(row, now.purchases_later > 0.0, minlength=len(histories)).astype(np.float64)
    return Returns(chance, if_here, bought, histories.count - bought)


def _rises(before: Trial, after: Trial) -> float:
    """Return the share by which the score of a window rises, purchases and money counting alike."""
    pairs = [(before.purchases, after.purchases)]
    if before.value is not None and after.value is not None:
        pairs.append((before.value, after.value))
    rises = [other.crps / one.crps - 1.0 if one.crps > 0.0 else 0.0 for one, other in pairs]
    return sum(rises) / len(rises)
