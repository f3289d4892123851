"""The judgement on shops with a known law: what is chosen, what is corrected, and what it may look at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from regulars.app.request import Request
from regulars.app.value import opened, read_options
from regulars.engines.base import Engine
from regulars.models.certificate import Certificate
from regulars.models.fit import Fit
from regulars.models.transactions.pareto_nbd import ParetoNBD
from regulars.periods import Unit
from regulars.progress import Progress
from regulars.sources.read import read_orders
from regulars.valuation.backtest import judgement
from regulars.valuation.backtest.baselines import Both
from regulars.valuation.backtest.hold import hold_league
from regulars.valuation.backtest.judgement import Judgement, judge
from regulars.valuation.backtest.league import PLAIN, Entrant, League, Terms
from regulars.valuation.backtest.origins import Origins
from regulars.valuation.backtest.rule import Rule
from regulars.valuation.backtest.sample import draw_judged
from regulars.valuation.backtest.still import Still
from regulars.valuation.backtest.tested import tested as account_of
from regulars.valuation.histories import summarise

START = dt.date(2022, 1, 1)
CUSTOMERS, DAYS, WINDOW = 800, 720, 120


def shop(seed: int, *, faster: float = 1.0) -> pd.DataFrame:
    """Return orders by Pareto/NBD and Gamma-Gamma; in the last two windows all come `faster` times as often."""
    rng = np.random.default_rng(seed)
    fit = Fit(ParetoNBD(), np.array([0.6, 30.0, 0.7, 300.0]), Unit.DAY, 0.0, CUSTOMERS, np.eye(4), Certificate(()))
    born = rng.integers(0, 200, CUSTOMERS)
    slow = DAYS - 2 * WINDOW
    length = slow + (DAYS - slow) * faster
    repeats = fit.simulate(CUSTOMERS, length, seed)
    at = born[repeats.customer] + repeats.time
    at = np.where(at > slow, slow + (at - slow) / faster, at)
    customer = np.concatenate([np.arange(CUSTOMERS), repeats.customer])
    day = np.concatenate([born, np.floor(at).astype(np.int64)])
    rate = rng.gamma(4.0, 1.0, CUSTOMERS) / 15.0
    worth = np.maximum(rng.gamma(5.0, 1.0 / rate[customer]) / 5.0, 0.01).round(2)
    dates = pd.Timestamp(START) + pd.to_timedelta(day, unit="D")
    return pd.DataFrame({"customer": customer, "date": dates, "amount": worth})[day < DAYS]


ORIGINS = Origins(tuple(START + dt.timedelta(days=DAYS - 1 - WINDOW * back) for back in (1, 2)), WINDOW, WINDOW)


def held(orders: pd.DataFrame, models: tuple[str, ...], threads: int = 2) -> tuple[League, Judgement]:
    request = Request(threads=threads)
    with opened(request, Progress()) as engine:
        read_orders(engine, orders, read_options(request), today=dt.date(2025, 1, 1), progress=Progress())
        return _judged(engine, models)


def _judged(engine: Engine, models: tuple[str, ...]) -> tuple[League, Judgement]:
    summary = summarise(engine, START + dt.timedelta(days=DAYS - 1), Unit.WEEK, keep_zero=False)
    terms = Terms(models, Unit.WEEK, has_money=True, keep_zero=False, seed=0)
    league = hold_league(engine, ORIGINS, terms, draw_judged(engine, summary.customers))
    judgement = judge(league, threads=engine.threads)
    assert judgement is not None
    return league, judgement


@pytest.fixture(scope="module")
def steady() -> tuple[League, Judgement]:
    return held(shop(3), ("bg-nbd", "pareto-nbd", "nbd", "gompertz-nbd"))


def test_a_model_that_is_a_simpler_one_here_is_named_and_not_tried(steady: tuple[League, Judgement]) -> None:
    league, _ = steady
    (same,) = (one for one in league.entrants if one.name == "gompertz-nbd")
    assert same.reason == "it explains no more than Pareto/NBD, which is a limit of it"
    assert not same.trials
    assert all(one.name != "gompertz-nbd" for one in league.contenders)


def test_a_steady_shop_is_hardly_corrected(steady: tuple[League, Judgement]) -> None:
    _, judgement = steady
    weights = {one.contender.model.name: weight for one, weight in judgement.rule.models if one.contender}
    assert weights.get("nbd", 0.0) < 0.3
    assert abs(judgement.rule.purchases.drift.correction) < 0.05
    assert sum(judgement.rule.weights) == pytest.approx(1.0)
    assert judgement.at_last is not None
    found = judgement.at_last.purchases
    assert found.pit_gap < 0.03 + 1.36 / np.sqrt(found.customers)


def test_a_shop_that_turned_faster_is_corrected_and_the_earlier_window_alone_corrects_nothing() -> None:
    _, judgement = held(shop(2, faster=1.6), ("pareto-nbd",))
    assert judgement.rule.purchases.drift.correction > 0.1
    assert all(seen > 0.1 for seen in judgement.rule.purchases.drift.seen)
    assert judgement.earlier is not None
    assert judgement.earlier.purchases.drift.correction == 0.0


def test_who_is_still_here_is_asked_of_all_windows_and_of_the_earlier_ones(
    steady: tuple[League, Judgement], monkeypatch: pytest.MonkeyPatch
) -> None:
    league, _ = steady
    asked: list[int] = []

    def told(rule: Rule, league: League, first: int, forecasts: Callable[[Rule], list[Both]]) -> Rule:
        asked.append(first)
        assert len(forecasts(rule)) == len(league.rounds) - first
        return replace(rule, still=Still(0.1 + 0.1 * first))

    monkeypatch.setattr(judgement, "with_who_is_still_here", told)
    found = judge(league, threads=2)
    assert found is not None
    assert found.earlier is not None
    assert (asked, found.rule.still.share, found.earlier.still.share) == ([0, 1], 0.1, 0.2)


def test_nothing_is_known_of_what_comes_later() -> None:
    """Orders after the last window's end, and other orders in it, leave the earlier rule what it was."""
    orders = shop(3)
    last = orders["date"] > pd.Timestamp(ORIGINS.days[0])
    changed = orders.copy()
    changed.loc[last, "amount"] = np.random.default_rng(0).permutation(changed.loc[last, "amount"].to_numpy()) * 3.0
    (before, one), (after, other) = (held(record, ("bg-nbd", "nbd")) for record in (orders, changed))
    assert one.earlier is not None
    assert other.earlier is not None
    assert one.earlier.weights == other.earlier.weights
    assert one.earlier.value.drift == other.earlier.value.drift
    for entrant, beside in zip(before.contenders, [_named(after, e.name) for e in before.contenders], strict=True):
        np.testing.assert_array_equal(entrant.said[0].value.mean, beside.said[0].value.mean)
        assert entrant.fits[0].params == beside.fits[0].params


def _named(league: League, name: str) -> Entrant:
    return next(one for one in league.entrants if one.name == name)


def test_threads_change_nothing() -> None:
    (_, one), (_, two) = (held(shop(4), ("bg-nbd", "pareto-nbd"), threads) for threads in (1, 2))
    assert one.rule.weights == two.rule.weights
    assert one.rule.value == two.rule.value
    assert one.rule.purchases == two.rule.purchases


def test_without_time_no_model_is_tried() -> None:
    request = Request(threads=1)
    with opened(request, Progress()) as engine:
        read_orders(engine, shop(5), read_options(request), today=dt.date(2025, 1, 1), progress=Progress())
        summarise(engine, START + dt.timedelta(days=DAYS - 1), Unit.WEEK, keep_zero=False)
        terms = Terms(("bg-nbd",), Unit.WEEK, has_money=True, keep_zero=False, seed=0, seconds=0.0, learners=True)
        league = hold_league(engine, ORIGINS, terms)
    assert judge(league, threads=1) is None
    late = {one.name: one.reason for one in league.entrants if one.kind != PLAIN}
    assert set(late) == {"bg-nbd", "learners"}
    assert all("time budget" in reason for reason in late.values())


def test_learners_do_not_win_what_they_could_not_forecast_today() -> None:
    # Windows of 120 days can be learned from; the 5,000 days asked for cannot, from a record of 720.
    with opened(Request(threads=1), Progress()) as engine:
        read_orders(engine, shop(5), read_options(Request()), today=dt.date(2025, 1, 1), progress=Progress())
        summarise(engine, START + dt.timedelta(days=DAYS - 1), Unit.WEEK, keep_zero=False)
        terms = Terms((), Unit.WEEK, has_money=True, keep_zero=False, seed=0, learners=True)
        league = hold_league(engine, replace(ORIGINS, asked=5_000), terms)
    assert not league.contenders
    reason = next(one.reason for one in league.entrants if one.kind != PLAIN)
    assert "too few to learn what happens in 5,000" in reason


def test_the_account_holds_no_single_customer(steady: tuple[League, Judgement]) -> None:
    league, judgement = steady
    found = account_of(league, judgement, threads=1, segments=None)
    assert all(not one.said and not one.fits for one in found.league.entrants)
    assert not found.league.rounds
    assert found.value is not None
    assert found.purchases is not None
    nominal = [one.nominal for one in found.value.coverage]
    assert nominal == sorted(nominal)
    assert all(abs(one.achieved - one.nominal) < 0.1 for one in found.value.coverage if one.nominal > 0.9)
    assert (
        sum(decile.customers for decile in found.value.deciles) == judgement.rule.members[0].trials[0].judged.customers
    )
