"""A simulated shop whose customers take leave: those who come back are seen, and today's forecast holds them."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest
from artificial_days import known

from regulars.models.transactions import MODELS
from regulars.periods import Unit, days
from regulars.valuation.backtest.baselines import Past
from regulars.valuation.backtest.contenders import Contender, fitted
from regulars.valuation.backtest.league import MODEL, Entrant, Round
from regulars.valuation.backtest.returns import still_of
from regulars.valuation.backtest.rule import Rule, forecast_by
from regulars.valuation.backtest.still import NOBODY, Still
from regulars.valuation.corrections import corrections_by
from regulars.valuation.spend_way import REPEAT

FIRST, DAYS, WINDOW, CUSTOMERS = dt.date(2024, 1, 1), 480, 90, 1_500


def bought(back: float) -> np.ndarray:
    """Return who bought on which day, customers by days: most leave, a share of them for half a year only."""
    rng = np.random.default_rng(8)
    rate = rng.gamma(2.0, 1.0 / 24.0, (CUSTOMERS, 1))
    leaves, day = rng.exponential(120.0, (CUSTOMERS, 1)), np.arange(DAYS)
    returns = np.where(rng.random((CUSTOMERS, 1)) < back, leaves + rng.uniform(90.0, 270.0, (CUSTOMERS, 1)), DAYS)
    here = (day <= leaves) | (day >= returns)
    days = here & (rng.random((CUSTOMERS, DAYS)) < -np.expm1(-rate))
    days[:, 0] = True
    return days


def judged(back: float) -> tuple[Rule, tuple[Round, ...]]:
    """Return Pareto/NBD as a rule, and the two origins."""
    days = bought(back)
    at = [known(days, FIRST, DAYS - 1 - ago * WINDOW, WINDOW) for ago in (1, 2)]
    fits = tuple(fitted(MODELS.get("pareto-nbd"), one, Unit.WEEK) for one in at)
    member = Entrant("pareto-nbd", "Pareto/NBD", MODEL, Contender(MODELS.get("pareto-nbd"), REPEAT), fits=fits)
    return Rule((member,), (1.0,), REPEAT), tuple(Round(Past(one, one), {}) for one in at)


def test_who_comes_back_is_seen_and_forecast() -> None:
    rule, rounds = judged(0.5)
    found = still_of(rule, rounds, 0)
    assert min(found.seen) > 0.05
    assert found.share == pytest.approx(np.mean(found.seen), rel=0.3)

    told, now = dataclasses.replace(rule, still=found), rounds[0].past.now
    plain, better = (forecast_by(one, rounds[0], 0, threads=1).purchases for one in (rule, told))
    assert better.mean.sum() == pytest.approx(plain.mean.sum(), rel=1e-3)
    gone = np.argsort(plain.mean)[: CUSTOMERS // 3]
    came = now.purchases_later[gone].sum()
    assert plain.mean[gone].sum() < 0.3 * came
    assert came == pytest.approx(better.mean[gone].sum(), rel=0.5)

    fit, (histories, _, row) = rule.fit_at(0), now.histories(Unit.WEEK)
    corrections = corrections_by(told, fit, histories, WINDOW, has_money=False)
    assert corrections.still == found.share
    ahead = corrections.ahead(fit).expected_purchases(histories, days(WINDOW * corrections.pace))
    np.testing.assert_allclose(ahead[row], better.mean, rtol=1e-6)


def test_who_leaves_for_good_is_gone() -> None:
    rule, rounds = judged(0.0)
    assert still_of(rule, rounds, 0).share < 0.01


def test_one_window_shows_nobody_and_nothing_later_is_looked_at() -> None:
    rule, rounds = judged(0.5)
    assert still_of(rule, rounds, 1) == NOBODY
    assert still_of(dataclasses.replace(rule, members=(), weights=()), rounds, 0) == NOBODY


def test_a_window_without_a_purchase_shows_nobody() -> None:
    rule, rounds = judged(0.5)
    empty = dataclasses.replace(rounds[0].past.now, purchases_later=np.zeros(CUSTOMERS))
    silent = (Round(Past(empty, empty), {}), rounds[1])
    assert still_of(rule, silent, 0) == Still()
