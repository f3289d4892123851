"""Learners: no future, the same bytes, totals that fit, better than plain rules where there is something to learn."""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from artificial_orders import FIRST, artificial_orders

from regulars.engines.base import Engine
from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import InputError, NotApplicable
from regulars.periods import Unit
from regulars.progress import Progress
from regulars.sources.read import ReadOptions, read_orders
from regulars.valuation.backtest.as_known import AsKnown, as_known
from regulars.valuation.backtest.baselines import Both
from regulars.valuation.backtest.measures import measured
from regulars.valuation.features.attributes import Attributes, attributes
from regulars.valuation.features.feature import AsOf, Columns, Feature
from regulars.valuation.histories import summarise
from regulars.valuation.learners.examples import lesson
from regulars.valuation.learners.heads import buys, count, log_spread, log_worth, worth
from regulars.valuation.learners.learn import learned
from regulars.valuation.learners.outlook import Outlook, outlook_of

WINDOW = 90
ORIGIN = FIRST + dt.timedelta(days=360)
AS_OF = AsOf(ORIGIN, WINDOW, keep_zero=False)
LEARNERS = ("hurdle", "log-normal", "quantiles", "tweedie")


def read(engine: DuckDBEngine, orders: pd.DataFrame) -> None:
    intake = read_orders(engine, orders, ReadOptions(), today=dt.date(2030, 1, 1), progress=Progress())
    summarise(engine, intake.as_of, Unit.WEEK, keep_zero=False)


def model(*, has_money: bool = True) -> Outlook:
    return outlook_of(Unit.WEEK, has_money=has_money, threads=1)


def told(
    orders: pd.DataFrame,
    as_of: AsOf = AS_OF,
    *,
    threads: int = 2,
    has_money: bool = True,
    others: tuple[Feature, ...] = (),
) -> tuple[dict[str, Both], AsKnown]:
    with DuckDBEngine(threads=threads, memory_limit="1GB") as engine:
        read(engine, orders)
        outlook = model(has_money=has_money)
        found = learned(engine, as_of, has_money=has_money, seed=3, outlook=outlook, others=others)
        return found, as_known(engine, as_of.origin, as_of.window, keep_zero=False)


def identical(one: dict[str, Both], other: dict[str, Both]) -> None:
    assert list(one) == list(other)
    for name, both in one.items():
        for mine, theirs in ((both.purchases, other[name].purchases), (both.value, other[name].value)):
            assert mine.mean.tobytes() == theirs.mean.tobytes(), name
            assert mine.spread.of(slice(None)).tobytes() == theirs.spread.of(slice(None)).tobytes(), name


@pytest.fixture(scope="module")
def shop() -> pd.DataFrame:
    return artificial_orders(5, 1500, 480)


@pytest.fixture(scope="module")
def found(shop: pd.DataFrame) -> tuple[dict[str, Both], AsKnown]:
    return told(shop)


def test_every_learner_forecasts_purchases_and_value_of_everyone(found: tuple[dict[str, Both], AsKnown]) -> None:
    learners, known = found
    assert tuple(learners) == LEARNERS
    for both in learners.values():
        for forecast in (both.purchases, both.value):
            quantiles = forecast.spread.of(slice(None))
            assert forecast.mean.shape == (known.customers,)
            assert np.isfinite(forecast.mean).all()
            assert np.isfinite(quantiles).all()
            assert (forecast.mean >= 0.0).all()
            assert (np.diff(quantiles, axis=1) >= 0.0).all()
            assert (quantiles[:, 0] == 0.0).any()  # some are likely to buy nothing
        assert (both.purchases.spread.of(slice(None)) % 1.0 == 0.0).all()


@pytest.mark.parametrize("name", LEARNERS)
def test_a_learner_beats_what_everyone_did_before(found: tuple[dict[str, Both], AsKnown], name: str) -> None:
    learners, known = found
    for forecast, actual in (
        (learners[name].purchases, known.purchases_later),
        (learners[name].value, known.value_later),
    ):
        judged = measured(forecast, actual, seed=0)
        plain = np.abs(actual[:, None] - actual).mean() / 2.0  # the score of the climatology that knows the outcome
        assert judged.crps < 0.8 * plain
        assert judged.somers is not None
        assert judged.somers > 0.7
        assert judged.bias is not None
        assert abs(judged.bias) < 0.25
        assert judged.pit_gap < 0.12


@pytest.mark.parametrize("change", ["deleted", "changed", "shuffled"])
def test_what_comes_after_the_origin_changes_no_byte(
    shop: pd.DataFrame, found: tuple[dict[str, Both], AsKnown], change: str
) -> None:
    later = shop["date"] > pd.Timestamp(ORIGIN)
    future = shop[later].copy()
    assert len(future) > 500
    if change == "deleted":
        future = future.head(0)
    if change == "changed":
        future["amount"] *= 9.0
    if change == "shuffled":
        future["customer"] = future["customer"].sample(frac=1.0, random_state=1).to_numpy()
    identical(found[0], told(pd.concat([shop[~later], future]))[0])


def test_the_same_past_at_another_day_gives_the_same_forecasts(
    shop: pd.DataFrame, found: tuple[dict[str, Both], AsKnown]
) -> None:
    moved = shop.assign(date=shop["date"] + pd.to_timedelta(28, unit="D"))
    identical(found[0], told(moved, AsOf(ORIGIN + dt.timedelta(days=28), WINDOW, keep_zero=False))[0])


def test_threads_and_the_order_of_rows_change_no_byte(
    shop: pd.DataFrame, found: tuple[dict[str, Both], AsKnown]
) -> None:
    identical(found[0], told(shop.sample(frac=1.0, random_state=2), threads=1)[0])


def test_a_planted_feature_that_knows_the_future_is_refused(shop: pd.DataFrame) -> None:
    def later(engine: Engine, as_of: AsOf) -> Columns:
        known = as_known(engine, as_of.origin, as_of.window, keep_zero=as_of.keep_zero)
        return {"bought later": known.purchases_later}

    with pytest.raises(InputError, match="'crystal ball' knows the future"):
        told(shop, others=(Feature("crystal ball", later),))


def test_without_money_only_purchases_are_learned() -> None:
    learners, known = told(artificial_orders(6, 600, 480, money=False), has_money=False)
    assert tuple(learners) == ("hurdle", "tweedie")
    assert not learners["hurdle"].value.mean.any()
    assert measured(learners["hurdle"].purchases, known.purchases_later, seed=0).somers > 0.7  # type: ignore[operator] # purchases differ


def test_a_short_record_is_learned_on_its_second_half(shop: pd.DataFrame) -> None:
    with DuckDBEngine(threads=2, memory_limit="1GB") as engine:
        read(engine, shop)
        long = AsOf(ORIGIN, 300, keep_zero=False)
        taught = lesson(engine, long, model())
        assert taught.past.rows == as_known(engine, ORIGIN - dt.timedelta(days=180), 180, keep_zero=False).customers
        with pytest.raises(NotApplicable, match=r"360 days by .* too few to learn what happens in 300"):
            lesson(engine, long, None)
        with pytest.raises(NotApplicable, match="too few"):
            lesson(engine, AsOf(FIRST + dt.timedelta(days=50), 40, keep_zero=False), model())


def test_two_windows_are_learned_from_where_the_record_has_them(shop: pd.DataFrame) -> None:
    with DuckDBEngine(threads=2, memory_limit="1GB") as engine:
        read(engine, shop)
        taught = lesson(engine, AS_OF, model())
        sizes = [
            as_known(engine, ORIGIN - dt.timedelta(days=WINDOW * back), WINDOW, keep_zero=False).customers
            for back in (1, 2)
        ]
        assert taught.past.rows == sum(sizes)
        # Those of the earlier origin are among those of the later: a customer has one fold.
        assert np.bincount(taught.fold, minlength=3).min() > taught.past.rows / 4


def test_too_few_buyers_teach_nothing() -> None:
    orders = artificial_orders(7, 40, 480)
    with pytest.raises(NotApplicable, match="needs 50 who did and 50 who did not"):
        told(orders)


def test_heads_are_right_in_sum_out_of_fold(shop: pd.DataFrame) -> None:
    with DuckDBEngine(threads=2, memory_limit="1GB") as engine:
        read(engine, shop)
        taught = lesson(engine, AS_OF, model())
    bought, paid = taught.outcomes.purchases > 0.0, taught.outcomes.value > 0.0
    chance = buys(taught, 0)
    assert chance.past.mean() == pytest.approx(bought.mean(), rel=0.03)
    np.testing.assert_allclose(worth(taught, 0).past[paid].mean(), taught.outcomes.value[paid].mean(), rtol=0.1)
    centre = log_worth(taught, 0)
    spread = log_spread(taught, centre, 0)
    distance = (np.log(taught.outcomes.value[paid]) - centre.past[paid]) ** 2
    assert spread.past[paid].mean() == pytest.approx(distance.mean(), rel=0.05)
    # Better out of fold than one chance for all, by the loss that was boosted.
    constant = np.full(bought.size, bought.mean())

    def loss(p: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
        return float(-np.log(np.where(bought, p, 1.0 - p)).mean())

    assert loss(chance.past) < 0.85 * loss(constant)


def test_without_the_library_learners_say_what_to_install(shop: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    with pytest.raises(NotApplicable, match=r'extra "ml": pip install "regulars\[ml\]"'):
        told(shop)


def attributes_of(shop: pd.DataFrame) -> pd.DataFrame:
    """What a shop might export today: two columns that the future wrote, two that it did not."""
    rng = np.random.default_rng(8)
    customers = pd.Index(shop["customer"].unique())
    bought = shop[(shop["date"] > pd.Timestamp(ORIGIN - dt.timedelta(days=WINDOW)))].groupby("customer").size()
    return pd.DataFrame(
        {
            "customer_id": customers,
            "active": np.where(customers.isin(bought.index), "yes", "no"),
            "orders_to_date": shop.groupby("customer").size().reindex(customers).to_numpy(),
            "country": rng.choice(["de", "fr", "pl"], customers.size),
            "birth_year": rng.integers(1950, 2005, customers.size).astype(float),
        }
    )


@pytest.mark.parametrize("column", ["active", "orders_to_date"])
def test_an_undated_attribute_that_the_future_wrote_is_refused(shop: pd.DataFrame, column: str) -> None:
    with DuckDBEngine(threads=2, memory_limit="1GB") as engine:
        read(engine, shop)
        engine.attach("people_of_today", attributes_of(shop))
        given = attributes(Attributes("people_of_today", ("country", column)))
        with pytest.raises(InputError, match=f"'{column}' knows the future: it explains"):
            learned(engine, AS_OF, has_money=True, seed=0, others=(given,))


def test_honest_undated_attributes_are_learned_from(shop: pd.DataFrame) -> None:
    with DuckDBEngine(threads=2, memory_limit="1GB") as engine:
        read(engine, shop)
        engine.attach("people_of_today", attributes_of(shop))
        given = attributes(Attributes("people_of_today", ("country", "birth_year")))
        taught = lesson(engine, AS_OF, None, (given,))
        assert [taught.past.names[kind] for kind in taught.past.kinds] == ["country"]
        assert set(np.unique(taught.past.x[:, taught.past.kinds[0]])) == {0.0, 1.0, 2.0}
        assert tuple(learned(engine, AS_OF, has_money=True, seed=0, others=(given,))) == LEARNERS


def test_the_level_of_one_window_is_trusted_by_half_and_that_of_part_of_one_less(shop: pd.DataFrame) -> None:
    with DuckDBEngine(threads=2, memory_limit="1GB") as engine:
        read(engine, shop)
        two, part = (lesson(engine, AsOf(ORIGIN, window, keep_zero=False), model()) for window in (WINDOW, 300))
    assert (two.windows, two.trust) == (2.0, 2.0 / 3.0)
    assert part.windows == 180 / 300
    # Three times as many purchases in the window learned from move the forecast by the trusted share of that.
    tripled = replace(two, outcomes=replace(two.outcomes, purchases=two.outcomes.purchases * 3.0))
    ratio = np.median(count(tripled, 0).now / count(two, 0).now)
    assert ratio == pytest.approx(3.0 ** (2.0 / 3.0), rel=0.1)


def test_one_price_and_one_purchase_at_most_are_learned_too() -> None:
    days = [FIRST + dt.timedelta(days=each) for each in (0, 150, 240, 330, 400)]
    rng = np.random.default_rng(9)
    # Everyone buys on the first day; half of the customers buy once more in each later window.
    bought = [(f"c{who:04d}", day) for who in range(400) for day in days if day == FIRST or rng.random() < who / 400]
    orders = pd.DataFrame(bought, columns=["customer", "date"]).assign(amount=25.0)
    learners, known = told(orders.assign(order=orders.index.astype(str)))
    assert set(known.purchases_later.tolist()) == {0.0, 1.0}
    for name in ("hurdle", "log-normal", "quantiles"):
        purchases, value = learners[name].purchases, learners[name].value
        assert set(np.unique(purchases.spread.of(slice(None)))) == {0.0, 1.0}
        # The value of a purchase is known to within the width of a shape.
        worth = value.spread.of(slice(None))
        np.testing.assert_allclose(worth[worth > 0.0], 25.0, rtol=0.05)
        np.testing.assert_allclose(value.mean, 25.0 * purchases.mean, rtol=0.01)
