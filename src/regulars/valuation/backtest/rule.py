"""A rule for forecasts: members with their weights, the days that tell the spend, and what is corrected."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from regulars.models.fit import Fit
from regulars.models.histories import Floats, Histories
from regulars.models.own_pace import OwnPace
from regulars.models.pooled import PooledFit
from regulars.models.predictions import Uncertain
from regulars.models.still_here import still_here
from regulars.periods import Period, days
from regulars.valuation.backtest.baselines import Both
from regulars.valuation.backtest.blend import mixed
from regulars.valuation.backtest.calibration import SAME, LevelMap
from regulars.valuation.backtest.contenders import said
from regulars.valuation.backtest.drift import NONE, Drift
from regulars.valuation.backtest.forecast import Forecast, Spread
from regulars.valuation.backtest.league import Entrant, Round
from regulars.valuation.backtest.pace import pace_of
from regulars.valuation.backtest.still import NOBODY, Still
from regulars.valuation.backtest.wandering import NONE as STEADY
from regulars.valuation.backtest.wandering import Wandering, age_of
from regulars.valuation.spend_way import SpendWay


@dataclass(frozen=True)
class Correction:
    """How forecasts of one thing are corrected: by the drift of its total, and by a map of its levels.

    `group_shock` is the standard deviation of what a single cohort's total is off beyond chance and drift, None where
    it cannot be told; `segment_shock` is the same of a single segment.
    """

    drift: Drift = NONE
    levels: LevelMap = SAME
    group_shock: float | None = None
    segment_shock: float | None = None


@dataclass(frozen=True, eq=False)
class Rule:
    """Members with weights that sum to one, the way to tell the spend, and the corrections of either forecast.

    `still` says how many of those called gone are still here, `wandering` how far customers' own paces are from what
    the models say, whatever they buy.
    """

    members: tuple[Entrant, ...]
    weights: tuple[float, ...]
    spend: SpendWay
    purchases: Correction = Correction()
    value: Correction = Correction()
    still: Still = NOBODY
    wandering: Wandering = STEADY

    @property
    def models(self) -> tuple[tuple[Entrant, float], ...]:
        """The models among the members, with their weights."""
        return tuple(pair for pair in zip(self.members, self.weights, strict=True) if pair[0].contender is not None)

    @property
    def learners(self) -> tuple[tuple[Entrant, float], ...]:
        """The other members, with their weights."""
        return tuple(pair for pair in zip(self.members, self.weights, strict=True) if pair[0].contender is None)

    def pool(self, fits: Sequence[Fit]) -> Fit | PooledFit:
        """Return fits of the models, in their order, as one; a single one stays what it is."""
        weights = [weight for _, weight in self.models]
        share = math.fsum(weights)
        return fits[0] if len(fits) == 1 else PooledFit(tuple(fits), tuple(weight / share for weight in weights))

    def fit_at(self, place: int) -> Fit | PooledFit:
        """Return the fits of the models at an origin as one, the origin at `place` among those of its members."""
        return self.pool([entrant.fits[place] for entrant, _ in self.models])

    def ahead(self, fit: Uncertain) -> Uncertain:
        """Return what such a fit says of the time ahead, where some of those called gone are still here."""
        return still_here(fit, self.still.share)

    def clocked(
        self, fit: Uncertain, histories: Histories, horizon: Period, own: OwnPace
    ) -> tuple[Uncertain, float | None]:
        """Return what such a fit says of the time ahead, and the pace that brings its total to the corrected one.

        Where so many are called gone that no pace would keep the total, nobody is taken to be still here. The pace is
        None where there is none all the same.
        """
        ahead, correction = self.ahead(fit), self.purchases.drift.correction
        pace = pace_of(fit, histories, horizon, correction, own, ahead=ahead)
        if pace is None and ahead is not fit:
            return fit, pace_of(fit, histories, horizon, correction, own)
        return ahead, pace

    def slim(self) -> Rule:
        """Return the rule without what its members said of single customers."""
        return replace(self, members=tuple(entrant.slim() for entrant in self.members))

    def spend_factor(self, pace: float | None) -> float:
        """Return what a purchase is worth more or less, given the pace that its number was corrected by."""
        bought = 0.0 if pace is None else self.purchases.drift.correction
        return math.exp(self.value.drift.correction - bought)


def forecast_by(rule: Rule, at: Round, place: int, *, threads: int) -> Both:
    """Return what a rule forecasts at an origin, the one at `place` among those of its members."""
    parts, weights = [], []
    if rule.models:
        parts.append(_models(rule, at, place, threads=threads))
        weights.append(math.fsum(weight for _, weight in rule.models))
    for learner, weight in rule.learners:
        parts.append(_scaled(learner.said[place], rule))
        weights.append(weight)
    shares = np.array(weights)
    purchases = mixed([both.purchases for both in parts], shares)
    value = mixed([both.value for both in parts], shares)
    return Both(_at_levels(purchases, rule.purchases.levels), _at_levels(value, rule.value.levels))


def _models(rule: Rule, at: Round, place: int, *, threads: int) -> Both:
    now, fit = at.past.now, rule.fit_at(place)
    histories, _, _ = now.histories(fit.unit)
    own = rule.wandering.over(age_of(histories), now.window)
    ahead, pace = rule.clocked(fit, histories, days(now.window), own)
    spend = rule.spend_factor(pace)
    taken = next((way for way in (rule.spend, *at.spend) if way in at.spend), None)
    by_days = {} if taken is None else {taken: at.spend[taken]}
    speed = 1.0 if pace is None else pace
    (both,) = said(ahead, now, by_days, threads=threads, pace=speed, spend=spend, own=own).values()
    return both


def _scaled(both: Both, rule: Rule) -> Both:
    """Return the forecasts of a learner with their totals corrected: it has no clock to set."""
    return Both(_times(both.purchases, rule.purchases.drift.factor), _times(both.value, rule.value.drift.factor))


def _times(forecast: Forecast, factor: float) -> Forecast:
    spread = forecast.spread
    return Forecast(forecast.mean * factor, replace(spread, scale=spread.scale * factor), forecast.chance)


def _at_levels(forecast: Forecast, levels: LevelMap) -> Forecast:
    """Return the forecast with its quantiles read off at other levels, between those it has by a straight line."""
    if not levels.changes:
        return forecast
    spread = forecast.spread
    chance = None if forecast.chance is None else 1.0 - levels.expected(1.0 - forecast.chance)
    corrected = replace(spread, multiples=levels.read_off(spread.multiples), squares=_squares(spread, levels))
    return Forecast(forecast.mean, corrected, chance)


def _squares(spread: Spread, levels: LevelMap) -> Floats | None:
    """Return the variances behind the rows at other levels; what is infinite remains so."""
    if spread.squares is None:
        return None
    known = np.isfinite(spread.squares)
    return np.where(known, np.where(known, spread.squares, 0.0) * levels.widening(spread.multiples), np.inf)
