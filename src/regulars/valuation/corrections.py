"""What the back-test says about predictions from now on: how their clock runs, and which levels mean what.

Nothing is corrected where nothing was tested, or where what was tested needed no correction.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from regulars.models.histories import Histories
from regulars.models.own_pace import STEADY, OwnPace
from regulars.models.predictions import Uncertain
from regulars.models.scoring import Question, Scores
from regulars.models.still_here import still_here
from regulars.periods import days
from regulars.valuation.backtest.calibration import SAME, LevelMap
from regulars.valuation.backtest.rule import Rule
from regulars.valuation.backtest.wandering import age_of
from regulars.valuation.valuation import Settings

Kind = Literal["cohort", "segment"]


@dataclass(frozen=True)
class Corrections:
    """Who is still here, the clock of all and of each, what a purchase is worth more, levels, shocks of totals.

    `still` is the share of those called gone who are still customers. One map serves values and the chance of a
    purchase, because a value of 0 is no purchase. Shocks are scales of the logarithm of a total, on top of what the
    model says; None where no window was tested. Those shared by all customers follow Student's t with `degrees`; those
    of cohorts (`*_group_shock`) and of segments are normal, on top for one of them.
    """

    still: float = 0.0
    pace: float = 1.0
    own: OwnPace = STEADY
    spend: float = 1.0
    levels: LevelMap = SAME
    purchase_shock: float | None = None
    value_shock: float | None = None
    purchase_group_shock: float | None = None
    value_group_shock: float | None = None
    purchase_segment_shock: float | None = None
    value_segment_shock: float | None = None
    degrees: int = 1

    def ahead(self, fit: Uncertain) -> Uncertain:
        """Return what a fit says of the time ahead, where some of those called gone are still here."""
        return still_here(fit, self.still)

    def own_shocks(self, kind: Kind) -> tuple[float, float]:
        """Return the shocks of a single cohort, or of a single segment: of its purchases and of its value."""
        cohort = (self.purchase_group_shock, self.value_group_shock)
        bought, worth = cohort if kind == "cohort" else (self.purchase_segment_shock, self.value_segment_shock)
        return bought or 0.0, worth or 0.0

    def of(self, scores: Scores) -> Scores:
        """Return the scores with their chances at the corrected levels; who buys is alive."""
        if not self.levels.changes:
            return scores
        buys = 1.0 - self.levels.expected(1.0 - scores.probability_purchase)
        return replace(scores, probability_purchase=buys, probability_alive=np.maximum(scores.probability_alive, buys))


UNCORRECTED = Corrections()


def corrections_by(rule: Rule, fit: Uncertain, histories: Histories, horizon: int, *, has_money: bool) -> Corrections:
    """Return the corrections of a rule for the fit and the customers of today."""
    own = rule.wandering.over(age_of(histories), horizon)
    ahead, pace = rule.clocked(fit, histories, days(horizon), own)
    return Corrections(
        still=0.0 if ahead is fit else rule.still.share,
        pace=1.0 if pace is None else pace,
        own=own,
        spend=rule.spend_factor(pace),
        levels=(rule.value if has_money else rule.purchases).levels,
        purchase_shock=rule.purchases.drift.shock or None,
        # A value without an expectation at some origin shows no shock of its own: what hits purchases hits it too.
        value_shock=rule.value.drift.shock or rule.purchases.drift.shock or None,
        purchase_group_shock=rule.purchases.group_shock,
        value_group_shock=rule.value.group_shock,
        purchase_segment_shock=rule.purchases.segment_shock,
        value_segment_shock=rule.value.segment_shock,
        degrees=max(rule.purchases.drift.degrees, rule.value.drift.degrees),
    )


def not_counted(rule: Rule | None, corrections: Corrections) -> tuple[str, ...]:
    """Return a note where some of those called gone are still here by a rule, and the forecast holds none of them."""
    if rule is None or rule.still.share == corrections.still:
        return ()
    said = (
        f"By the back-test {rule.still.share:.1%} of those called gone are still customers. They are not counted "
        "today: so many are called gone that they would be most of the forecast."
    )
    return (said,)


def question_of(settings: Settings, corrections: Corrections = UNCORRECTED) -> Question:
    """Return what the settings ask of the future, at the pace and the levels that the past asks for.

    On a clock that runs faster a horizon is longer, and a day of it is discounted less.
    """
    tail = (1.0 - settings.interval) / 2.0
    levels = corrections.levels.level_for(np.array([tail, 0.5, 1.0 - tail]))
    discount = math.expm1(math.log1p(settings.discount) / corrections.pace)
    return Question(days(settings.horizon * corrections.pace), tuple(levels.tolist()), discount, corrections.own)
