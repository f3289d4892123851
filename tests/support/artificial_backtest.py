"""A back-test of an artificial shop: two forecasts of made-up customers over two windows, judged as real ones are."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from functools import cache

import numpy as np
from scipy import special

from regulars.decisions.by_segment import BySegment
from regulars.periods import Unit
from regulars.valuation.backtest.as_known import AsKnown
from regulars.valuation.backtest.baselines import BASELINES, Both, Past
from regulars.valuation.backtest.forecast import LEVELS, Forecast, Spread
from regulars.valuation.backtest.judgement import judge
from regulars.valuation.backtest.league import MODEL, PLAIN, Entrant, League, Round, Terms, judged
from regulars.valuation.backtest.origins import Origins
from regulars.valuation.backtest.tested import Tested, tested

WINDOW, CUSTOMERS, PRICE = 120, 600, 25.0
ORIGINS = (dt.date(2011, 8, 11), dt.date(2011, 4, 13))


@cache
def backtest_of(*, money: bool = True, mean: bool = True) -> Tested:
    """Return the account of a back-test, of money or of purchases; without `mean`, one customer's is not finite."""
    terms = Terms(("pareto-nbd", "nbd"), Unit.WEEK, has_money=money, keep_zero=False, seed=0)
    rounds = tuple(Round(Past(_known(day, place), _known(day, place + 7)), {}) for place, day in enumerate(ORIGINS))
    entrants = [
        _entrant("pareto-nbd", "Pareto/NBD", (1.0, mean), rounds, terms),
        _entrant("nbd", "NBD", (1.4, mean), rounds, terms),
        Entrant("gompertz-nbd", "Gompertz/NBD", MODEL, reason="the time budget was over"),
    ]
    for one in BASELINES:
        trials = tuple(judged(one.forecast(at.past), at.past, terms) for at in rounds)
        entrants.append(Entrant(one.name, one.title, PLAIN, trials=trials))
    unranked = League(Origins(ORIGINS, WINDOW, 365), terms, rounds, tuple(entrants))
    league = dataclasses.replace(unranked, entrants=tuple(sorted(entrants, key=lambda one: _place(unranked, one))))
    judgement = judge(league, threads=1, segments=BySegment())
    assert judgement is not None
    return tested(league, judgement, threads=1, segments=BySegment())


def _place(league: League, one: Entrant) -> float:
    skill = league.skill(one)
    return math.inf if skill is None else -skill


def _known(origin: dt.date, seed: int) -> AsKnown:
    rng = np.random.default_rng(seed)
    age = rng.integers(1, 4 * WINDOW, CUSTOMERS)
    rate = rng.gamma(0.8, 1.0 / 60.0, CUSTOMERS)
    frequency = np.minimum(rng.poisson(rate * age), age)
    recency = np.where(frequency > 0, np.maximum(age - rng.integers(0, 60, CUSTOMERS), frequency), 0)
    before, later = (rng.poisson(rate * days).astype(np.float64) for days in (np.minimum(age, WINDOW), WINDOW))
    return AsKnown(
        origin,
        WINDOW,
        frequency=frequency,
        recency=recency,
        age=age,
        first_value=np.full(CUSTOMERS, PRICE),
        valued=frequency + 1,
        value=PRICE * (frequency + 1.0),
        purchases_before=before,
        value_before=PRICE * before,
        purchases_later=later,
        value_later=PRICE * later,
    )


def _forecasts(known: AsKnown, factor: float, *, mean: bool) -> Both:
    """Return negative binomial forecasts: Gamma(0.8, 60 days) beliefs of the rate, seen over each one's age."""
    shape = 0.8 + known.frequency
    share = known.window * factor / (known.window * factor + known.age + 60.0)
    counts = np.arange(200)
    below = special.betainc(shape[:, None], counts + 1.0, 1.0 - share[:, None])
    quantiles = np.array([np.searchsorted(row, LEVELS) for row in below], dtype=np.float64)
    expected = shape * share / (1.0 - share)
    if not mean:
        expected[0] = np.nan
    everyone = np.arange(known.customers)
    return Both(
        Forecast(shape * share / (1.0 - share), Spread(quantiles, everyone, np.ones(known.customers))),
        Forecast(PRICE * expected, Spread(quantiles, everyone, np.full(known.customers, PRICE))),
    )


def _entrant(name: str, title: str, made: tuple[float, bool], rounds: tuple[Round, ...], terms: Terms) -> Entrant:
    factor, mean = made
    said = tuple(_forecasts(one.past.now, factor, mean=mean) for one in rounds)
    trials = tuple(judged(both, one.past, terms) for both, one in zip(said, rounds, strict=True))
    return Entrant(name, title, MODEL, trials=trials, said=said)
