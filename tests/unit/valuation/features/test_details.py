"""Features of the details of orders: counted by hand, the same whatever came later, each order from its day on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.periods import Unit
from regulars.progress import Progress
from regulars.sources.read import ReadOptions, read_orders
from regulars.valuation.backtest.sample import draw_judged
from regulars.valuation.features.as_of import features_as_of
from regulars.valuation.features.cut import the_record_cut
from regulars.valuation.features.details import BY_ORDER, OF_CATEGORIES, SUSPECT, details_as_of
from regulars.valuation.features.feature import AsOf, Columns
from regulars.valuation.features.purchases import PURCHASES
from regulars.valuation.histories import summarise

ORIGIN = dt.date(2024, 3, 31)
AS_OF = AsOf(ORIGIN, 60, keep_zero=False)
COLUMNS = (
    *("customer", "order", "date", "amount", "qty", "sku", "category", "channel", "discount", "coupon", "age"),
    "country",
)
ORDERS: list[tuple[Any, ...]] = [
    ("a", "1", "2024-01-01", 10.0, 2, "p1", "toys", "web", 1.0, "", 30, "DE"),
    ("a", "1", "2024-01-01", 5.0, 1, "p2", "food", "web", None, "SAVE", 30, "DE"),
    ("a", "2", "2024-02-01", 7.0, 1, "p1", "toys", "shop", None, None, 31, "FR"),
    ("a", "3", "2024-03-01", 7.0, 1, "p1", None, None, None, None, 31, "FR"),
    ("a", "4", "2024-04-01", 9.0, 9, "p7", "food", "app", 9.0, "SAVE", 31, "FR"),
    ("b", "5", "2024-02-03", 7.0, None, None, None, None, None, None, None, None),
    ("c", "6", "2024-04-01", 7.0, 1, "p9", "toys", "web", None, None, 50, "PL"),
]
EXPECTED: dict[str, list[Any]] = {
    "lines per order": [4 / 3, 1.0],
    "pieces per order": [5 / 3, np.nan],
    "different products": [2.0, np.nan],
    "share of products bought before": [0.5, np.nan],
    "channels used": [2.0, np.nan],
    "channel of the last order": ["shop", ""],
    "share of orders with a discount": [1 / 3, 0.0],
    "discount rate": [1.0 / 30.0, 0.0],
    "share of orders with a coupon": [1 / 3, 0.0],
    "years of age at the first order": [30.0, np.nan],
    "country of the first order": ["DE", ""],
    "favourite category": ["toys", ""],
    "share of the favourite category": [2 / 3, np.nan],
    "different categories": [2.0, np.nan],
}


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine(threads=2, memory_limit="1GB") as session:
        yield session


def read(engine: DuckDBEngine, orders: pd.DataFrame) -> None:
    options = ReadOptions(details=True)
    intake = read_orders(engine, orders, options, today=dt.date(2026, 1, 1), progress=Progress())
    summarise(engine, intake.as_of, Unit.DAY, keep_zero=False)


def a_shop(seed: int, lines: int = 900) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    day = np.sort(rng.integers(0, 300, lines))
    return pd.DataFrame(
        {
            "customer": rng.integers(0, 60, lines).astype(str),
            "order": (np.arange(lines) // 2).astype(str),
            "date": pd.Timestamp("2023-09-01") + pd.to_timedelta(day, unit="D"),
            "amount": rng.gamma(2.0, 10.0, lines).round(2) + 0.01,
            "quantity": rng.integers(1, 9, lines),
            "sku": rng.integers(0, 40, lines).astype(str),
            "category": rng.choice(np.array(["toys", "food", "tools", None], dtype=object), lines),
            "channel": rng.choice(np.array(["web", "shop", None], dtype=object), lines),
            "discount": rng.choice([0.0, 1.0, 2.5], lines),
            "coupon": rng.choice(["", "SAVE"], lines),
            "country": rng.choice(np.array(["DE", "FR", None], dtype=object), lines),
        }
    )


def alike(one: Columns, other: Columns) -> None:
    assert list(one) == list(other)
    for name, values in one.items():
        np.testing.assert_array_equal(values, other[name], err_msg=name)


def test_features_counted_by_hand(engine: DuckDBEngine) -> None:
    read(engine, pd.DataFrame(ORDERS, columns=list(COLUMNS)))
    found = details_as_of(engine, AS_OF)
    assert set(found) == set(EXPECTED)
    for name, values in EXPECTED.items():
        if isinstance(values[0], str):
            assert found[name].tolist() == values, name
        else:
            np.testing.assert_allclose(found[name], values, rtol=1e-12, err_msg=name)


def test_each_order_speaks_from_its_day_on(engine: DuckDBEngine) -> None:
    read(engine, pd.DataFrame(ORDERS, columns=list(COLUMNS)))
    found = details_as_of(engine, AsOf(dt.date(2024, 4, 1), 60, keep_zero=False))
    assert found["channel of the last order"].tolist() == ["app", "", "web"]
    assert found["favourite category"].tolist() == ["food", "", "toys"]  # as many toys: by name
    assert found["country of the first order"].tolist() == ["DE", "", "PL"]


def test_without_details_the_features_are_those_of_purchases(engine: DuckDBEngine) -> None:
    read(engine, a_shop(1)[["customer", "order", "date", "amount"]])
    assert details_as_of(engine, AS_OF) == {}
    alike(features_as_of(engine, AS_OF), PURCHASES.compute(engine, AS_OF))


@pytest.mark.parametrize("change", ["deleted", "changed", "shuffled"])
def test_the_future_changes_no_feature(engine: DuckDBEngine, change: str) -> None:
    shop = a_shop(2)
    read(engine, shop)
    before = features_as_of(engine, AS_OF)
    first = shop.groupby(["customer", "order"])["date"].transform("min")
    later = first > pd.Timestamp(ORIGIN)
    future = shop[later].copy()
    assert len(future) > 100
    if change == "changed":
        future = future.assign(category="new", channel="new", country="new", sku="0", discount=99.0, quantity=99)
    if change == "shuffled":
        future["customer"] = future["customer"].sample(frac=1.0, random_state=3).to_numpy()
    read(engine, pd.concat([shop[~later], future.head(0) if change == "deleted" else future]))
    alike(before, features_as_of(engine, AS_OF))


def test_the_record_cut_at_the_day_has_the_same_features(engine: DuckDBEngine) -> None:
    read(engine, a_shop(3))
    whole = details_as_of(engine, AS_OF)
    with the_record_cut(engine, AS_OF):
        alike(whole, details_as_of(engine, AS_OF))


def test_the_same_past_at_another_day_has_the_same_features(engine: DuckDBEngine) -> None:
    shop = a_shop(4)
    read(engine, shop)
    before = features_as_of(engine, AS_OF)
    shop["date"] += pd.to_timedelta(21, unit="D")
    read(engine, shop)
    alike(before, features_as_of(engine, AsOf(ORIGIN + dt.timedelta(days=21), 60, keep_zero=False)))


def test_threads_and_the_order_of_orders_change_no_feature() -> None:
    shop, found = a_shop(5), []
    for threads in (1, 2):
        with DuckDBEngine(threads=threads, memory_limit="1GB") as session:
            read(session, shop if threads == 1 else shop.iloc[np.argsort(shop["order"], kind="stable")])
            found.append(features_as_of(session, AS_OF))
    alike(*found)


def test_orders_without_names_say_the_same_however_they_are_sorted(engine: DuckDBEngine) -> None:
    shop, found = a_shop(7).drop(columns="order"), []
    for sorted_so in (shop, shop[::-1]):
        read(engine, sorted_so)
        found.append(features_as_of(engine, AS_OF))
    alike(*found)


def test_customers_drawn_to_judge_by_have_the_same_features(engine: DuckDBEngine) -> None:
    read(engine, a_shop(6))
    whole = details_as_of(engine, AS_OF)
    record = draw_judged(engine, 60, most=30)
    drawn = details_as_of(engine, AsOf(ORIGIN, 60, keep_zero=False, record=record))
    ids = "select customer_id from summaries order by customer_id"
    among = engine.arrays(f"select customer_id in (select customer_id from customers_judged) as among from ({ids})")
    chosen = among["among"].astype(bool)
    assert 0 < chosen.sum() < 60
    alike({name: values[chosen] for name, values in whole.items()}, drawn)


def test_every_feature_but_the_number_of_lines_is_suspect() -> None:
    everything = [*(name for found in BY_ORDER.values() for name in found), *OF_CATEGORIES]
    assert sorted(set(everything) - {name for names in SUSPECT.values() for name in names}) == ["lines per order"]
    assert len(set(everything)) == len(everything)
