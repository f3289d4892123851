"""Orders and refunds to histories: every rule of a purchase day, on records small enough to check by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import InputError
from regulars.periods import Unit
from regulars.valuation.histories import Summary, histories, summarise

AS_OF = dt.date(2024, 3, 31)

Order = tuple[str, str, str, float]
Refund = tuple[str, str | None, str | None, str, float]


def record(engine: DuckDBEngine, orders: list[Order], refunds: list[Refund] = []) -> None:  # noqa: B006 - never changed
    engine.execute(
        "create or replace table orders(customer_id varchar, order_id varchar, order_date date, amount decimal(18,4))"
    )
    engine.execute(
        "create or replace table refunds(customer_id varchar, order_id varchar, order_date date, refund_date date, "
        "amount decimal(18,4))"
    )
    for order in orders:
        engine.execute("insert into orders values (?, ?, ?, ?)", order)
    for refund in refunds:
        engine.execute("insert into refunds values (?, ?, ?, ?, ?)", refund)


def customers(
    engine: DuckDBEngine, *, as_of: dt.date = AS_OF, keep_zero: bool = False
) -> dict[str, tuple[object, ...]]:
    summarise(engine, as_of, Unit.DAY, keep_zero=keep_zero)
    columns = "customer_id, frequency, recency, age, orders, historic_value, observed, observed_value"
    return {name: tuple(rest) for name, *rest in engine.rows(f"select {columns} from summaries order by customer_id")}


def test_orders_of_one_day_merge(engine: DuckDBEngine) -> None:
    record(
        engine,
        [("a", "1", "2024-01-01", 10), ("a", "2", "2024-01-01", 5), ("a", "3", "2024-01-11", 7)],
    )
    assert customers(engine)["a"] == (1, 10, 90, 3, Decimal(22), 1, Decimal(7))


def test_a_refunded_order_is_no_purchase(engine: DuckDBEngine) -> None:
    orders = [("a", "1", "2024-01-01", 10.0), ("a", "2", "2024-01-11", 7.0), ("a", "3", "2024-01-21", 6.0)]
    record(engine, orders, [("a", "2", "2024-01-11", "2024-02-01", -7.0), ("a", "3", "2024-01-21", "2024-02-02", -2.0)])
    assert customers(engine)["a"] == (1, 20, 90, 2, Decimal(14), 1, Decimal(4))


def test_a_run_knows_only_the_refunds_of_its_day(engine: DuckDBEngine) -> None:
    orders = [("a", "1", "2024-01-01", 10.0), ("a", "2", "2024-01-11", 7.0)]
    record(engine, orders, [("a", "2", "2024-01-11", "2024-02-01", -7.0)])
    before = customers(engine, as_of=dt.date(2024, 1, 31))
    assert before["a"] == (1, 10, 30, 2, Decimal(17), 1, Decimal(7))
    assert customers(engine, as_of=dt.date(2024, 2, 1))["a"] == (0, 0, 31, 1, Decimal(10), 0, Decimal(0))


def test_a_refund_without_its_order_counts_on_its_own_day(engine: DuckDBEngine) -> None:
    orders = [("a", "1", "2024-01-01", 10.0), ("a", "2", "2024-01-11", 7.0)]
    record(engine, orders, [("a", None, None, "2024-01-20", -3.0), ("a", None, None, "2024-01-11", -8.0)])
    # The eleventh nets to -1: no purchase; the twentieth is no purchase day either. Both reduce the value.
    assert customers(engine)["a"] == (0, 0, 90, 2, Decimal(6), 0, Decimal(0))


def test_people_whose_orders_were_all_refunded_are_no_customers(engine: DuckDBEngine) -> None:
    record(
        engine,
        [("a", "1", "2024-01-01", 10), ("b", "1", "2024-01-05", 5)],
        [("b", "1", "2024-01-05", "2024-01-06", -5)],
    )
    summary = summarise(engine, AS_OF, Unit.DAY, keep_zero=False)
    assert (summary.customers, summary.lapsed, summary.historic_value, summary.lapsed_value) == (1, 1, 10.0, 0.0)


def test_nobody_is_left(engine: DuckDBEngine) -> None:
    record(engine, [("b", "1", "2024-01-05", 5)], [("b", "1", "2024-01-05", "2024-01-06", -5)])
    with pytest.raises(InputError, match="no purchase is left"):
        summarise(engine, AS_OF, Unit.DAY, keep_zero=False)


def test_kept_zeros_are_purchases_without_a_value(engine: DuckDBEngine) -> None:
    record(engine, [("a", "1", "2024-01-01", 0), ("a", "2", "2024-01-11", 8), ("a", "3", "2024-01-21", 0)])
    assert customers(engine, keep_zero=True)["a"] == (2, 20, 90, 3, Decimal(8), 1, Decimal(8))
    assert customers(engine)["a"] == (0, 0, 80, 1, Decimal(8), 0, Decimal(0))


def test_both_ways_of_making_days_agree(engine: DuckDBEngine) -> None:
    """A refund dated after the as-of day changes nothing but the query that runs."""
    rng = np.random.default_rng(1)
    orders: list[Order] = [
        (f"c{rng.integers(40)}", str(i), str(dt.date(2024, 1, 1) + dt.timedelta(int(rng.integers(90)))), 1.0 + i % 7)
        for i in range(300)
    ]
    record(engine, orders)
    plain = customers(engine)
    record(engine, orders, [("c1", None, None, "2024-05-01", -1.0)])
    assert customers(engine) == plain


def test_distinct_histories_carry_everybody(engine: DuckDBEngine) -> None:
    record(
        engine,
        [
            ("a", "1", "2024-01-01", 10),
            ("b", "2", "2024-01-01", 5),
            ("c", "3", "2024-01-01", 4),
            ("c", "4", "2024-01-08", 4),
        ],
    )
    h = histories(engine, AS_OF, Unit.WEEK, keep_zero=False)
    assert h.count.tolist() == [2, 1]
    assert h.recency.tolist() == [0.0, 1.0]
    assert h.customers is not None
    assert h.customers.customer_id.tolist() == ["a", "b", "c"]
    assert h.customers.row.tolist() == [0, 0, 1]
    assert np.isnan(h.customers.monetary[:2]).all()
    assert h.customers.monetary[2] == 4.0


def test_sums_do_not_depend_on_threads() -> None:
    sums: list[Summary] = []
    for threads in (1, 2):
        with DuckDBEngine(threads=threads, memory_limit="1GB") as engine:
            engine.execute(
                "create table orders as select 'c' || (i * 7919 % 5003)::varchar as customer_id, "
                "i::varchar as order_id, "
                "date '2024-01-01' + (i * 31 % 90)::integer as order_date, (i % 997 / 100)::decimal(18,4) as amount "
                "from range(1, 200000) t(i)"
            )
            engine.execute(
                "create table refunds(customer_id varchar, order_id varchar, order_date date, refund_date date, "
                "amount decimal(18,4))"
            )
            sums.append(summarise(engine, AS_OF, Unit.DAY, keep_zero=True))
    one, two = sums
    assert one.historic_value == two.historic_value
    assert (one.base.square_sum == two.base.square_sum).all()
    assert (one.base.value_sum == two.base.value_sum).all()
    assert (one.base.histories.count == two.base.histories.count).all()
