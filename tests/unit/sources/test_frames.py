"""Tables of the caller, of any library and with the types they come in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import InputError
from regulars.sources.read import Intake

Read = Callable[..., Intake]
Write = Callable[..., Path]

COLUMNS: dict[str, list[Any]] = {
    "customer_id": ["a", "b", "a"],
    "order_id": ["1", "2", "3"],
    "order_date": [dt.date(2024, 1, 1), dt.date(2024, 1, 2), dt.date(2024, 1, 1)],
    "amount": [5.5, 7.25, None],
}
EXPECTED = [
    ("a", "1", dt.date(2024, 1, 1), Decimal("5.5000")),
    ("b", "2", dt.date(2024, 1, 2), Decimal("7.2500")),
]


def orders(engine: DuckDBEngine) -> list[tuple[Any, ...]]:
    return engine.rows("select customer_id, order_id, order_date, amount from orders order by all")


def relation() -> duckdb.DuckDBPyRelation:
    session = duckdb.connect()
    session.register("made", pa.table(COLUMNS))
    session.execute("create table kept as select * from made")
    return session.table("kept")


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: pd.DataFrame(COLUMNS), "pandas DataFrame"),
        (lambda: pd.DataFrame(COLUMNS, index=[7, 7, 9]), "pandas DataFrame"),
        (lambda: pd.DataFrame(COLUMNS).convert_dtypes(), "pandas DataFrame"),
        (lambda: pd.DataFrame(COLUMNS).astype({"customer_id": "category"}), "pandas DataFrame"),
        (lambda: pl.DataFrame(COLUMNS), "polars DataFrame"),
        (lambda: pl.DataFrame(COLUMNS).lazy(), "polars LazyFrame"),
        (lambda: pl.DataFrame(COLUMNS).with_columns(pl.col("customer_id").cast(pl.Categorical)), "polars DataFrame"),
        (lambda: pa.table(COLUMNS), "pyarrow Table"),
        (lambda: pa.table(COLUMNS).to_reader(), "pyarrow RecordBatchReader"),
        (relation, "duckdb DuckDBPyRelation"),
    ],
)
def test_a_table_of_any_library(read: Read, engine: DuckDBEngine, make: Callable[[], Any], name: str) -> None:
    intake = read(make())
    assert orders(engine) == EXPECTED
    assert intake.receipt.sources == (name,)
    assert engine.rows("select file, line, reason from quarantine") == [(name, 3, "no amount")]


def test_a_frame_turned_around(read: Read, engine: DuckDBEngine) -> None:
    frame = pd.DataFrame({**COLUMNS, "order_date": pd.to_datetime(COLUMNS["order_date"])})
    assert read(frame[::-1]).receipt.rows_read == 3
    assert orders(engine) == EXPECTED


def test_a_path_and_a_table_together(read: Read, write: Write, engine: DuckDBEngine) -> None:
    path = write("Customer;Invoice No;Date;Total\na;9;2024-01-09;1\n")
    intake = read([pd.DataFrame(COLUMNS), path])
    assert orders(engine) == [*EXPECTED[:1], ("a", "9", dt.date(2024, 1, 9), Decimal("1.0000")), *EXPECTED[1:]]
    assert intake.receipt.columns["order_id"] == "order_id / Invoice No"


@pytest.mark.parametrize(
    "dates",
    [
        pd.to_datetime(["2024-01-01 23:30", "2024-01-02 23:30"]),
        pd.to_datetime(["2024-01-01 23:30", "2024-01-02 23:30"]).as_unit("s"),
        pd.to_datetime(["2024-01-01 22:30+00:00", "2024-01-02 22:30+00:00"]).tz_convert("America/New_York"),
        ["2024-01-01 23:30", "2024-01-02 23:30"],
        ["2024-01-01T22:30:00Z", "2024-01-02T22:30:00Z"],
        [20240101, 20240102],
        [dt.date(2024, 1, 1), dt.date(2024, 1, 2)],
    ],
)
def test_dates_of_any_type_are_local_days(read: Read, engine: DuckDBEngine, dates: Any) -> None:
    read(pd.DataFrame({"customer": ["a", "b"], "date": dates, "amount": [1, 2]}), timezone="Europe/Berlin")
    assert [day for _, _, day, _ in orders(engine)] == [dt.date(2024, 1, 1), dt.date(2024, 1, 2)]


def test_an_instant_late_in_the_evening_is_the_next_day_further_east(read: Read, engine: DuckDBEngine) -> None:
    frame = pd.DataFrame({"customer": ["a"], "date": pd.to_datetime(["2024-01-01 23:30+00:00"]), "amount": [1]})
    read(frame, timezone="Europe/Berlin")
    assert [day for _, _, day, _ in orders(engine)] == [dt.date(2024, 1, 2)]
    read(frame)
    assert [day for _, _, day, _ in orders(engine)] == [dt.date(2024, 1, 1)]


@pytest.mark.parametrize(
    "amounts",
    [[0.1, 2], [Decimal("0.10"), Decimal(2)], ["0.10", "2"], pd.array([0.1, 2], dtype="float32"), ["0.1000", " 2 "]],
)
def test_amounts_of_any_type(read: Read, engine: DuckDBEngine, amounts: Any) -> None:
    read(pd.DataFrame({"customer": ["a", "b"], "date": "2024-01-01", "amount": amounts}))
    assert [amount for *_, amount in orders(engine)] == [Decimal("0.1000"), Decimal("2.0000")]


def test_amounts_that_are_no_number_or_infinite(read: Read) -> None:
    amounts = [1.0, float("nan"), float("inf"), -float("inf"), 1e12]
    receipt = read(pl.DataFrame({"customer": ["a"] * 5, "date": ["2024-01-01"] * 5, "amount": amounts})).receipt
    assert {line.rule: (line.rows, line.amount) for line in receipt.lines} == {
        "sale": (1, Decimal(1)),
        "no amount": (1, None),
        "impossible amount": (3, None),
    }
    assert receipt.amount_read == 1


def test_ids_that_a_float_column_made(read: Read, engine: DuckDBEngine) -> None:
    read(pd.DataFrame({"customer": [17850, None, 13047], "date": "2024-01-01", "amount": 1.0}))
    assert [customer for customer, *_ in orders(engine)] == ["13047", "17850"]


@pytest.mark.parametrize("given", [7, object(), {"a": 1}, None])
def test_what_is_no_table_is_refused(read: Read, given: object) -> None:
    with pytest.raises(InputError, match="give a path, a pandas, polars or pyarrow table, or a DuckDB relation"):
        read(given)


@pytest.mark.parametrize("given", [pd.DataFrame(COLUMNS).iloc[:0], []])
def test_nothing_to_read(read: Read, given: object) -> None:
    with pytest.raises(InputError, match="at least one"):
        read(given)
