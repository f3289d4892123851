"""The look back: what it knew then is what a run of that day knew, and what happened since is counted by hand."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pandas as pd
import pytest

import regulars as rg
from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import NotApplicable
from regulars.models.fitting import refit
from regulars.models.transactions import MODELS
from regulars.periods import Unit, days
from regulars.valuation.histories import histories, summarise
from regulars.valuation.holdout import LAST, Holdout, expected_purchases, histories_then, look_back

AS_OF, ORIGIN = dt.date(2024, 2, 5), dt.date(2023, 10, 1)


@pytest.fixture
def record(engine: DuckDBEngine) -> DuckDBEngine:
    """Orders of 400 customers over 400 days, one in ten refunded up to 200 days later."""
    rng = np.random.default_rng(4)
    orders: list[tuple[object, ...]] = []
    refunds: list[tuple[object, ...]] = []
    for number in range(400):
        day = int(rng.integers(0, 330))
        while day < 400:
            name, order, on = f"c{number}", f"o{len(orders)}", dt.date(2023, 1, 2) + dt.timedelta(days=day)
            orders.append((name, order, on, 10.0))
            if rng.random() < 0.1:
                back = on + dt.timedelta(days=int(rng.integers(0, 200)))
                refunds.append((name, order, on, back, -10.0))
            if rng.random() < 0.15:
                break
            day += 1 + int(rng.exponential(35.0))
    sides = (
        ("orders", orders, "customer_id, order_id, order_date, amount"),
        ("refunds", refunds, "customer_id, order_id, order_date, refund_date, amount"),
    )
    for table, rows, columns in sides:
        frame = pd.DataFrame(rows, columns=columns.split(", "))
        frame[[name for name in frame if "date" in name]] = frame.filter(like="date").astype("datetime64[us]")
        engine.attach(f"{table}_frame", frame)
        named = [f"cast({c} as date) as {c}" if "date" in c else c for c in columns.split(", ")]
        named[-1] = "cast(amount as decimal(18, 4)) as amount"
        engine.execute(f"create table {table} as select {', '.join(named)} from {table}_frame")
    return engine


def test_what_was_known_then_is_what_a_run_of_that_day_knew(record: DuckDBEngine) -> None:
    summarise(record, AS_OF, Unit.WEEK, keep_zero=False)
    then, _ = histories_then(record, ORIGIN, Unit.WEEK, keep_zero=False)
    own = histories(record, ORIGIN, Unit.WEEK, keep_zero=False)
    for column in ("frequency", "recency", "age", "count"):
        assert getattr(then, column).tolist() == getattr(own, column).tolist()


def test_the_main_run_keeps_its_tables(record: DuckDBEngine) -> None:
    summarise(record, AS_OF, Unit.WEEK, keep_zero=False)
    query = "select count(*), sum(historic_value), sum(age) from summaries"
    before, tables = record.rows(query), record.rows("select table_name from duckdb_tables() order by table_name")
    histories_then(record, ORIGIN, Unit.WEEK, keep_zero=False)
    assert record.rows(query) == before
    assert record.rows("select table_name from duckdb_tables() order by table_name") == tables


def test_what_happened_since_is_counted_by_hand(record: DuckDBEngine) -> None:
    summarise(record, AS_OF, Unit.WEEK, keep_zero=False)
    then, later = histories_then(record, ORIGIN, Unit.WEEK, keep_zero=False)
    day_rows = record.rows("select customer_id, purchase_day from record_days where purchase")
    known = {name for (name,) in _customers_on(record, ORIGIN)}
    by_hand = sum(name in known and day > ORIGIN for name, day in day_rows)
    assert later.sum() == by_hand
    assert then.customers_total == len(known)


def _customers_on(engine: DuckDBEngine, day: dt.date) -> list[tuple[str]]:
    """Customers with an order by `day` that was not refunded by `day`."""
    return engine.rows(
        "select distinct customer_id from orders o where order_date <= $day and not exists (select 1 from refunds r "
        "where r.order_id = o.order_id and r.refund_date <= $day)",
        {"day": day},
    )


@pytest.mark.parametrize("name", MODELS.names())
def test_a_refit_finds_the_top_of_the_other_histories(record: DuckDBEngine, name: str) -> None:
    model = MODELS.get(name)
    whole = model.fit(histories(record, AS_OF, Unit.WEEK, keep_zero=False))
    then = histories(record, ORIGIN, Unit.WEEK, keep_zero=False)
    own, quick = model.fit(then), refit(whole, then)
    assert quick.log_likelihood == pytest.approx(own.log_likelihood, abs=1e-3)
    assert quick.customers == then.customers_total
    fast = expected_purchases(quick, then, 90)
    assert fast == pytest.approx(quick.expected_purchases(then, days(90)), rel=1e-8, abs=1e-12)


def valued(orders: pd.DataFrame, **options: object) -> rg.Result:
    return rg.value(orders, threads=2, memory_limit="1GB", **options)  # type: ignore[arg-type] # options of any kind


def shop(length: int) -> pd.DataFrame:
    rng = np.random.default_rng(6)
    first = np.append(rng.integers(0, max(length - 3, 1), 300), [0, length - 1])
    rows = [(f"c{c}", start + gap) for c, start in enumerate(first) for gap in (0, *rng.integers(1, 90, 2))]
    frame = pd.DataFrame([row for row in rows if row[1] < length], columns=["customer_id", "day"])
    frame["order_date"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(frame["day"], unit="D")
    return frame[["customer_id", "order_date"]]


def test_the_look_back_is_a_third_of_the_record_at_most() -> None:
    held = valued(shop(300), model="bg-nbd").study.holdout
    assert isinstance(held, Holdout)
    assert held.days == 100
    assert held.customers.size == held.actual.size == held.expected.size == LAST + 1
    shorter = valued(shop(300), model="bg-nbd", horizon=30).study.holdout
    assert shorter is not None
    assert shorter.days == 30


@pytest.mark.parametrize("length", [3, 20])
def test_a_short_record_has_a_reason_instead(length: int) -> None:
    study = valued(shop(length)).study
    assert study.holdout is None
    assert "less than 7 days" in study.holdout_reason


def test_nobody_had_come_back_by_then(record: DuckDBEngine) -> None:
    record.execute("delete from orders where order_date < date '2023-12-01'")
    record.execute("delete from refunds")
    record.execute("insert into orders values ('first', 'x', date '2023-06-01', 10)")
    summarise(record, AS_OF, Unit.WEEK, keep_zero=False)
    settings = valued(shop(300), model="bg-nbd").valuation.settings
    fit = MODELS.get("bg-nbd").fit(histories(record, AS_OF, Unit.WEEK, keep_zero=False))
    with pytest.raises(NotApplicable, match="nobody had bought twice"):
        look_back(record, fit, dataclasses.replace(settings, as_of=AS_OF, horizon=365))
