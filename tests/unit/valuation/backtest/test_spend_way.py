"""The way to tell spend: a shop whose regulars spend more is told by purchase rate, an independent one is not."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import regulars as rg
from regulars.app.request import Request
from regulars.app.value import opened, read_options
from regulars.models.spend.gamma_gamma_by_rate import GammaGammaByRate
from regulars.periods import Unit
from regulars.progress import Progress
from regulars.sources.read import read_orders
from regulars.valuation.backtest.hold import hold_league
from regulars.valuation.backtest.in_words import rule_in_words
from regulars.valuation.backtest.judgement import Judgement, judge
from regulars.valuation.backtest.league import Entrant, League, Terms
from regulars.valuation.backtest.origins import Origins
from regulars.valuation.backtest.sample import draw_judged
from regulars.valuation.histories import summarise
from regulars.valuation.spend_way import ALL, BY_RATE

START = dt.date(2022, 1, 1)
CUSTOMERS, DAYS, WINDOW = 1500, 600, 120
LAST_DAY = START + dt.timedelta(days=DAYS - 1)


def shop(seed: int, elasticity: float) -> pd.DataFrame:
    """Return orders of customers who leave, with rates of their own; a purchase is worth rate^elasticity as much."""
    rng = np.random.default_rng(seed)
    born = rng.integers(0, 300, CUSTOMERS)
    rate = rng.gamma(0.8, 1 / 40.0, CUSTOMERS)
    alive = np.minimum(DAYS - born, rng.exponential(500.0, CUSTOMERS))
    bought = rng.poisson(rate * alive)
    customer = np.repeat(np.arange(CUSTOMERS), bought)
    day = born[customer] + np.floor(rng.random(customer.size) * alive[customer]).astype(int)
    customer, day = np.concatenate([np.arange(CUSTOMERS), customer]), np.concatenate([born, day])
    own = rng.gamma(5.0, 1.0, CUSTOMERS) / (20.0 * (rate * 50.0) ** elasticity)
    worth = np.maximum(rng.gamma(2.0, 5.0 / own[customer]), 0.01).round(2)
    dates = pd.Timestamp(START) + pd.to_timedelta(day, unit="D")
    return pd.DataFrame({"customer": customer, "date": dates, "amount": worth})


@cache
def held(seed: int, elasticity: float) -> tuple[League, Judgement]:
    with opened(Request(threads=2), Progress()) as engine:
        orders = shop(seed, elasticity)
        read_orders(engine, orders, read_options(Request()), today=dt.date(2025, 1, 1), progress=Progress())
        summary = summarise(engine, LAST_DAY, Unit.WEEK, keep_zero=False)
        origins = Origins(tuple(LAST_DAY - dt.timedelta(days=WINDOW * back) for back in (1, 2)), WINDOW, WINDOW)
        terms = Terms(("pareto-nbd", "bg-nbd"), Unit.WEEK, has_money=True, keep_zero=False, seed=0)
        league = hold_league(engine, origins, terms, draw_judged(engine, summary.customers))
        judgement = judge(league, threads=2)
        assert judgement is not None
        return league, judgement


def named(league: League, way: str) -> Entrant:
    return next(
        one
        for one in league.contenders
        if one.contender and one.contender.model.name == "pareto-nbd" and one.contender.spend == way
    )


def test_a_shop_whose_regulars_spend_more_is_told_by_rate_and_forecast_better() -> None:
    league, judgement = held(1, 0.5)
    assert judgement.rule.spend == BY_RATE
    assert judgement.earlier is not None
    assert judgement.earlier.spend == BY_RATE
    assert all(one.contender is not None and one.contender.spend == BY_RATE for one in judgement.rule.members)
    assert "spend on all days and by purchase rate" in rule_in_words(judgement.rule)
    by_rate, alike = named(league, BY_RATE), named(league, ALL)
    for one, other in zip(by_rate.trials, alike.trials, strict=True):
        assert one.value is not None
        assert other.value is not None
        assert (one.value.gini or 0.0) > (other.value.gini or 0.0)
        assert one.value.crps < other.value.crps
        assert one.purchases.crps == other.purchases.crps


@pytest.mark.parametrize("seed", [1, 2])
def test_an_independent_shop_is_not_told_by_rate(seed: int) -> None:
    _, judgement = held(seed, 0.0)
    assert judgement.rule.spend != BY_RATE


def test_a_run_takes_each_customer_at_the_own_rate(tmp_path: Path) -> None:
    """The values of the table by hand, from the counts and sums in it."""
    orders = shop(1, 0.5)
    result = rg.value(orders, as_of=LAST_DAY, horizon=WINDOW, threads=2, time_budget=1e9)
    valuation = result.valuation
    assert valuation.spend is not None
    assert valuation.spend.name == "gamma-gamma-by-rate"
    assert "own purchase rate" in valuation.spend_note
    assert valuation.tested is not None
    table = result.customers.to_pandas().sort_values("customer_id")
    by_customer = orders.assign(id=orders["customer"].astype(str)).groupby("id")
    days = by_customer["date"].nunique().loc[table["customer_id"]].to_numpy(dtype=float)
    total = by_customer["amount"].sum().loc[table["customer_id"]].to_numpy()
    x, age = (table[name].to_numpy(dtype=float) for name in ("frequency", "age"))
    fit = GammaGammaByRate().fit(days, total / days, frequency=x, age=age)
    assert valuation.spend.parameters == pytest.approx(fit.params, rel=1e-4)
    drift = valuation.tested.judgement.rule.spend_factor(1.0)
    expected = fit.expected_spend(days, total / days, frequency=x, age=age) * table["expected_purchases"]
    ratio = table["expected_value"].to_numpy() / expected.to_numpy()
    assert ratio == pytest.approx(ratio[0], rel=1e-4)
    assert ratio[0] == pytest.approx(drift, rel=1e-4)
    assert valuation.totals.expected_value is not None
    assert valuation.totals.expected_value.expected == pytest.approx(table["expected_value"].sum(), rel=1e-9)
    check = valuation.checks().spend
    assert check is not None
    assert check.expected.sum() == pytest.approx(check.actual.sum(), rel=1e-12)
    assert np.abs(check.expected - check.actual).sum() < 0.2 * check.actual.sum()
    assert json.dumps(valuation.spend.parameters)
