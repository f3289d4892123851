"""The promises: what is right holds, what is wrong is named, and what cannot be told is not called held."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from scipy import stats

from contest.bootstrap import MEASURES, Forecasted, difference
from contest.cohorts import Covered
from contest.page import page
from contest.results import YARDSTICK, Against, Judged, SetResult, Target
from contest.sets import Split
from contest.stability import Look, Stability
from contest.verdicts import average_skills, verdicts
from regulars.models.histories import Floats
from regulars.valuation.backtest import pit
from regulars.valuation.backtest.forecast import LEVELS, Forecast, Spread, empirical
from regulars.valuation.backtest.measures import measured

SIZE = 2_000
RATE = np.random.default_rng(1).gamma(1.0, 2.0, SIZE)
ACTUAL = np.random.default_rng(2).poisson(RATE).astype(float)
STEADY = Stability((Look(0.01, 0.01),))


def poissons(rate: Floats) -> Forecast:
    quantiles = np.asarray(stats.poisson.ppf(np.array(LEVELS), rate[:, None]))
    return Forecast(rate, Spread(quantiles, np.arange(SIZE), np.ones(SIZE)))


CLIMATOLOGY = Forecast(np.full(SIZE, ACTUAL.mean()), Spread.same(empirical(ACTUAL), SIZE))


def judged(title: str, forecast: Forecast) -> Judged:
    found = measured(forecast, ACTUAL, seed=0)
    return Judged(title, found, pit.by_thirds(found.transforms, forecast.mean, seed=0))


def held(ours: Forecast, other: Forecast, *, steady: Stability = STEADY, inside: int = 96) -> SetResult:
    """Return a set on which regulars says `ours` and lifetimes `other`, with so many of 120 totals inside."""
    everyone = (judged("regulars", ours), judged("other", other), judged(YARDSTICK, CLIMATOLOGY))
    first, second = (
        Forecasted(forecast.mean, one.measures.scores) for forecast, one in zip((ours, other), everyone, strict=False)
    )
    against = [(one.name, difference(one, first, second, ACTUAL, seed=0, draws=100)) for one in MEASURES]
    compared = tuple(Against(name, "other", found) for name, found in against if found is not None)
    target = Target("purchases", everyone, compared, steady, (Covered("here", 120, inside),))
    split = Split("shop", "shop.csv", "date", dt.date(2024, 1, 1), 90, has_money=False)
    return SetResult(split, SIZE, (target,), (("other", "needed a penalty"),))


@pytest.fixture(scope="module")
def right() -> SetResult:
    return held(poissons(RATE), poissons(RATE.mean() + 0.3 * (RATE - RATE.mean())))


@pytest.fixture(scope="module")
def wrong() -> SetResult:
    return held(poissons(RATE * 1.5 + np.random.default_rng(3).gamma(1.0, 2.0, SIZE)), poissons(RATE), inside=60)


def test_a_right_forecast_keeps_every_promise(right: SetResult) -> None:
    *kept, money = verdicts([right])
    assert [verdict.holds for verdict in kept] == [True] * 5
    assert money.holds is None  # no money, so nothing can be told of it
    assert next(iter(average_skills([right]))) == "regulars"


def test_a_wrong_forecast_breaks_them_all_by_name(wrong: SetResult) -> None:
    *broken, _ = verdicts([wrong])
    assert [verdict.holds for verdict in broken] == [False] * 5
    worse, first, bias, transforms, cohorts = (verdict.reasons for verdict in broken)
    assert len(worse) == len(MEASURES)
    assert all(reason.startswith("shop, purchases") for reason in (*worse, *bias, *transforms))
    assert first[0].startswith("other ")
    assert cohorts[0].startswith("50.0 %")


def test_the_total_is_asked_for_only_where_the_rule_calls_the_set_stable(wrong: SetResult) -> None:
    moving = held(poissons(RATE * 1.5), poissons(RATE), steady=Stability((Look(0.3, 0.01),)))
    assert verdicts([moving])[2].holds is None
    assert verdicts([moving, wrong])[2].holds is False


def test_the_page_says_what_holds_and_shows_everyone(right: SetResult, wrong: SetResult) -> None:
    text = page([right, wrong], "Held with care.", learners=False)
    assert "**no**" in text
    assert "Held with care." in text
    assert text.count("| other |") >= 2
    assert "* other: needed a penalty" in text
