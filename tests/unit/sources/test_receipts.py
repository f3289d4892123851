"""Nothing disappears: whatever stands in the rows, the receipt adds up, and so do the tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.engines.duckdb import DuckDBEngine
from regulars.progress import Progress
from regulars.sources.read import Intake, ReadOptions, read_orders

Read = Callable[..., Intake]

CUSTOMERS = st.sampled_from(["a", "b", "c", "", " ", "nan", "007"])
ORDERS = st.sampled_from(["1", "2", "3", "4", ""])
DATES = st.sampled_from(["2024-01-01", "2024-01-02 10:00", "2024-01-03T23:00Z", "2099-01-01", "soon", "", "0000-00-00"])
PRODUCTS = st.sampled_from(["mug", "cup", "Discount", "Postage", "S", ""])
STATUSES = st.sampled_from(["paid", "Cancelled", ""])
AMOUNTS = st.decimals(-20, 20, places=2).map(str) | st.sampled_from(
    ["0", "", "x", "inf", "-1e15", "999999999999.9999", "1e-9", "1000000000000"]
)
ROWS = st.lists(st.tuples(CUSTOMERS, ORDERS, DATES, PRODUCTS, STATUSES, AMOUNTS), min_size=1, max_size=30)
A_SALE = ("a", "1", "2024-01-01", "mug", "paid", "1.00")
COLUMNS = ["customer", "order", "date", "product", "status", "amount"]


def money_in(texts: list[str]) -> Decimal:
    """Sum of the amounts that can be read, each to four places."""
    total = Decimal(0)
    for text in texts:
        try:
            amount = Decimal(text)
        except ArithmeticError:
            continue
        if amount.is_finite() and abs(amount) < Decimal(10) ** 12:
            total += amount.quantize(Decimal("0.0001"), ROUND_HALF_UP)
    return total


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, zero_amount=st.sampled_from(["exclude", "keep"]), in_a_file=st.booleans())
def test_every_row_and_every_penny_is_somewhere(
    read: Read, engine: DuckDBEngine, tmp_path: Path, rows: list[tuple[str, ...]], zero_amount: str, *, in_a_file: bool
) -> None:
    rows = [*rows, A_SALE]  # orders without any sale are refused
    frame = pd.DataFrame(rows, columns=COLUMNS)
    frame.to_csv(tmp_path / "orders.csv", index=False)
    intake = read(tmp_path / "orders.csv" if in_a_file else frame, zero_amount=zero_amount, as_of=dt.date(2024, 2, 1))
    receipt = intake.receipt
    assert receipt.rows_read == len(rows), receipt
    assert receipt.adds_up, receipt
    assert receipt.amount_read == money_in([row[-1] for row in rows]), receipt
    ordered = engine.rows("select sum(amount) from orders")[0][0]
    refunded = engine.rows("select coalesce(sum(amount), 0) from refunds")[0][0]
    refused = engine.rows("select count(*) from quarantine")[0][0]
    assert ordered == receipt.amount_of("sale", "discount"), receipt
    assert refunded == receipt.amount_of("refund of an order", "refund without its order"), receipt
    assert refused == receipt.rows("quarantined"), receipt
    of_orders = engine.rows("select coalesce(sum(amount), 0) from refunds where order_date is not null")[0][0]
    assert of_orders == receipt.amount_of("refund of an order"), receipt


def test_the_lines_come_in_the_order_of_their_verdicts(read: Read) -> None:
    frame = pd.DataFrame(
        {
            "customer": ["", "a", "a", "a"],
            "date": ["2024-01-01", "soon", "2024-01-01", "2024-01-01"],
            "amount": [1, 1, 1, -1],
        }
    )
    assert [(line.verdict, line.rule) for line in read(frame).receipt.lines] == [
        ("valid", "sale"),
        ("valid", "refund of an order"),
        ("excluded", "no customer"),
        ("quarantined", "unreadable date"),
    ]


@pytest.mark.parametrize("kind", ["valid", "excluded", "quarantined"])
def test_every_line_says_what_it_means(read: Read, kind: str) -> None:
    frame = pd.DataFrame({"customer": ["", "a", "a"], "date": ["2024-01-01", "soon", "2024-01-01"], "amount": 1})
    (line,) = [line for line in read(frame).receipt.lines if line.verdict == kind]
    assert line.meaning.endswith(".")


def test_orders_customers_and_days_are_those_that_count(read: Read) -> None:
    frame = pd.DataFrame(
        {
            "customer": ["a", "a", "a", "b", "", "c"],
            "order": ["1", "1", "2", "2", "3", "4"],
            "date": ["2024-01-02", "2024-01-02", "2024-01-05", "2024-01-03", "2024-01-01", "soon"],
            "amount": [1, 2, 3, 4, 5, 6],
        }
    )
    receipt = read(frame).receipt
    assert (receipt.orders, receipt.customers, receipt.first_day, receipt.last_day) == (
        3,
        2,
        "2024-01-02",
        "2024-01-05",
    )


def test_the_same_with_one_thread_and_two(tmp_path: Path) -> None:
    """Enough rows that two threads share them, with refunds of the same moment to be told apart."""
    rows = (
        f"c{n % 613},{n // 3},2024-01-{n % 28 + 1:02d},p{n % 5},{(n * 37) % 11 - 2}.{n % 100:02d}"
        for n in range(300_000)
    )
    (tmp_path / "orders.csv").write_text("\n".join(["customer,order,date,product,amount", *rows]))
    seen = []
    for threads in (1, 2):
        with DuckDBEngine(threads=threads) as engine:
            intake = read_orders(
                engine, tmp_path / "orders.csv", ReadOptions(), today=dt.date(2024, 2, 1), progress=Progress()
            )
            tables = [
                engine.rows(f"select count(*), bit_xor(hash(kept)), sum(hash(kept)) from {table} kept")
                for table in ("orders", "refunds", "quarantine")
            ]
            seen.append((intake, tables))
    assert seen[0] == seen[1]
    assert seen[0][0].receipt.amount_of("refund of an order")
