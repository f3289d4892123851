"""Holding a league: every model and plain rule, on clocks and with learners where they can, tried at every origin."""

from __future__ import annotations

import datetime as dt
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from regulars.engines.base import Engine
from regulars.errors import NotApplicable
from regulars.models.fit import Fit
from regulars.models.nesting import is_reached
from regulars.models.transaction_model import TransactionModel
from regulars.models.transactions import MODELS
from regulars.models.transactions.cnbd import Regular
from regulars.valuation.backtest.as_known import as_known
from regulars.valuation.backtest.baselines import BASELINES, Past
from regulars.valuation.backtest.clocks import best_without, fitted_on_clocks
from regulars.valuation.backtest.contenders import Contender, fitted_in_turn, said, spends_at
from regulars.valuation.backtest.league import LEARNER, MODEL, PLAIN, Entrant, League, Round, Terms, trials_of
from regulars.valuation.backtest.origins import Origins
from regulars.valuation.calendar import OnCalendar
from regulars.valuation.features.feature import AsOf
from regulars.valuation.histories import EVERYONE, Record


def hold_league(engine: Engine, origins: Origins, terms: Terms, record: Record = EVERYONE) -> League:
    """Return the league of the models named and the plain baselines at every origin.

    Reads the tables of `record`. Raises `UnknownName` for a model that is none. With a budget of seconds, models
    and learners whose turn comes later are not tried.
    """
    started = time.monotonic()
    models = [MODELS.get(name) for name in terms.models]
    rounds = tuple(_round(engine, origin, origins.window, terms, record) for origin in origins.days)
    entrants = list(_plain_rules(rounds, terms, engine.threads))
    for model in models:
        if late := _late(started, terms):
            entrants.append(Entrant(model.name, model.title, MODEL, reason=late))
        else:
            entrants += _tried(model, entrants, rounds, terms, engine.threads)
    entrants += _on_clocks(_ranked(League(origins, terms, rounds, tuple(entrants))), started, engine.threads)
    if terms.learners:
        entrants += _learners(engine, rounds, terms, _today(origins, terms, record), late=_late(started, terms))
    return _ranked(League(origins, terms, rounds, tuple(entrants)))


def _late(started: float, terms: Terms) -> str:
    """Return why nothing more is tried; nothing while there is time."""
    if terms.seconds is None or time.monotonic() - started <= terms.seconds:
        return ""
    return f"the {terms.seconds:g} seconds of the time budget were over"


def _round(engine: Engine, origin: dt.date, window: int, terms: Terms, record: Record) -> Round:
    earlier = origin - dt.timedelta(days=window)
    now = as_known(engine, origin, window, keep_zero=terms.keep_zero, record=record)
    before = as_known(engine, earlier, window, keep_zero=terms.keep_zero, until=origin, record=record)
    return Round(Past(now, before), spends_at(now, has_money=terms.has_money))


def _plain_rules(rounds: tuple[Round, ...], terms: Terms, threads: int) -> Iterator[Entrant]:
    for baseline in BASELINES:
        said = [baseline.forecast(one.past) for one in rounds]
        trials = trials_of(said, rounds, terms, threads=threads)
        yield Entrant(baseline.name, baseline.title, PLAIN, trials=trials)


def _tried(
    model: TransactionModel, before: Sequence[Entrant], rounds: tuple[Round, ...], terms: Terms, threads: int
) -> Iterator[Entrant]:
    """Yield the model under each spend that every origin knows; one entrant with the reason where it adds nothing."""
    try:
        fits = fitted_in_turn(model, [one.past.now for one in rounds], terms.unit)
    except NotApplicable as reason:
        yield Entrant(model.name, model.title, MODEL, reason=str(reason))
        return
    if same := _same_as(fits, [one.fits for one in before if one.fits]):
        yield Entrant(model.name, model.title, MODEL, reason=same)
        return
    yield from _entered(model, fits, rounds, terms, threads)


def _on_clocks(league: League, started: float, threads: int) -> Iterator[Entrant]:
    """Yield the best models on a calendar clock, one entrant with the reason for each that adds nothing."""
    rounds, terms = league.rounds, league.terms
    known = [one.past.now for one in rounds]
    tried: list[tuple[Fit, ...]] = []
    for model, plain in best_without(league.entrants):
        if late := _late(started, terms):
            yield Entrant(model.name, model.title, MODEL, reason=late)
            continue
        try:
            fits = fitted_on_clocks(model, plain, known, terms.unit)
        except NotApplicable as reason:
            yield Entrant(model.name, model.title, MODEL, reason=str(reason))
            if not all(one.repeats for one in known):
                return  # what is too short for one is too short for all
            continue
        if same := _same_as(fits, tried):
            yield Entrant(model.name, model.title, MODEL, reason=same)
            continue
        tried.append(fits)
        yield from _entered(model, fits, rounds, terms, threads)


def _entered(
    model: TransactionModel | OnCalendar, fits: Sequence[Fit], rounds: Sequence[Round], terms: Terms, threads: int
) -> Iterator[Entrant]:
    """Yield the model under each spend that every origin knows."""
    found = [said(fit, one.past.now, one.spend, threads=threads) for fit, one in zip(fits, rounds, strict=True)]
    for way in found[0]:
        if not all(way in at_origin for at_origin in found):
            continue
        both = tuple(at_origin[way] for at_origin in found)
        trials = trials_of(both, rounds, terms, threads=threads)
        contender = Contender(model, way)
        yield Entrant(contender.name, model.title, MODEL, contender, trials, both, tuple(fits))


def _same_as(fits: tuple[Fit, ...], before: Sequence[tuple[Fit, ...]]) -> str:
    """Return in words which simpler model this one is at every origin; nothing where it is none.

    NBD is never named: a base may begin to show who leaves, and the models that would see it stay.
    """
    if all(isinstance(fit.model, Regular) and fit.model.k == 1 for fit in fits):
        return "purchases are no more regular than chance, so it is the model without regularity"
    for simpler in before:
        pairs = zip(fits, simpler, strict=True)
        if simpler[0].model.has_dropout and all(is_reached(less, fit) for fit, less in pairs):
            return f"it explains no more than {simpler[0].model.title}, which is a limit of it"
    return ""


def _today(origins: Origins, terms: Terms, record: Record) -> AsOf:
    """Return the day on which the last window ends, with the horizon that is asked for."""
    end = origins.days[0] + dt.timedelta(days=origins.window)
    return AsOf(end, origins.asked, terms.keep_zero, record)


def _learners(engine: Engine, rounds: tuple[Round, ...], terms: Terms, today: AsOf, *, late: str) -> Iterator[Entrant]:
    """Yield the learners; one entrant with the reason where it is late, or they cannot learn at each origin and today.

    What wins is to forecast the horizon asked for, which may be longer than the windows tested.
    """
    if late:
        yield Entrant("learners", "boosted trees", LEARNER, reason=late)
        return
    from regulars.valuation.learners.examples import windows_to_learn_on  # noqa: PLC0415 - as below
    from regulars.valuation.learners.learn import TITLES, learned  # noqa: PLC0415 - the extra "ml"
    from regulars.valuation.learners.outlook import outlook_of  # noqa: PLC0415 - as above

    outlook = outlook_of(terms.unit, has_money=terms.has_money, threads=engine.threads)
    days = [replace(today, origin=one.past.now.origin, window=one.past.now.window) for one in rounds]
    try:
        windows_to_learn_on(engine, today, learns_short=True)
        found = [learned(engine, day, has_money=terms.has_money, seed=terms.seed, outlook=outlook) for day in days]
    except NotApplicable as reason:
        yield Entrant("learners", "boosted trees", LEARNER, reason=str(reason))
        return
    for name in found[0]:
        both = tuple(at_origin[name] for at_origin in found)
        trials = trials_of(both, rounds, terms, threads=engine.threads)
        yield Entrant(name, TITLES[name], LEARNER, trials=trials, said=both)


def _ranked(league: League) -> League:
    skills = {one.name: league.skill(one) for one in league.entrants}
    order = sorted(league.entrants, key=lambda one: math.inf if (skill := skills[one.name]) is None else -skill)
    return replace(league, entrants=tuple(order))
