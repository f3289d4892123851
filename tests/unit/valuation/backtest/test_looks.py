"""Frequent buyers of a simulated shop: own paces are seen where rates wander, and today's forecast holds them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from artificial_days import known
from artificial_shops import normal

from regulars.models.own_pace import STEADY
from regulars.models.transactions import MODELS
from regulars.periods import Unit
from regulars.valuation.backtest.baselines import Past
from regulars.valuation.backtest.contenders import Contender, fitted
from regulars.valuation.backtest.league import MODEL, Entrant, Round
from regulars.valuation.backtest.looks import wandering_of
from regulars.valuation.backtest.rule import Rule, forecast_by
from regulars.valuation.backtest.wandering import Wandering
from regulars.valuation.corrections import corrections_by, question_of
from regulars.valuation.spend_way import REPEAT

FIRST, DAYS, WINDOW, CUSTOMERS = dt.date(2024, 1, 1), 360, 90, 800


def bought(wander: float) -> np.ndarray:
    """Return who bought on which day, customers by days; log rates take steps of `wander` a day."""
    rng = np.random.default_rng(5)
    rate = rng.gamma(1.5, 1.0 / 18.0, (CUSTOMERS, 1))
    steps = rng.normal(-(wander**2) / 2.0, wander, (CUSTOMERS, DAYS))
    days = rng.random((CUSTOMERS, DAYS)) < -np.expm1(-rate * np.exp(np.cumsum(steps, axis=1)))
    days[:, 0] = True
    return days


def looked_at(wander: float, *, last_is_known: bool = True) -> tuple[Rule, tuple[Round, ...], Wandering, Wandering]:
    """Return NBD as a rule, the two origins, and what both and the earlier alone say of own paces."""
    days = bought(wander)
    if not last_is_known:
        days[:, DAYS - WINDOW :] = False
    at = [known(days, FIRST, DAYS - 1 - back * WINDOW, WINDOW) for back in (1, 2)]
    fits = tuple(fitted(MODELS.get("nbd"), one, Unit.WEEK) for one in at)
    rule = Rule((Entrant("nbd", "NBD", MODEL, Contender(MODELS.get("nbd"), REPEAT), fits=fits),), (1.0,), REPEAT)
    rounds = tuple(Round(Past(one, one), {}) for one in at)
    return rule, rounds, wandering_of(rule, rounds, 0), wandering_of(rule, rounds, 1)


def test_rates_that_wander_are_seen_and_grow_with_the_horizon() -> None:
    rule, rounds, found, _ = looked_at(0.05)
    assert [(look[1], look[3] > 0.0) for look in found.seen] == [
        (45.0, True), (90.0, True), (45.0, True), (90.0, True), (180.0, True),
    ]  # fmt: skip
    # σ²(T + h)/3 with σ = 0.05: 0.30 over a quarter from the first 269 days on, were the walk a small one.
    soon, late = (found.over(269.0, days).variance for days in (90.0, 360.0))
    assert 0.1 < soon < 0.6
    assert late > soon
    wide = forecast_by(Rule(rule.members, rule.weights, rule.spend, wandering=found), rounds[0], 0, threads=1)
    plain = forecast_by(rule, rounds[0], 0, threads=1)
    assert wide.purchases.mean.sum() == pytest.approx(plain.purchases.mean.sum(), rel=1e-5)
    assert (wide.purchases.spread.variance() > plain.purchases.spread.variance()).all()


def test_rates_that_stay_are_left_alone() -> None:
    _, _, found, _ = looked_at(0.0)
    assert found.over(269.0, 90.0) == found.over(269.0, 360.0) == STEADY


def test_the_earlier_origin_knows_nothing_of_the_last_window() -> None:
    *_, seen = looked_at(0.05)
    *_, blind = looked_at(0.05, last_is_known=False)
    assert seen == blind
    assert len(seen.seen) == 2


def test_a_run_asks_its_question_at_own_paces() -> None:
    rule, rounds, found, _ = looked_at(0.05)
    histories, _, _ = rounds[0].past.now.histories(Unit.WEEK)
    fit = rule.pool([rule.members[0].fits[0]])
    taken = Rule(rule.members, rule.weights, rule.spend, wandering=found)
    corrections = corrections_by(taken, fit, histories, 360, has_money=False)
    assert corrections.own == found.over(269.0, 360.0)
    assert corrections.own.variance > 0.0
    assert question_of(normal().settings, corrections).own == corrections.own
