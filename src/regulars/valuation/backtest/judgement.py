"""What the past says to do: which models with which weights, which days of spend, and how far to correct them.

Everything is found on the earlier origins and checked on the last: a blend of models is taken only where the weights of
the earlier origins did no worse, at the last one, than the model that was best before; a map of levels only where
that of the earlier origins made the last one better; a drift is shrunk by how far the origins disagree. Who is still
here of those called gone is found on all origins at once, and taken where it makes the forecast at none of them worse.
What stands the check is then found once more on all origins.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from regulars.models.histories import Floats
from regulars.valuation.backtest.baselines import Both
from regulars.valuation.backtest.blend import ScoreForm, average, best_weights, score_form
from regulars.valuation.backtest.calibration import level_map
from regulars.valuation.backtest.drift import NONE, Drift, drift
from regulars.valuation.backtest.forecast import Forecast
from regulars.valuation.backtest.group_shock import group_shock, months_of_acquisition
from regulars.valuation.backtest.league import NEGLIGIBLE, Entrant, League, Round, Trial, judged, trials_of
from regulars.valuation.backtest.looks import wandering_of
from regulars.valuation.backtest.measures import Measures
from regulars.valuation.backtest.returns import with_who_is_still_here
from regulars.valuation.backtest.rule import Correction, Rule, forecast_by
from regulars.valuation.grouping import Grouping
from regulars.valuation.spend_way import ALL, BY_RATE, REPEAT, SpendWay

# A blend that gains less than this is not worth the second model.
WORTHWHILE = 1e-3


@dataclass(frozen=True, eq=False)
class Check:
    """How a blend found on the earlier origins did at the last one, against the entrant that was best before.

    `gain` is by how much of that entrant's score it was better, below zero where it was worse.
    """

    against: Entrant
    gain: float


@dataclass(frozen=True, eq=False)
class Judgement:
    """The rule for forecasts from now on, found on all origins.

    `check` tells why it is a blend or none; `earlier` is the rule that the earlier origins alone had found, `at_last`
    how it did at the last one, which it had not seen. All three are None where there was one origin only.
    """

    rule: Rule
    check: Check | None = None
    earlier: Rule | None = None
    at_last: Trial | None = None

    def slim(self) -> Judgement:
        """Return the judgement without the forecasts of single customers."""
        check = None if self.check is None else replace(self.check, against=self.check.against.slim())
        earlier = None if self.earlier is None else self.earlier.slim()
        return replace(self, rule=self.rule.slim(), check=check, earlier=earlier)


def judge(league: League, *, threads: int, segments: Grouping | None = None) -> Judgement | None:
    """Return what the league says to do, and how far totals of `segments` are off; None without a contender."""
    if not league.contenders:
        return None
    forms = _Forms(league, threads, segments)
    if len(league.rounds) == 1:
        return Judgement(_found(forms, 0, blend=False))
    check = _check(forms)
    blend = check.gain > -NEGLIGIBLE
    rule, earlier = (_found(forms, first, blend=blend) for first in (0, 1))
    then = forecast_by(earlier, league.rounds[0], 0, threads=threads)
    return Judgement(rule, check, earlier, judged(then, league.rounds[0].past, league.terms))


@dataclass(frozen=True)
class _Forms:
    """The score of every mixture at each origin, by the way to tell the spend; found once, asked for several times.

    `segments` are the groups whose shocks are asked for beside those of cohorts.
    """

    league: League
    threads: int
    segments: Grouping | None
    found: dict[tuple[SpendWay, int], ScoreForm] = field(default_factory=dict)

    def members(self, spend: SpendWay) -> list[Entrant]:
        return [one for one in self.league.contenders if one.contender is None or one.contender.spend == spend]

    def at(self, spend: SpendWay, place: int) -> ScoreForm:
        """Return the score of mixtures of the members at an origin, purchases and money counting alike."""
        if (spend, place) not in self.found:
            now, members = self.league.rounds[place].past.now, self.members(spend)
            asked = [([one.said[place].purchases for one in members], now.purchases_later)]
            if self.league.terms.has_money:
                asked.append(([one.said[place].value for one in members], now.value_later))
            forms = [score_form(forecasts, actual, threads=self.threads).relative() for forecasts, actual in asked]
            self.found[spend, place] = average(forms)
        return self.found[spend, place]


def _found(forms: _Forms, first: int, *, blend: bool) -> Rule:
    """Return the rule found on the origins from `first` on."""
    league = forms.league
    spend = _spend(league, first)
    by_origin = [forms.at(spend, place) for place in range(first, len(league.rounds))]
    rule = _rule(forms.members(spend), by_origin, spend, blend=blend)
    return _corrected(rule, forms, first)


def _spend(league: League, first: int) -> SpendWay:
    """Return the way to tell spend that forecast better than those before it, over the models that have both.

    Skill and normalised Gini count alike: how a customer is told from another by spend is all that the choice can
    change, and a score of values, most of which are 0, hardly sees it.
    """
    worth = {one.name: _worth(league, one, first) for one in league.contenders}

    def gain(way: SpendWay, other: SpendWay) -> float:
        contenders = [one.contender for one in league.contenders if one.contender and one.contender.spend == way]
        return sum(worth[one.name] - worth.get(replace(one, spend=other).name, -math.inf) for one in contenders)

    best: SpendWay = REPEAT
    ways: tuple[SpendWay, ...] = (ALL, BY_RATE)
    for way in ways:
        best = way if gain(way, best) > 0.0 else best
    return best


def _worth(league: League, entrant: Entrant, first: int) -> float:
    order = [trial.judged.gini or 0.0 for trial in entrant.trials[first:]]
    return (league.skill(entrant, first) or 0.0) + sum(order) / len(order)


def _check(forms: _Forms) -> Check:
    spend = _spend(forms.league, 1)
    last, *before = (forms.at(spend, place) for place in range(len(forms.league.rounds)))
    earlier = average(before)
    best = int(earlier.alone().argmin())
    alone = float(last.alone()[best])
    gain = 1.0 - last.score(best_weights(earlier)) / alone if alone > 0.0 else 0.0
    return Check(forms.members(spend)[best], gain)


def _rule(members: Sequence[Entrant], forms: Sequence[ScoreForm], spend: SpendWay, *, blend: bool) -> Rule:
    """Return the blend, or the one member, that would have scored best, uncorrected."""
    form = average(forms)
    weights, alone = best_weights(form), form.alone()
    if not blend or form.score(weights) >= (1.0 - WORTHWHILE) * float(alone.min()):
        weights = _only(int(alone.argmin()), len(members))
    used = np.flatnonzero(weights)
    return Rule(tuple(members[int(place)] for place in used), tuple(weights[used].tolist()), spend)


def _only(place: int, size: int) -> Floats:
    weights = np.zeros(size)
    weights[place] = 1.0
    return weights


def _corrected(rule: Rule, forms: _Forms, first: int) -> Rule:
    """Return the rule with what its forecasts from `first` on ask for: who is still here, own paces, drift, levels."""
    league, threads = forms.league, forms.threads
    rounds = league.rounds[first:]

    def forecasts(rule: Rule) -> list[Both]:
        return [forecast_by(rule, one, place, threads=threads) for place, one in enumerate(rounds, start=first)]

    rule = with_who_is_still_here(rule, league, first, forecasts)
    rule = replace(rule, wandering=wandering_of(rule, league.rounds, first))
    said = forecasts(rule)
    plain = trials_of(said, rounds, league.terms, threads=threads)
    purchases = _drift([trial.purchases for trial in plain])
    value = _drift([trial.value for trial in plain if trial.value is not None])
    moved = purchases.correction != 0.0 or value.correction != 0.0
    if moved:
        said = forecasts(replace(rule, purchases=Correction(purchases), value=Correction(value)))
    found = trials_of(said, rounds, league.terms, threads=threads) if moved else plain
    levels = level_map([trial.purchases.transforms for trial in found])
    worth = level_map([trial.value.transforms for trial in found if trial.value is not None])
    bought, brought = _group_shocks(said, rounds, forms, (purchases.shock, value.shock or purchases.shock))
    return replace(rule, purchases=Correction(purchases, levels, *bought), value=Correction(value, worth, *brought))


Shocks = tuple[float | None, float | None]


def _group_shocks(
    said: Sequence[Both], rounds: Sequence[Round], forms: _Forms, shared: tuple[float, float]
) -> tuple[Shocks, Shocks]:
    """Return the shocks of single months of acquisition and of single segments, of purchases and of money.

    They stand on top of those `shared` by all customers, of purchases and of money too.
    """
    known, segments = [one.past.now for one in rounds], forms.segments
    groupings = [
        [months_of_acquisition(now) for now in known],
        None if segments is None else [segments.then(now) for now in known],
    ]

    def shocks(forecasts: list[Forecast], actual: list[Floats], together: float) -> Shocks:
        cohort, segment = (
            None if groups is None else group_shock([*zip(forecasts, actual, groups, strict=True)], together)
            for groups in groupings
        )
        return cohort, segment

    bought = shocks([both.purchases for both in said], [now.purchases_later for now in known], shared[0])
    if not forms.league.terms.has_money:
        return bought, (None, None)
    return bought, shocks([both.value for both in said], [now.value_later for now in known], shared[1])


def _drift(found: Sequence[Measures]) -> Drift:
    """Return the drift of a total; none where a total was zero or has no expectation."""
    seen, errors = [], []
    for one in found:
        if one.expected is None or one.least_bias_error is None or not (one.expected > 0.0 and one.actual > 0.0):
            return NONE
        seen.append(math.log(one.actual / one.expected))
        errors.append(one.least_bias_error)
    return drift(seen, errors)
