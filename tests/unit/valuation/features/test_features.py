"""Features as of an origin: counted by hand, the same whatever came later, and refused where they know the future."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from regulars.engines.base import Engine
from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import InputError
from regulars.periods import Unit
from regulars.progress import Progress
from regulars.sources.read import ReadOptions, read_orders
from regulars.valuation.backtest.as_known import as_known
from regulars.valuation.features.as_of import features_as_of
from regulars.valuation.features.attributes import Attributes, attributes
from regulars.valuation.features.cut import the_record_cut
from regulars.valuation.features.feature import AsOf, Columns, Feature
from regulars.valuation.histories import summarise

ORIGIN = dt.date(2024, 3, 31)
AS_OF = AsOf(ORIGIN, 60, keep_zero=False)


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine(threads=2, memory_limit="1GB") as session:
        yield session


def lines(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["customer", "order", "date", "amount"])


def read(engine: DuckDBEngine, orders: pd.DataFrame) -> None:
    intake = read_orders(engine, orders, ReadOptions(), today=dt.date(2026, 1, 1), progress=Progress())
    summarise(engine, intake.as_of, Unit.DAY, keep_zero=False)


def a_shop(seed: int, *, days: int = 300, start: str = "2023-09-01") -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    when = pd.Timestamp(start) + pd.to_timedelta(np.sort(rng.integers(0, days, 600)), unit="D")
    made = pd.DataFrame(
        {
            "customer": rng.integers(0, 60, 600).astype(str),
            "order": np.arange(600).astype(str),
            "date": when,
            "amount": rng.gamma(2.0, 10.0, 600).round(2) + 0.01,
        }
    )
    returned = made.sample(40, random_state=seed)
    returned["date"] += pd.to_timedelta(rng.integers(1, 90, 40), unit="D")
    returned["amount"] = -(returned["amount"] / 2.0).round(2)
    return pd.concat([made, returned[returned["date"] < made["date"].max()]], ignore_index=True)


ORDERS = lines(
    ("a", "1", "2024-01-01", 10.0),
    ("a", "2", "2024-01-11", 40.0),
    ("a", "3", "2024-02-10", 20.0),
    ("a", "3", "2024-02-20", -10.0),
    ("a", "4", "2024-04-10", 40.0),
    ("a", "2", "2024-04-20", -35.0),
    ("b", "5", "2024-03-30", 5.0),
    ("c", "7", "2024-04-01", 99.0),
    ("d", "8", "2024-03-01", 9.0),
    ("d", "8", "2024-03-05", -9.0),
)


def test_features_counted_by_hand(engine: DuckDBEngine) -> None:
    read(engine, ORDERS)
    found = features_as_of(engine, AS_OF)
    expected = {
        "frequency": [2.0, 0.0],
        "age": [90.0, 1.0],
        "days since the last purchase": [50.0, 1.0],
        "mean gap": [20.0, np.nan],
        "spread of the gaps": [np.sqrt(200.0) / 20.0, np.nan],
        "longest gap": [30.0, np.nan],
        "last gap over mean gap": [1.5, np.nan],
        "days since the last purchase over mean gap": [2.5, np.nan],
        "purchases in the last quarter window": [0.0, 1.0],
        "purchases in the last window": [1.0, 1.0],
        "purchases in the window before": [2.0, 0.0],
        "orders per day": [1.0, 1.0],
        "share of weekends": [1.0 / 3.0, 1.0],
        "value of the first day": [np.log(10.0), np.log(5.0)],
        "value of the last day": [np.log(10.0), np.log(5.0)],
        "usual value of a day": [np.log(4000.0) / 3.0, np.log(5.0)],
        "value so far": [np.log(61.0), np.log(6.0)],
        "value in the last window": [np.log(11.0), np.log(6.0)],
        "refunds per order": [0.25, 0.0],
        "share of money refunded": [10.0 / 70.0, 0.0],
    }
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-5, err_msg=name)


def test_the_same_customers_as_in_the_back_test(engine: DuckDBEngine) -> None:
    read(engine, a_shop(1))
    known, found = as_known(engine, ORIGIN, 60, keep_zero=False), features_as_of(engine, AS_OF)
    np.testing.assert_array_equal(known.frequency, found["frequency"])
    np.testing.assert_array_equal(known.age, found["age"])
    np.testing.assert_allclose(np.log1p(known.value), found["value so far"])


def alike(one: Columns, other: Columns) -> None:
    assert list(one) == list(other)
    for name, values in one.items():
        np.testing.assert_array_equal(values, other[name], err_msg=name)


@pytest.mark.parametrize("change", ["deleted", "changed", "shuffled"])
def test_the_future_changes_no_feature(engine: DuckDBEngine, change: str) -> None:
    shop = a_shop(2)
    read(engine, shop)
    before = features_as_of(engine, AS_OF)
    later = shop["date"] > pd.Timestamp(ORIGIN)
    assert later.sum() > 50
    future = shop[later].copy()
    if change == "changed":
        future["amount"] = future["amount"] * 7.0
    if change == "shuffled":
        future["customer"] = future["customer"].sample(frac=1.0, random_state=3).to_numpy()
    read(engine, pd.concat([shop[~later], future.head(0) if change == "deleted" else future]))
    alike(before, features_as_of(engine, AS_OF))


def test_the_same_past_at_another_day_has_the_same_features(engine: DuckDBEngine) -> None:
    shop = a_shop(4)
    read(engine, shop)
    before = features_as_of(engine, AS_OF)
    shop["date"] += pd.to_timedelta(21, unit="D")  # whole weeks, so that weekends stay weekends
    read(engine, shop)
    alike(before, features_as_of(engine, AsOf(ORIGIN + dt.timedelta(days=21), 60, keep_zero=False)))


def test_threads_change_no_feature() -> None:
    found = []
    for threads in (1, 2):
        with DuckDBEngine(threads=threads, memory_limit="1GB") as session:
            read(session, a_shop(5))
            found.append(features_as_of(session, AS_OF))
    alike(*found)


def counted_in(table: str, column: str, condition: str = "true") -> Feature:
    """Return a feature that counts the rows of a table for each customer."""

    def compute(engine: Engine, as_of: AsOf) -> Columns:
        return engine.arrays(
            f"""
            select cast(count(t.customer_id) as double) as how_many
            from (select customer_id from summaries where first_order <= $origin) s
            left join {table} t on s.customer_id = t.customer_id and {condition}
            where s.customer_id in (select customer_id from orders where order_date <= $origin)
            group by s.customer_id order by s.customer_id
            """,
            {"origin": as_of.origin},
        )

    return Feature(f"count of {column}", compute)


@pytest.mark.parametrize(
    "planted",
    [
        counted_in("orders", "orders"),
        counted_in("orders", "next week", "order_date <= $origin::date + 7"),
        counted_in("purchase_days", "days"),
        counted_in("record_days", "the record"),
        counted_in("refunds", "refunds"),
    ],
    ids=lambda feature: feature.name,
)
def test_a_planted_feature_that_knows_the_future_is_refused(engine: DuckDBEngine, planted: Feature) -> None:
    read(engine, a_shop(6).query("order.astype('int') % 9 != 0"))
    with pytest.raises(InputError, match=f"{planted.name}.*knows the future.*how_many.*2024-03-31"):
        features_as_of(engine, AS_OF, others=(planted,))


def test_an_honest_feature_passes_and_leaves_the_record_as_it_was(engine: DuckDBEngine) -> None:
    read(engine, a_shop(7))
    record = "select count(*), sum(amount) from orders"
    before = engine.rows(record), engine.rows("select count(*), max(last_order) from summaries")
    honest = counted_in("orders", "orders so far", "order_date <= $origin")
    found = features_as_of(engine, AS_OF, others=(honest,))
    np.testing.assert_allclose(
        found["how_many"].sum(), engine.rows(f"select count(*) from orders where order_date <= '{ORIGIN}'")[0][0]
    )
    assert before == (engine.rows(record), engine.rows("select count(*), max(last_order) from summaries"))


def test_the_record_is_whole_again_after_an_error(engine: DuckDBEngine) -> None:
    read(engine, a_shop(8))
    before = engine.rows("select count(*) from orders")
    with pytest.raises(InputError, match="cannot be computed"):
        features_as_of(engine, AS_OF, others=(counted_in("days_known_later", "later days"),))
    with pytest.raises(RuntimeError), the_record_cut(engine, AS_OF):
        raise RuntimeError
    assert engine.rows("select count(*) from orders") == before


def test_a_feature_has_one_entry_per_customer_and_a_name_of_its_own(engine: DuckDBEngine) -> None:
    read(engine, a_shop(9))
    with pytest.raises(InputError, match="not one for each"):
        features_as_of(engine, AS_OF, others=(Feature("short", lambda _, __: {"x": np.zeros(2)}),))
    customers = len(features_as_of(engine, AS_OF)["age"])
    with pytest.raises(InputError, match="two features have a column 'age'"):
        features_as_of(engine, AS_OF, others=(Feature("twice", lambda _, __: {"age": np.zeros(customers)}),))


def test_attributes_are_the_last_ones_recorded_by_the_origin(engine: DuckDBEngine) -> None:
    read(engine, ORDERS)
    tiers = pd.DataFrame(
        {
            "customer_id": ["a", "a", "a", "c"],
            "tier": ["none", "silver", "gold", "gold"],
            "points": [0.0, 5.0, 9.0, 9.0],
            "on": pd.to_datetime(["2024-01-01", "2024-03-31 18:00", "2024-04-01", "2024-01-01"], format="ISO8601"),
        }
    )
    engine.attach("tiers", tiers)
    found = features_as_of(engine, AS_OF, others=(attributes(Attributes("tiers", ("tier", "points"), "on")),))
    assert found["tier"].tolist() == ["silver", ""]
    np.testing.assert_array_equal(found["points"], [5.0, np.nan])


def test_attributes_that_cannot_be_used_are_refused(engine: DuckDBEngine) -> None:
    read(engine, ORDERS)
    engine.attach("tiers", pd.DataFrame({"customer_id": ["a", "a"], "tier": ["none", "gold"]}))
    with pytest.raises(InputError, match="no column 'level'; it has customer_id, tier"):
        features_as_of(engine, AS_OF, others=(attributes(Attributes("tiers", ("level",))),))
    with pytest.raises(InputError, match="2 rows of 1 customers"):
        features_as_of(engine, AS_OF, others=(attributes(Attributes("tiers", ("tier",))),))
