"""A fit on a clock, asked by the calendar: the same as the fit with effects says, and right by brute force."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from scored_with_effects import score_with_effects
from seasonal_shop import FIRST_DAY, seasonal_shop

import regulars as rg
from regulars.errors import NotApplicable
from regulars.models.effects.clock import Clock
from regulars.models.effects.clock_fit import ClockFit, by_calendar
from regulars.models.effects.covariates import Covariates
from regulars.models.effects.fitting import WithEffects
from regulars.models.fit import Fit
from regulars.models.histories import Histories
from regulars.models.pooled import PooledFit
from regulars.models.scoring import Question, Scores, score
from regulars.models.spend.constant import ConstantSpend
from regulars.models.totals import Base, simulate_totals
from regulars.models.transactions import MODELS
from regulars.periods import days

UNTIL = 1000
SEASON = Clock(season=2, trend=True, penalty=1e-3)
SPEND = ConstantSpend(1.0)
QUESTION = Question(days(100), (0.5, 0.9, 0.98), 0.1)
ON_CLOCKS = ("nbd", "bg-nbd", "mbg-nbd", "pareto-nbd")


@pytest.fixture(scope="module")
def histories() -> Histories:
    return seasonal_shop(400, UNTIL + 1, 3, season=True).histories(UNTIL)


@pytest.fixture(scope="module")
def fit(histories: Histories) -> ClockFit:
    return by_calendar(WithEffects(MODELS.get("pareto-nbd"), clock=SEASON).fit(histories))


@pytest.fixture(scope="module")
def pool(histories: Histories, fit: ClockFit) -> PooledFit:
    return PooledFit((fit, MODELS.get("bg-nbd").fit(histories)), (0.6, 0.4))


def scored(fit: Fit | PooledFit, histories: Histories) -> Scores:
    return score(fit, SPEND, histories, histories.frequency, QUESTION)


@pytest.mark.parametrize("name", ON_CLOCKS)
def test_scores_are_those_of_the_fit_in_clock_time(name: str, histories: Histories) -> None:
    effects = WithEffects(MODELS.get(name), clock=SEASON).fit(histories)
    found = scored(by_calendar(effects), histories)
    (known,) = score_with_effects(effects, ((SPEND, histories.frequency),), histories, QUESTION)
    for column in fields(Scores):
        assert getattr(found, column.name) == pytest.approx(getattr(known, column.name), rel=1e-6, abs=1e-9)


def test_expected_purchases_pile_up_along_the_clock(fit: ClockFit, histories: Histories) -> None:
    some = histories.take(np.arange(0, len(histories), 40))
    inside = fit.model.running(fit.theta)
    ended = fit.model.plain.branches(
        fit.model.inside(fit.theta), *(getattr(inside.histories(some), one) for one in ("frequency", "recency", "age"))
    )
    clock = float(fit.model.hands(fit.theta, fit.model.as_of, 100)[-1])
    aged = inside.histories(some).age
    expected = sum(branch.weight * branch.living.purchases(some.frequency, aged, clock) for branch in ended)
    assert fit.expected_purchases(some, days(100)) == pytest.approx(expected, rel=1e-12)


def test_money_ages_by_the_calendar(fit: ClockFit) -> None:
    one = Histories(frequency=[3.0], recency=[60.0], age=[80.0], unit="week")
    by_day = np.array([fit.expected_purchases(one, days(day))[0] for day in range(365)])
    middle = np.arange(364) + 0.5
    within = np.diff(by_day) @ np.exp(-np.log1p(0.1) / 365.25 * middle)
    assert fit.discounted_purchases(one, days(364), 0.1)[0] == pytest.approx(within, rel=1e-6)


def test_a_clock_comes_round_every_four_years(fit: ClockFit) -> None:
    running = fit.model.running(fit.theta)
    far = np.array([1461.0, 2000.5, 5000.0])
    rates = np.exp(running.clock.regressors(running.seen + dt.timedelta(1), 5001, running.seen) @ running.effects)
    hands = np.concatenate([np.zeros(1), np.cumsum(rates)]) / 7.0
    known = np.interp(far, np.arange(hands.size), hands)
    assert running.after(running.seen, far) == pytest.approx(known, rel=1e-9)


def test_parameters_and_their_errors_are_those_of_the_effects(fit: ClockFit) -> None:
    assert fit.effects_fit is not None
    assert fit.params == pytest.approx(fit.effects_fit.params)
    assert fit.standard_errors == pytest.approx(fit.effects_fit.standard_errors)
    assert (fit.aic, fit.bic) == pytest.approx((fit.effects_fit.aic, fit.effects_fit.bic))
    assert fit.model.title == "Pareto/NBD with season and trend"
    moved = fit.at(fit.theta * 1.01)
    assert moved.params["clock.trend"] == pytest.approx(fit.params["clock.trend"] + np.log(1.01))


def test_a_pool_of_a_clock_and_none_weighs_both(fit: ClockFit, pool: PooledFit, histories: Histories) -> None:
    one, other = (each.expected_purchases(histories, days(100)) for each in pool.members)
    assert pool.expected_purchases(histories, days(100)) == pytest.approx(0.6 * one + 0.4 * other)
    found, alone = scored(pool, histories), [scored(each, histories) for each in (fit, pool.fits[1])]
    for name in ("purchases", "probability_purchase", "discounted", "residual", "probability_alive"):
        by_hand = 0.6 * getattr(alone[0], name) + 0.4 * getattr(alone[1], name)
        assert getattr(found, name) == pytest.approx(by_hand, rel=1e-8)
    assert pool.params["pareto-nbd+clock.clock.trend"] == fit.params["clock.trend"]


def test_saved_and_loaded_it_says_the_same(
    fit: ClockFit, pool: PooledFit, histories: Histories, tmp_path: Path
) -> None:
    for one in (fit, pool):
        one.save(tmp_path / "fit.json")
        again = rg.load(tmp_path / "fit.json")
        assert again.params == pytest.approx(one.params)
        assert again.expected_purchases(histories, days(100)) == pytest.approx(
            one.expected_purchases(histories, days(100))
        )


def test_what_is_drawn_is_what_is_expected(pool: PooledFit, histories: Histories) -> None:
    base = Base(histories, histories.frequency, histories.count, histories.count)
    drawn = simulate_totals(pool, SPEND, base, scored(pool, histories), QUESTION, seed=1)
    expected = histories.count @ pool.expected_purchases(histories, days(100))
    assert drawn.purchases.mean() == pytest.approx(expected, rel=0.02)


def test_new_customers_are_drawn_by_the_calendar(fit: ClockFit) -> None:
    many, weeks = 40_000, 52.0
    bought = fit.simulate(many, weeks, seed=2)
    assert bought.time.max() <= weeks
    for week in (10.0, 30.0, weeks):
        expected = fit.expected_purchases_new(week)
        assert (bought.time <= week).sum() / many == pytest.approx(expected, rel=0.03)


def test_what_data_allow_spreads_as_the_errors_say(fit: ClockFit, histories: Histories) -> None:
    drawn = np.log(fit.allowed(histories, 2000, np.random.default_rng(4)))
    assert drawn.shape == (2000, 9)
    errors = np.sqrt(np.diag(fit.covariance))
    assert drawn[:, 4:].std(axis=0) == pytest.approx(errors[4:], rel=0.1)
    assert drawn[:, 0].std() == pytest.approx(errors[0], rel=0.4)


def test_its_posterior_is_that_of_the_effects(fit: ClockFit, histories: Histories) -> None:
    found = fit.posterior(draws=400, seed=1)
    expected = fit.expected_purchases(histories, days(100)) @ histories.count
    low, high = found.of(lambda one: one.expected_purchases(histories, days(100)) @ histories.count).interval(0.98)
    assert low < expected < high
    assert found.fit is fit


def test_it_is_compared_with_what_it_may_end_at(fit: ClockFit, histories: Histories) -> None:
    simpler = by_calendar(WithEffects(MODELS.get("nbd"), clock=SEASON).fit(histories))
    found = rg.compare([simpler, fit])
    assert not found.refusals
    (test,) = found.tests
    assert (test.smaller, test.degrees, test.at_edge) == (simpler.model.title, 2, True)


def test_an_earlier_day_is_another_time_of_the_year(fit: ClockFit, pool: PooledFit) -> None:
    assert fit.effects_fit is not None
    earlier = fit.looking_from(days(90))
    day = fit.model.as_of - dt.timedelta(days=90)
    assert earlier.model.as_of == day
    known = fit.effects_fit.expected_purchases_new(days(60), first_day=day)
    assert earlier.expected_purchases_new(days(60)) == pytest.approx(known)
    mixed = 0.6 * known + 0.4 * pool.fits[1].expected_purchases_new(days(60))
    assert pool.looking_from(days(90)).expected_purchases_new(days(60)) == pytest.approx(mixed)


def test_one_customer_is_followed_by_the_days_that_passed(fit: ClockFit, pool: PooledFit) -> None:
    assert fit.effects_fit is not None
    first = FIRST_DAY + dt.timedelta(days=100)
    lived = Histories(frequency=[2.0], recency=[12.0], age=[30.0], unit="week")
    dated = Histories(frequency=[2.0], recency=[12.0], age=[30.0], unit="week", as_of=first + dt.timedelta(days=210))
    known = fit.effects_fit.probability_alive(dated)
    assert fit.probability_alive_since(first, lived) == pytest.approx(known)
    assert fit.probability_alive(dated) == pytest.approx(known)
    other = pool.fits[1].probability_alive(lived)
    assert pool.probability_alive_since(first, lived) == pytest.approx(0.6 * known + 0.4 * other)


def test_customers_apart_from_any_day_are_those_of_the_average_year(fit: ClockFit) -> None:
    # Over four years the clock runs as far as it does at the average speed of the year.
    far = np.array([1461.0 / 7.0])
    plain = fit.model.plain
    assert fit.model.lasting(fit.theta, far) == pytest.approx(plain.lasting(fit.model.by_the_year(fit.theta), far))
    assert fit.model.over_the_year(fit.theta).mean() == pytest.approx(1.0)


def test_what_it_cannot_do_is_said(fit: ClockFit, pool: PooledFit, histories: Histories) -> None:
    with pytest.raises(NotApplicable, match="whose they were is not known"):
        pool.posterior()
    with pytest.raises(NotApplicable, match="needs the repeat purchases of each day"):
        fit.model.log_likelihood(fit.theta, histories.frequency, histories.recency, histories.age)
    with pytest.raises(NotApplicable, match="one fit for all"):
        by_calendar(
            WithEffects(MODELS.get("nbd"), Covariates(purchase=("near",))).fit(
                Histories(frequency=[1, 2, 0], recency=[1, 2, 0], age=[4, 5, 6], covariates={"near": [0, 1, 1]})
            )
        )
    with pytest.raises(NotApplicable, match="only a fit that was learned"):
        replace(fit, effects_fit=None).posterior()


def test_its_assumptions_do_not_deny_the_season(fit: ClockFit) -> None:
    said = " ".join(fit.model.assumptions)
    assert "season and trend" in said
    assert "Seasons, rhythms and habits that grow or fade are not in it" not in said
