"""Season and trend as contenders: they win where there is a season, and nobody hears of them where there is none."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from seasonal_shop import FIRST_DAY, SeasonalShop, seasonal_shop

import regulars as rg
from regulars.errors import NotApplicable
from regulars.models.transactions import MODELS
from regulars.periods import Unit
from regulars.reporting.charts.pace_by_month import season_in_words
from regulars.reporting.method.doubts import drift_or_season, seasons
from regulars.valuation.backtest.as_known import AsKnown
from regulars.valuation.backtest.clocks import fitted_on_clocks
from regulars.valuation.calendar import OnCalendar
from regulars.valuation.season import season_of

# Three years, the next quarter, and who is judged by which models: enough to show it, short enough for a test.
THREE_YEARS, QUARTER, CUSTOMERS = 1094, 90, 700
MODELS_TRIED = ["nbd", "mbg-nbd"]


def shop(*, season: bool) -> SeasonalShop:
    return seasonal_shop(CUSTOMERS, THREE_YEARS + QUARTER + 1, 1, season=season)


@pytest.fixture(scope="module")
def seasonal() -> SeasonalShop:
    return shop(season=True)


@pytest.fixture(scope="module")
def result(seasonal: SeasonalShop) -> rg.Result:
    return rg.value(seasonal.orders(THREE_YEARS), horizon=QUARTER)


def test_a_season_is_found_and_wins(result: rg.Result) -> None:
    tested = result.valuation.tested
    assert tested is not None
    best = tested.league.best
    assert best is not None
    assert "+clock" in best.name
    assert best.title.endswith("/NBD with season and trend")
    plain = next(one for one in tested.league.entrants if one.name == best.name.replace("+clock", ""))
    assert (tested.league.skill(best) or 0.0) > (tested.league.skill(plain) or 1.0)
    # The windows before Christmas and after it: together they miss far less.
    missed = [
        np.mean([abs(np.log(trial.purchases.actual / (trial.purchases.expected or np.nan))) for trial in one.trials])
        for one in (best, plain)
    ]
    assert missed[0] < 0.5 * missed[1]


def test_what_is_left_over_is_no_drift(result: rg.Result) -> None:
    tested = result.valuation.tested
    assert tested is not None
    drift = tested.judgement.rule.purchases.drift
    assert abs(drift.correction) < 0.05


def test_the_next_quarter_is_forecast_far_better(seasonal: SeasonalShop, result: rg.Result) -> None:
    valuation, happened = result.valuation, seasonal.bought_after(THREE_YEARS, QUARTER)
    total = valuation.totals.expected_purchases
    plain = rg.value(seasonal.orders(THREE_YEARS), horizon=QUARTER, model="mbg-nbd").valuation.totals.expected_purchases
    assert abs(np.log(total.expected / happened)) < 0.15
    assert np.log(plain.expected / happened) > 0.3
    assert total.low < happened < total.high
    assert "season and trend" in valuation.transactions.title


def test_the_table_of_customers_is_whole(result: rg.Result) -> None:
    table = result.customers.to_pandas()
    assert len(table) == result.valuation.totals.customers
    for name in ("probability_alive", "probability_purchase"):
        assert table[name].between(0.0, 1.0).all()
    assert (table["clv"] < table["expected_value"]).all()
    assert (table["residual_value"] > table["clv"]).all()
    total = result.valuation.totals.expected_purchases.expected
    assert table["expected_purchases"].sum() == pytest.approx(total)


def test_the_weeks_that_passed_follow_the_season(result: rg.Result) -> None:
    weeks = result.valuation.tracking
    december = np.array([start.month == 12 for start in weeks.week_start])
    february = np.array([start.month == 2 for start in weeks.week_start])
    last = np.array([start.year == 2023 for start in weeks.week_start])
    assert weeks.expected[december & last].mean() > 1.6 * weeks.expected[february & last].mean()
    assert weeks.expected.sum() == pytest.approx(weeks.actual.sum(), rel=0.05)


def test_the_report_says_that_a_season_was_found(result: rg.Result, tmp_path: Path) -> None:
    season = season_of(result.valuation.fit)
    assert season is not None
    assert season.share > 0.5
    assert season.pace.mean() == pytest.approx(1.0, abs=0.02)
    assert int(season.pace.argmax()) == 11
    assert season_in_words(season).startswith("Customers buy fastest in December, ")
    (said,) = seasons(result.valuation)
    assert "the season of the record to come back as it was" in said.sentence
    assert not [*drift_or_season(result.valuation)]
    result.report(str(tmp_path / "report.html"))
    written = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Pace of the customers by month" in written
    assert "Look back to" in written
    assert "No look back" not in written


def test_saved_it_is_the_same_fit(result: rg.Result, tmp_path: Path) -> None:
    result.fit.save(tmp_path / "fit.json")
    assert rg.load(tmp_path / "fit.json").params == pytest.approx(result.fit.params)


def test_without_a_season_there_is_no_clock() -> None:
    found = rg.backtest(shop(season=False).orders(THREE_YEARS), horizon=QUARTER, models=["bg-nbd", "mbg-nbd"])
    clocks = [one for one in found.league.entrants if "+clock" in one.name]
    assert len(clocks) == 2
    for clock in clocks:
        assert not clock.trials
        assert clock.reason.endswith("purchases showed no season and no trend beyond chance")


def test_a_short_record_says_why_there_is_no_clock(seasonal: SeasonalShop) -> None:
    found = rg.backtest(seasonal.orders(760), horizon=QUARTER, models=MODELS_TRIED)
    (clock,) = [one for one in found.league.entrants if "+clock" in one.name]
    assert "no season could be seen twice: that takes two years" in clock.reason


def known_at(shop: SeasonalShop, until: int) -> AsKnown:
    """Return the customers as they were known on a day, without what they did later."""
    h = shop.histories(until, Unit.DAY)
    row = np.repeat(np.arange(len(h)), h.count.astype(np.int64))
    nothing = np.zeros(row.size)
    return AsKnown(
        FIRST_DAY + dt.timedelta(days=until),
        QUARTER,
        frequency=h.frequency[row].astype(np.int64),
        recency=h.recency[row].astype(np.int64),
        age=h.age[row].astype(np.int64),
        first_value=nothing,
        valued=nothing.astype(np.int64),
        value=nothing,
        purchases_before=nothing,
        value_before=nothing,
        purchases_later=nothing,
        value_later=nothing,
        repeats=h.purchases_by_day,
    )


def test_the_clock_of_an_origin_knows_nothing_later(seasonal: SeasonalShop) -> None:
    model = OnCalendar(MODELS.get("mbg-nbd"))
    known = [known_at(seasonal, day) for day in (1004, 914)]
    plain = [MODELS.get("mbg-nbd").fit(one.histories(Unit.WEEK)[0]) for one in known]
    late, early = fitted_on_clocks(model, plain, known, Unit.WEEK)
    (alone,) = fitted_on_clocks(model, plain[1:], known[1:], Unit.WEEK)
    assert early.params == alone.params
    assert late.model.seen == known[0].origin
    assert late.params != early.params


def test_an_even_clock_is_not_tried() -> None:
    known = known_at(shop(season=False), 1004)
    plain = MODELS.get("mbg-nbd").fit(known.histories(Unit.WEEK)[0])
    with pytest.raises(NotApplicable, match="no season and no trend beyond chance"):
        fitted_on_clocks(OnCalendar(MODELS.get("mbg-nbd")), [plain], [known], Unit.WEEK)
    with pytest.raises(NotApplicable, match="takes two years"):
        fitted_on_clocks(OnCalendar(MODELS.get("nbd")), [plain], [replace(known, repeats={})], Unit.WEEK)


def test_a_future_season_does_not_reach_an_origin(seasonal: SeasonalShop) -> None:
    orders = seasonal.orders(THREE_YEARS)
    origin = FIRST_DAY + dt.timedelta(days=THREE_YEARS - QUARTER)
    more = orders[orders["ordered_at"] > pd.Timestamp(origin)].assign(
        ordered_at=lambda table: table["ordered_at"] - pd.Timedelta(days=1)
    )
    other = pd.concat([orders, more[more["ordered_at"] > pd.Timestamp(origin)]])
    found = [
        rg.backtest(table, horizon=QUARTER, origins=[origin], models=["nbd"], as_of=orders["ordered_at"].max().date())
        for table in (orders, other)
    ]
    clocks = [next(one for one in each.league.entrants if one.name == "nbd+clock") for each in found]
    assert clocks[0].fits[0].params == clocks[1].fits[0].params
