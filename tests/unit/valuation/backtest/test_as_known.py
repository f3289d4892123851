"""What was known at an origin, and what came after it: counted by hand, blind to the future."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import InputError, NotApplicable
from regulars.periods import Unit
from regulars.progress import Progress
from regulars.sources.read import ReadOptions, read_orders
from regulars.valuation.backtest.as_known import AsKnown, as_known
from regulars.valuation.backtest.origins import origins_of
from regulars.valuation.histories import summarise

ORIGIN, WINDOW = dt.date(2024, 3, 31), 60
STATE = ("frequency", "recency", "age", "first_value", "valued", "value", "purchases_before", "value_before")


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine(threads=2, memory_limit="1GB") as session:
        yield session


def lines(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["customer", "order", "date", "amount"])


def known(engine: DuckDBEngine, orders: pd.DataFrame, **options: Any) -> AsKnown:
    intake = read_orders(engine, orders, ReadOptions(), today=dt.date(2026, 1, 1), progress=Progress())
    summarise(engine, intake.as_of, Unit.DAY, keep_zero=False)
    return as_known(engine, ORIGIN, WINDOW, keep_zero=False, **options)


ORDERS = lines(
    ("a", "1", "2024-01-01", 10.0),
    ("a", "2", "2024-02-15", 20.0),
    ("a", "3", "2024-04-10", 40.0),
    ("b", "4", "2024-03-30", 5.0),
    ("b", "5", "2024-05-30", 7.0),
    ("b", "6", "2024-05-31", 8.0),
    ("c", "7", "2024-04-01", 99.0),
    ("a", "2", "2024-04-20", -5.0),
    ("b", "4", "2024-04-20", -1.0),
    ("d", "8", "2024-03-01", 9.0),
    ("d", "8", "2024-03-05", -9.0),
)


def test_customers_are_those_with_a_purchase_by_then(engine: DuckDBEngine) -> None:
    found = known(engine, ORDERS)
    assert found.customers == 2  # c comes later, d's only order was refunded by then
    assert found.frequency.tolist() == [1, 0]
    assert found.recency.tolist() == [45, 0]
    assert found.age.tolist() == [90, 1]
    assert found.value.tolist() == [30.0, 5.0]  # the refunds of April are not known yet
    assert found.purchases_before.tolist() == [1.0, 1.0]
    assert found.purchases_later.tolist() == [1.0, 1.0]  # 31 May is one day after the window
    assert found.value_later.tolist() == [40.0, 7.0]  # refunds of older orders never enter it


def test_values_behind_the_spend(engine: DuckDBEngine) -> None:
    found = known(engine, ORDERS)
    assert [column.tolist() for column in found.observed(first_day=True)] == [[2, 1], [30.0, 5.0]]
    assert [column.tolist() for column in found.observed(first_day=False)] == [[1, 0], [20.0, 0.0]]


def test_the_future_changes_nothing_that_was_known(engine: DuckDBEngine) -> None:
    past = ORDERS[pd.to_datetime(ORDERS["date"]) <= pd.Timestamp(ORIGIN)]
    rng = np.random.default_rng(2)
    future = pd.DataFrame(
        {
            "customer": rng.choice(["a", "b", "x"], 40),
            "order": [f"n{number}" for number in range(40)],
            "date": [str(ORIGIN + dt.timedelta(days=int(day))) for day in rng.integers(1, 90, 40)],
            "amount": rng.gamma(2.0, 10.0, 40).round(2),
        }
    )
    one, other = known(engine, ORDERS), known(engine, pd.concat([past, future]))
    for name in STATE:
        assert getattr(one, name).tolist() == getattr(other, name).tolist(), name


def test_what_came_later_can_be_seen_from_an_earlier_day(engine: DuckDBEngine) -> None:
    found = known(engine, ORDERS, until=dt.date(2024, 4, 15))
    assert found.value_later.tolist() == [40.0, 0.0]


def test_distinct_histories_and_who_has_them(engine: DuckDBEngine) -> None:
    found = known(engine, pd.concat([ORDERS, lines(("e", "9", "2024-03-30", 4.0))]))
    histories, (number,), row = found.histories(Unit.WEEK, np.array([2, 1, 1]))
    assert histories.count.tolist() == [2.0, 1.0]
    assert number.tolist() == [1, 2]
    assert row.tolist() == [1, 0, 0]
    assert histories.age[row[0]] == pytest.approx(90 / 7)


def test_a_customer_who_buys_on_most_days_of_ten_years_is_told_apart() -> None:
    days, none = np.array([1200, 1, 1200]), np.zeros(3)
    age = np.array([4000, 4000, 4000])
    found = AsKnown(ORIGIN, WINDOW, days, age - 10, age, none, days + 1, none, none, none, none, none)
    histories, numbers, row = found.histories(Unit.DAY, *[found.valued] * 3)
    assert histories.frequency.tolist() == [1.0, 1200.0]
    assert histories.count.tolist() == [1.0, 2.0]
    assert [number.tolist() for number in numbers] == [[2.0, 1201.0]] * 3
    assert row.tolist() == [1, 0, 1]


def test_nobody_was_there_yet(engine: DuckDBEngine) -> None:
    with pytest.raises(NotApplicable, match="no customer by 2024-03-31"):
        known(engine, lines(("c", "7", "2024-04-01", 99.0)))


def test_origins_lie_one_window_apart() -> None:
    first, last = dt.date(2020, 1, 1), dt.date(2023, 12, 31)
    found = origins_of(first, last, 180)
    assert (len(found.days), found.window) == (3, 180)
    assert found.days[0] == last - dt.timedelta(days=180)
    assert found.days[-1] - dt.timedelta(days=180) >= first
    short = origins_of(first, dt.date(2020, 6, 1), 365)
    assert (short.window, short.asked) == (38, 365)


def test_origins_can_be_said_and_must_lie_in_the_record() -> None:
    first, last = dt.date(2023, 1, 1), dt.date(2023, 12, 31)
    assert origins_of(first, last, 30, 1).days == (dt.date(2023, 12, 1),)
    wanted = (dt.date(2023, 6, 1), dt.date(2023, 9, 1))
    assert origins_of(first, last, 30, wanted).days == wanted[::-1]
    with pytest.raises(InputError, match=r"2023-12-20 cannot be an origin.* from 2023-01-31 to 2023-12-01"):
        origins_of(first, last, 30, (dt.date(2023, 12, 20),))
    for none in (0, -1, ()):
        with pytest.raises(InputError, match="at least"):
            origins_of(first, last, 30, none)
    with pytest.raises(NotApplicable, match="27 days is too short"):
        origins_of(first, dt.date(2023, 1, 27), 30)


def test_half_a_window_and_two_are_counted_too(engine: DuckDBEngine) -> None:
    more = lines(("b", "9", "2024-07-28", 3.0), ("b", "10", "2024-07-30", 3.0), ("e", "11", "2024-07-01", 3.0))
    found = known(engine, pd.concat([ORDERS, more]))
    assert found.purchases_soon is not None
    assert found.purchases_twice is not None
    # a came back on 10 April; b on 30 May, the last day of the window, on 31 May, and on 28 July within two windows.
    assert found.purchases_soon.tolist() == [1.0, 0.0]
    assert found.purchases_later.tolist() == [1.0, 1.0]
    assert found.purchases_twice.tolist() == [1.0, 3.0]
