"""The value of new customers told early: counted by hand, blind to the future, better than the mean of everyone."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from artificial_orders import FIRST, artificial_orders

from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import InputError, NotApplicable
from regulars.periods import Unit
from regulars.progress import Progress
from regulars.sources.read import ReadOptions, read_orders
from regulars.valuation.backtest.measures import measured
from regulars.valuation.features.feature import AsOf
from regulars.valuation.histories import summarise
from regulars.valuation.learners.early import FEATURES, EarlyValue, early_rows, early_value, new_customers
from regulars.valuation.learners.kinds import OTHER
from regulars.valuation.learners.undated import left_open

AS_OF = AsOf(FIRST + dt.timedelta(days=240), 90, keep_zero=False)


def read(engine: DuckDBEngine, orders: pd.DataFrame) -> None:
    intake = read_orders(engine, orders, ReadOptions(details=True), today=dt.date(2030, 1, 1), progress=Progress())
    summarise(engine, intake.as_of, Unit.WEEK, keep_zero=False)


def told(orders: pd.DataFrame, first_days: int = 14) -> EarlyValue:
    with DuckDBEngine(threads=2, memory_limit="1GB") as engine:
        read(engine, orders)
        return early_value(engine, AS_OF, first_days, has_money=True, seed=0)


@pytest.fixture(scope="module")
def shop() -> pd.DataFrame:
    return artificial_orders(21, 2500, 480)


@pytest.fixture(scope="module")
def found(shop: pd.DataFrame) -> EarlyValue:
    return told(shop)


def test_the_rows_of_a_customer_counted_by_hand() -> None:
    orders = pd.DataFrame(
        [
            ("a", "1", "2024-01-01", 10.0),
            ("a", "2", "2024-01-01", 5.0),
            ("a", "3", "2024-01-08", 20.0),
            ("a", "1", "2024-01-05", -4.0),
            ("a", "3", "2024-02-01", -2.0),
            ("a", "4", "2024-01-09", 7.0),
            ("a", "5", "2024-01-18", 9.0),
            ("a", "6", "2024-01-19", 100.0),
            ("b", "7", "2024-03-31", 1.0),
            ("c", "8", "2024-03-20", 3.0),
        ],
        columns=["customer", "order", "date", "amount"],
    )
    with DuckDBEngine(threads=1, memory_limit="1GB") as engine:
        read(engine, orders)
        rows = early_rows(engine, AsOf(dt.date(2024, 3, 31), 10, keep_zero=False), 7)
    expected = {
        "customer_id": ["a", "c"],  # b's first days are not over
        "age": [90, 11],
        "first_value": [15.0, 3.0],
        "first_orders": [2.0, 1.0],
        "weekday": [1.0, 3.0],
        "month": [1.0, 3.0],
        "early_value": [31.0, 3.0],  # the refund of February comes after the first days
        "early_days": [2.0, 1.0],
        "since": [0.0, 7.0],
        "refunds": [0.25, 0.0],
        "purchases": [2.0, 0.0],  # the 9th and the 18th, not the 19th
        "value": [16.0, 0.0],
    }
    for name, values in expected.items():
        assert rows[name].tolist() == values, name
    assert len(FEATURES) == 8


def test_new_customers_are_forecast_better_than_by_the_mean_of_everyone(found: EarlyValue, shop: pd.DataFrame) -> None:
    first = shop.groupby("customer")["date"].min()
    origin = pd.Timestamp(AS_OF.origin)
    age = (origin - first).dt.days
    new = first[(age >= 14) & (age < 14 + 90)].sort_index()
    assert found.customer_id.tolist() == new.index.tolist()
    began = shop["customer"].map(first)
    day = (shop["date"] - began).dt.days
    later = shop[(day > 14) & (day <= 14 + 90)].groupby("customer")["amount"].sum()
    actual = later.reindex(new.index).fillna(0.0).to_numpy()
    for name in ("hurdle", "quantiles"):
        judged = measured(found.forecasts[name].value, actual, seed=0)
        assert judged.crps < 0.9 * np.abs(actual[:, None] - actual).mean() / 2.0
        assert judged.somers is not None
        assert judged.somers > 0.6


def test_what_comes_after_the_origin_changes_no_byte(found: EarlyValue, shop: pd.DataFrame) -> None:
    again = told(shop[shop["date"] <= pd.Timestamp(AS_OF.origin)])
    assert again.customer_id.tolist() == found.customer_id.tolist()
    for name, both in found.forecasts.items():
        assert both.value.mean.tobytes() == again.forecasts[name].value.mean.tobytes()
        assert both.purchases.mean.tobytes() == again.forecasts[name].purchases.mean.tobytes()


def test_what_cannot_be_told_is_said(shop: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="cannot be -1"):
        told(shop, -1)
    with pytest.raises(NotApplicable, match="learning who will needs"):
        told(shop.head(300))
    old = shop[shop.groupby("customer")["date"].transform("min") < pd.Timestamp(FIRST + dt.timedelta(days=120))]
    with pytest.raises(NotApplicable, match="there is no new customer"):
        told(old)


def test_what_the_first_orders_hold_is_known_and_nothing_later(shop: pd.DataFrame) -> None:
    rng = np.random.default_rng(3)
    day = (shop["date"] - shop.groupby("customer")["date"].transform("min")).dt.days
    came_back = shop["customer"].isin(shop["customer"][day > 14])
    coupon = np.where(rng.random(len(shop)) < np.where(came_back, 0.3, 0.6), "SAVE", "")
    kinds = np.where(day <= 14, "first", "later")
    held = shop.assign(coupon=np.where(day <= 14, coupon, "LATER"), category=kinds, country=kinds)
    with DuckDBEngine(threads=2, memory_limit="1GB") as engine:
        read(engine, held)
        lesson = new_customers(engine, AS_OF, 14, seed=0).lesson
    names, share = lesson.past.names, "share of orders with a coupon"
    assert names[: len(FEATURES)] == FEATURES
    assert lesson.past.labels["favourite category"] == ("first", OTHER)
    assert set(lesson.past.x[:, names.index("favourite category")]) == {0.0}
    assert set(lesson.now.x[:, names.index("country of the first order")]) == {0.0}
    assert lesson.past.x[:, names.index(share)].mean() < 0.7
    without = replace(lesson, past=lesson.past.without(share), now=lesson.now.without(share))
    assert left_open(lesson, 0).mean() < 0.99 * left_open(without, 0).mean()
