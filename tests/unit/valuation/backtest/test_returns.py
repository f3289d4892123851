"""A simulated shop whose customers take leave: those who come back are seen, and today's forecast holds them."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest
from artificial_days import known

from regulars.models.branches import draw_counts
from regulars.models.still_here import StillHere
from regulars.models.transactions import MODELS
from regulars.periods import Unit, days
from regulars.valuation.backtest import returns
from regulars.valuation.backtest.baselines import Both, Past
from regulars.valuation.backtest.contenders import Contender, fitted
from regulars.valuation.backtest.league import MODEL, Entrant, League, Round, Terms, Trial
from regulars.valuation.backtest.looks import wandering_of
from regulars.valuation.backtest.measures import measured
from regulars.valuation.backtest.origins import Origins
from regulars.valuation.backtest.returns import still_of, with_who_is_still_here
from regulars.valuation.backtest.rule import Rule, forecast_by
from regulars.valuation.backtest.still import NOBODY, Still
from regulars.valuation.corrections import corrections_by
from regulars.valuation.spend_way import REPEAT

FIRST, DAYS, WINDOW, CUSTOMERS = dt.date(2024, 1, 1), 480, 90, 1_500
ORIGINS = Origins((dt.date(2025, 1, 24), dt.date(2024, 10, 26)), WINDOW, 365)
TERMS = Terms(("pareto-nbd",), Unit.WEEK, has_money=False, keep_zero=False, seed=0)


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


def as_told(rule: Rule, one: Round, place: int, span: int = WINDOW) -> Round:
    """Return an origin after which a third of those called gone were there, and all bought what they do in a span."""
    known, fit = one.past.now, StillHere(rule.fit_at(place), 1.0 / 3.0)
    histories, _, row = known.histories(Unit.WEEK)
    some = histories.take(row, np.ones(row.size))
    later = draw_counts(fit.branches(some), some.frequency, some.age, span / 7.0, 1, np.random.default_rng(place))
    now = dataclasses.replace(known, purchases_later=later[0], purchases_soon=None, purchases_twice=None)
    return Round(Past(now, now), {})


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


def test_it_is_taken_only_where_no_forecast_gets_worse() -> None:
    rule, rounds = judged(0.5)

    def taken(rounds: tuple[Round, ...]) -> Still:
        league = League(ORIGINS, TERMS, rounds, ())

        def forecasts(rule: Rule) -> list[Both]:
            return [forecast_by(rule, one, place, threads=1) for place, one in enumerate(rounds)]

        return with_who_is_still_here(rule, league, 0, forecasts).still

    as_said = as_told(rule, rounds[0], 0), as_told(rule, rounds[1], 1)
    found = taken(as_said)
    assert found == still_of(rule, as_said, 0)
    assert found.share == pytest.approx(1.0 / 3.0, abs=0.08)

    # Who comes back buys once and no more: chances of buying get better, numbers worse.
    plain = forecast_by(rule, rounds[0], 0, threads=1).purchases.mean
    later = rounds[0].past.now.purchases_later
    once = np.where(plain < 0.2 * plain.max(), np.minimum(later, 1.0), later)
    now = dataclasses.replace(rounds[0].past.now, purchases_later=once)
    hurried = (Round(Past(now, now), {}), as_said[1])
    found = taken(hurried)
    assert found.share == 0.0 < still_of(rule, hurried, 0).share
    assert min(found.seen) > 0.0


def test_money_counts_as_much_as_purchases(monkeypatch: pytest.MonkeyPatch) -> None:
    rule, rounds = judged(0.5)
    league = League(ORIGINS, dataclasses.replace(TERMS, has_money=True), rounds, ())
    plain = measured(forecast_by(rule, rounds[0], 0, threads=1).purchases, rounds[0].past.now.purchases_later, seed=0)

    def share_where_money_scores(worse: float) -> float:
        """Return what is taken where purchases are told better by 2 % in both windows, money worse in the last."""
        purchases, value = iter([1.0, 0.98]), iter([1.0, worse])

        def trials(*_: object, **__: object) -> tuple[Trial, Trial]:
            bought = dataclasses.replace(plain, crps=next(purchases))
            return Trial(bought, dataclasses.replace(plain, crps=next(value))), Trial(bought, bought)

        monkeypatch.setattr(returns, "trials_of", trials)
        return returns.with_who_is_still_here(rule, league, 0, lambda _: []).still.share

    assert share_where_money_scores(1.01) > 0.1
    assert share_where_money_scores(1.03) == 0.0


def test_totals_are_put_right_first() -> None:
    """Where all buy a quarter of what was told, those called gone do too: as many of them were here."""
    rule, rounds = judged(0.5)
    slow = as_told(rule, rounds[0], 0, WINDOW // 4), as_told(rule, rounds[1], 1, WINDOW // 4)
    assert still_of(rule, slow, 0).share == pytest.approx(1.0 / 3.0, abs=0.1)


def test_each_origin_is_held_against_its_own_fit() -> None:
    rule, (last, before) = judged(0.5)
    first, second = rule.members[0].fits
    (member,) = (dataclasses.replace(one, fits=(second, first, second)) for one in rule.members)
    thrice = dataclasses.replace(rule, members=(member,))
    assert still_of(thrice, (before, last, before), 1) == still_of(rule, (last, before), 0)


def test_who_is_still_here_is_no_wandering_of_paces() -> None:
    rule, rounds = judged(0.5)
    origins = as_told(rule, rounds[0], 0), as_told(rule, rounds[1], 1)
    told = dataclasses.replace(rule, still=Still(1.0 / 3.0))
    plain, better = (wandering_of(one, origins, 0) for one in (rule, told))
    assert len(plain.seen) == len(better.seen) == 2
    assert all(one[2] < other[2] for one, other in zip(better.seen, plain.seen, strict=True))


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
