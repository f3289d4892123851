"""Which models speak for these customers, how much each, and how their forecasts are corrected.

With "auto" every registered model is tried on the past; where the record is too short for that, the likelihood decides.
A model asked for by its name is fitted and taken at its word.
"""

from __future__ import annotations

from dataclasses import dataclass

from regulars.engines.base import Engine
from regulars.errors import NotApplicable
from regulars.models.fit import Fit
from regulars.models.histories import Histories
from regulars.models.pooled import PooledFit
from regulars.models.transactions import MODELS
from regulars.models.transactions.cnbd import Regular
from regulars.periods import Unit
from regulars.valuation.backtest.contenders import Contender
from regulars.valuation.backtest.hold import hold_league
from regulars.valuation.backtest.judgement import judge
from regulars.valuation.backtest.league import Entrant, League, Terms
from regulars.valuation.backtest.origins import origins_of
from regulars.valuation.backtest.rule import Rule
from regulars.valuation.backtest.tested import Tested, tested
from regulars.valuation.grouping import Grouping
from regulars.valuation.histories import Record, Summary
from regulars.valuation.valuation import Candidate, Settings

# Tried by likelihood alone where the record is too short: all three are continuous-time likelihoods of the same data.
BY_LIKELIHOOD = ("bg-nbd", "mbg-nbd", "pareto-nbd")


@dataclass(frozen=True, eq=False)
class Trials:
    """What was tested on the past: the rule it says to follow; without one, the reason why nothing was tested."""

    rule: Rule | None
    tested: Tested | None
    reason: str


@dataclass(frozen=True, eq=False)
class Choice:
    """The fit that was chosen, the fits it was chosen from or made of, and why."""

    fit: Fit | PooledFit
    candidates: tuple[Candidate, ...]
    because: str


def try_on_the_past(
    engine: Engine,
    summary: Summary,
    settings: Settings,
    record: Record,
    *,
    has_money: bool,
    segments: Grouping | None = None,
) -> Trials:
    """Return what the past says of every registered model, and of the `segments`; reads the tables of `record`."""
    try:
        origins = origins_of(summary.first_day, settings.as_of, settings.horizon)
    except NotApplicable as reason:
        return Trials(None, None, str(reason))
    terms = Terms(
        tuple(MODELS.names()),
        Unit.of(settings.unit),
        has_money=has_money,
        keep_zero=settings.zero_amount == "keep",
        seed=settings.seed,
        seconds=settings.time_budget,
        learners=settings.learners,
    )
    try:
        league = hold_league(engine, origins, terms, record)
    except NotApplicable as reason:
        return Trials(None, None, str(reason))
    judgement = judge(league, threads=engine.threads, segments=segments)
    if judgement is None:
        return Trials(None, None, _nothing_tried(league))
    return Trials(judgement.rule, tested(league, judgement, threads=engine.threads, segments=segments), "")


def _nothing_tried(league: League) -> str:
    """Return why no model was tried, each reason once."""
    reasons = dict.fromkeys(one.reason for one in league.entrants if one.reason)
    return f"no model could be tried at the earlier days ({'; '.join(reasons)})"


def needs_gaps(settings: Settings, trials: Trials | None) -> bool:
    """Return whether a model is to be fitted that asks how regular purchases are."""
    if trials is None:
        return isinstance(MODELS.get(settings.model), Regular)
    return any(isinstance(contender.model, Regular) for contender in _fitted(trials))


def needs_calendar(trials: Trials | None) -> bool:
    """Return whether a model is to be fitted on a calendar clock."""
    return trials is not None and any(contender.plain is None for contender in _fitted(trials))


def _fitted(trials: Trials) -> tuple[Contender, ...]:
    """Return what is fitted today by what the past says; nothing where the likelihood decides."""
    if trials.rule is None or trials.tested is None:
        return ()
    return tuple(one.contender for one, _ in _members(trials.rule, trials.tested.league) if one.contender)


def _members(rule: Rule, league: League) -> tuple[tuple[Entrant, float], ...]:
    """Return the models of the rule; where it has learners alone, the best model, which says what they cannot say."""
    return rule.models or tuple((one, 1.0) for one in league.contenders if one.contender)[:1]


def choose(histories: Histories, settings: Settings, trials: Trials | None) -> Choice:
    """Fit the model asked for, those of the rule found on the past, or the candidates by likelihood."""
    if trials is None:
        fit = MODELS.get(settings.model).fit(histories)
        return Choice(fit, (_candidate(fit),), f"{fit.model.title} was asked for.")
    if trials.rule is not None and trials.tested is not None:
        return _by_rule(histories, trials.rule, trials.tested.league)
    return _by_likelihood(histories, trials.reason)


def _by_rule(histories: Histories, rule: Rule, league: League) -> Choice:
    """Fit the models that the past says to fit."""
    members = _members(rule, league)
    fits = [entrant.contender.model.fit(histories) for entrant, _ in members if entrant.contender]
    fit = fits[0] if len(fits) == 1 else rule.pool(fits)
    return Choice(fit, tuple(_candidate(fit) for fit in fits), "")


def _by_likelihood(histories: Histories, reason: str) -> Choice:
    fits = [MODELS.get(name).fit(histories) for name in BY_LIKELIHOOD]
    best, second, *_ = sorted(fits, key=lambda fit: fit.bic)
    margin = second.bic - best.bic
    # Kass & Raftery (1995) call a difference of 10 very strong.
    clearly = "clearly" if margin > 10.0 else "narrowly"
    because = (
        f"{best.model.title} has the lowest BIC of the {len(fits)} models tried, {clearly} ahead of "
        f"{second.model.title} ({margin:,.1f} apart). How well it forecasts could not be tested on the past: {reason}."
    )
    return Choice(best, tuple(_candidate(fit) for fit in fits), because)


def _candidate(fit: Fit) -> Candidate:
    return Candidate(fit.model.name, fit.log_likelihood, fit.bic, "")
