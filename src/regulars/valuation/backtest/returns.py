"""Who came back at each origin, beside the chances that the models of a rule had given it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from regulars.models.chance_of_purchase import chance_of_purchase
from regulars.models.still_here import StillHere
from regulars.periods import days
from regulars.valuation.backtest.as_known import AsKnown
from regulars.valuation.backtest.league import Round
from regulars.valuation.backtest.pace import pace_of
from regulars.valuation.backtest.rule import Rule
from regulars.valuation.backtest.still import NOBODY, Returns, Still, still
from regulars.valuation.backtest.wandering import age_of


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
    own = rule.wandering.over(age_of(histories), now.window)
    pace = pace_of(fit, histories, days(now.window), math.log(happened / expected), own)
    if pace is None:
        return None
    chance, if_here = (
        chance_of_purchase(one, histories, days(now.window * pace), own) for one in (fit, StillHere(fit, 1.0))
    )
    bought = np.bincount(row, now.purchases_later > 0.0, minlength=len(histories)).astype(np.float64)
    return Returns(chance, if_here, bought, histories.count - bought)
