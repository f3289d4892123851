"""Every way to forecast, at every origin: measured alike, put in order, and what the best one misses.

A contender is judged by its skill, 1 - CRPS / CRPS of climatology, averaged over origins, of money where there is
money. Two contenders are compared customer by customer: the difference of their scores has a standard error.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from regulars.engines.base import Engine
from regulars.errors import NotApplicable
from regulars.models.transactions import MODELS
from regulars.periods import Unit
from regulars.valuation.backtest.as_known import as_known
from regulars.valuation.backtest.baselines import BASELINES, Both, Past
from regulars.valuation.backtest.contenders import Contender, forecasts, spends_at
from regulars.valuation.backtest.measures import Measures, measured
from regulars.valuation.backtest.origins import Origins

YARDSTICK = "climatology"


@dataclass(frozen=True, eq=False)
class Trial:
    """One contender or baseline at one origin: measures of its purchases, and of its money where there is some."""

    purchases: Measures
    value: Measures | None

    @property
    def judged(self) -> Measures:
        """The measures it is judged by."""
        return self.purchases if self.value is None else self.value


@dataclass(frozen=True, eq=False)
class Entrant:
    """A contender or a baseline with its trials, one per origin; `reason` says why there are none."""

    name: str
    title: str
    contender: Contender | None
    trials: tuple[Trial, ...]
    reason: str = ""


@dataclass(frozen=True, eq=False)
class League:
    """Everything that was tried, the best first; entrants without trials last."""

    origins: Origins
    entrants: tuple[Entrant, ...]

    def skill(self, entrant: Entrant) -> float | None:
        """Return the average over origins of 1 - CRPS over that of climatology; None where it has no trial."""
        yardstick = next(one for one in self.entrants if one.name == YARDSTICK)
        skills = [
            1.0 - trial.judged.crps / beside.judged.crps
            for trial, beside in zip(entrant.trials, yardstick.trials, strict=False)
            if beside.judged.crps > 0.0
        ]
        return sum(skills) / len(skills) if skills else None

    def behind(self, entrant: Entrant, other: Entrant) -> tuple[float, float] | None:
        """Return how much worse `entrant` scores than `other` per customer, and the standard error of that."""
        pairs = zip(entrant.trials, other.trials, strict=False)
        gaps = [trial.judged.scores - beside.judged.scores for trial, beside in pairs]
        if not gaps:
            return None
        together = np.concatenate(gaps).astype(np.float64)
        return float(together.mean()), float(together.std() / math.sqrt(together.size))

    @property
    def best(self) -> Entrant | None:
        """The best of the models; None where none could be tried."""
        models = [one for one in self.entrants if one.contender is not None and one.trials]
        return models[0] if models else None


@dataclass(frozen=True)
class Terms:
    """What a league is held on: the models by name, the unit of their times, whether there is money, the seed."""

    models: tuple[str, ...]
    unit: Unit
    has_money: bool
    keep_zero: bool
    seed: int


def hold_league(engine: Engine, origins: Origins, terms: Terms) -> League:
    """Return the league of the models named and the plain baselines at every origin.

    Reads the tables `orders` and `refunds` and the view `record_days`. Raises `UnknownName` for a model that is none.
    """
    found: dict[str, Entrant] = {}
    for origin in origins.days:
        past = _past(engine, origin, origins.window, terms)
        for one in (*_plain_rules(past, terms), *_models(engine, past, terms)):
            before = found.get(one.name)
            found[one.name] = one if before is None else replace(before, trials=(*before.trials, *one.trials))
    return _ranked(origins, list(found.values()))


def _past(engine: Engine, origin: dt.date, window: int, terms: Terms) -> Past:
    earlier = origin - dt.timedelta(days=window)
    return Past(
        as_known(engine, origin, window, keep_zero=terms.keep_zero),
        as_known(engine, earlier, window, keep_zero=terms.keep_zero, until=origin),
    )


def _plain_rules(past: Past, terms: Terms) -> Iterator[Entrant]:
    for baseline in BASELINES:
        yield Entrant(baseline.name, baseline.title, None, (_judge(baseline.forecast(past), past, terms),))


def _models(engine: Engine, past: Past, terms: Terms) -> Iterator[Entrant]:
    by_days = spends_at(past.now, has_money=terms.has_money)
    for name in terms.models:
        model = MODELS.get(name)
        try:
            found = forecasts(model, past.now, by_days, terms.unit, threads=engine.threads)
        except NotApplicable as reason:
            yield Entrant(name, model.title, Contender(model, first_day=False), (), str(reason))
            continue
        for first_day, both in found.items():
            contender = Contender(model, first_day=first_day)
            yield Entrant(contender.name, model.title, contender, (_judge(both, past, terms),))


def _judge(both: Both, past: Past, terms: Terms) -> Trial:
    purchases = measured(both.purchases, past.now.purchases_later, seed=terms.seed)
    return Trial(purchases, measured(both.value, past.now.value_later, seed=terms.seed) if terms.has_money else None)


def _ranked(origins: Origins, entrants: list[Entrant]) -> League:
    """Return the league in order; who could not be tried at every origin has no place in it."""
    tried = [
        one
        if len(one.trials) == len(origins.days)
        else replace(one, trials=(), reason=one.reason or "not applicable at every origin")
        for one in entrants
    ]
    league = League(origins, tuple(tried))
    skills = {one.name: league.skill(one) for one in tried}
    order = sorted(tried, key=lambda one: math.inf if (skill := skills[one.name]) is None else -skill)
    return League(origins, tuple(order))
