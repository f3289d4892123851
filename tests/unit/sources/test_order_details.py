"""What only learners read of the orders: counted by hand, hostile texts, and nothing of it in a run without them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from regulars.contract.tables import ORDER_DETAILS
from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import InputError, UnknownName
from regulars.progress import Progress
from regulars.sources.details import LETTERS
from regulars.sources.read import Intake, ReadOptions, read_orders

COLUMNS = ("customer", "order", "date", "amount", "qty", "sku", "category", "discount", "coupon", "age", "country")
LINES: list[tuple[Any, ...]] = [
    ("a", "1", "2024-01-01", 10.0, 2, "p1", "toys", 1.5, "", 30, None),
    ("a", "1", "2024-01-01", 5.0, 1, "p2", "food", None, "SAVE", 30, "DE"),
    ("a", "2", "2024-02-01", 7.0, 1, "p1", "toys", -2.0, "no", 31, "FR"),
    ("a", "2", "2024-02-01", 7.0, 3, "p1", "toys", 0.0, "0.00", 31, "DE"),
    ("a", "3", "2024-02-09", 8.0, None, "p3", None, None, None, None, " "),
    ("a", "3", "2024-02-19", -8.0, 1, "p3", "toys", None, "SAVE", 31, "DE"),
    ("b", "4", "2024-02-03", 9.0, 1, "p9", None, None, None, None, "FR"),
    ("b", "5", "2024-02-04", 4.0, 1, "p9", "toys", None, None, None, "FR"),
    ("b", "5", "2024-02-04", -1.0, 1, "Discount", "toys", None, None, None, "FR"),
]


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine(threads=2, memory_limit="1GB") as session:
        yield session


def lines(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame(LINES, columns=list(COLUMNS)).assign(**columns)


def read(engine: DuckDBEngine, orders: object, **options: Any) -> Intake:
    asked = ReadOptions(**{"details": True, **options})
    return read_orders(engine, orders, asked, today=dt.date(2030, 1, 1), progress=Progress())


def kept(engine: DuckDBEngine, *columns: str) -> dict[tuple[str, str], tuple[Any, ...]]:
    found = engine.rows(f"select customer_id, order_id, {', '.join(columns)} from order_details")
    return {(customer, order): tuple(rest) for customer, order, *rest in found}


def test_lines_are_summed_to_orders(engine: DuckDBEngine) -> None:
    read(engine, lines())
    assert kept(engine, "lines", "products", "new_products", "cast(pieces as integer)") == {
        ("a", "1"): (2, 2, 2, 3),
        ("a", "2"): (2, 1, 0, 4),
        ("a", "3"): (1, 1, 1, None),
        ("b", "4"): (1, 1, 1, 1),
        ("b", "5"): (1, 2, 1, 2),
    }
    assert kept(engine, "cast(discount as double)", "coupon") == {
        ("a", "1"): (1.5, True),
        ("a", "2"): (2.0, False),
        ("a", "3"): (0.0, False),
        ("b", "4"): (0.0, False),
        ("b", "5"): (1.0, False),  # a line called Discount takes off what it is worth
    }
    assert kept(engine, "categories") == {
        ("a", "1"): ({"food": 1, "toys": 1},),
        ("a", "2"): ({"toys": 2},),
        ("a", "3"): (None,),
        ("b", "4"): (None,),
        ("b", "5"): ({"toys": 2},),
    }
    assert kept(engine, "country", "age") == {
        ("a", "1"): ("DE", 30.0),
        ("a", "2"): ("DE", 31.0),  # the first by name
        ("a", "3"): (None, None),
        ("b", "4"): ("FR", None),
        ("b", "5"): ("FR", None),
    }


def test_columns_are_those_declared_and_only_those_known(engine: DuckDBEngine) -> None:
    declared = {column.name: column.type for column in ORDER_DETAILS.columns}
    everything = lines(
        **dict.fromkeys(("channel", "region", "gender", "loyalty", "store", "device", "payment", "shipping"), "x")
    )
    read(engine, everything)
    assert engine.columns_of("order_details") == declared
    read(engine, lines()[["customer", "order", "date", "amount", "country"]])
    found = {name: declared[name] for name in ("customer_id", "order_id", "lines", "country")}
    assert engine.columns_of("order_details") == found


def test_every_order_has_its_details(engine: DuckDBEngine) -> None:
    for orders in (lines(), lines().drop(columns="order"), lines(order=[None, *LINES[1:2], *["9"] * 7]).astype(str)):
        read(engine, orders)
        without = "orders where (customer_id, order_id) not in (select (customer_id, order_id) from order_details)"
        assert engine.rows(f"select count(*) from {without}") == [(0,)]
        assert engine.rows("select count(*) from orders") == engine.rows("select count(*) from order_details")


def test_a_later_order_does_not_make_an_earlier_product_old(engine: DuckDBEngine) -> None:
    read(engine, lines().sample(frac=1.0, random_state=1))
    backwards = kept(engine, "new_products")
    read(engine, lines()[:4])
    assert {order: backwards[order] for order in kept(engine, "new_products")} == kept(engine, "new_products")


def test_a_run_without_learners_keeps_nothing_and_reads_the_same(engine: DuckDBEngine) -> None:
    plain = read(engine, lines(), details=False)
    orders = engine.rows("select * from orders order by all")
    assert engine.rows("select count(*) from information_schema.tables where table_name = 'order_details'") == [(0,)]
    assert {"category", "country", "coupon"} & set(plain.receipt.columns) == set()
    with_details = read(engine, lines())
    assert engine.rows("select * from orders order by all") == orders
    assert with_details.receipt.columns["category"] == "category"
    assert (with_details.receipt.lines, with_details.receipt.notes) == (plain.receipt.lines, plain.receipt.notes)


def test_customer_day_and_amount_alone_have_no_details(engine: DuckDBEngine) -> None:
    read(engine, lines()[["customer", "order", "date", "amount"]])
    assert engine.rows("select count(*) from information_schema.tables where table_name = 'order_details'") == [(0,)]


def test_columns_are_mapped_with_learners_and_without(engine: DuckDBEngine) -> None:
    renamed = lines().rename(columns={"category": "shelf"})
    read(engine, renamed, mapping={"category": "shelf"})
    assert kept(engine, "categories")["a", "2"] == ({"toys": 2},)
    assert read(engine, renamed, mapping={"category": "shelf"}, details=False).receipt.columns["category"] == "shelf"
    with pytest.raises(InputError, match="no column 'shelves' to read category from"):
        read(engine, renamed, mapping={"category": "shelves"})
    with pytest.raises(UnknownName, match=r"unknown field 'categori'.*category"):
        ReadOptions(mapping={"categori": "shelf"})


def test_how_the_rows_are_sorted_changes_no_detail(engine: DuckDBEngine) -> None:
    shop = lines(channel=["web", "app", *["shop", "web"] * 3, "app"])
    found = []
    for sorted_so in (shop, shop[::-1]):
        read(engine, sorted_so)
        found.append(kept(engine, "channel", "country", "age", "categories", "products", "new_products", "discount"))
    assert found[0] == found[1]
    assert found[0]["a", "2"][:2] == ("shop", "DE")


def test_what_cannot_be_a_number_is_unknown_and_not_none(engine: DuckDBEngine) -> None:
    discounts = ["15%", "x", "", None, "2.5", "1", "0", "nan", "3"]
    read(engine, lines(discount=discounts, age=["25-34", "40", "-5", "131", "7", *[None] * 4], sku=None))
    assert kept(engine, "cast(discount as double)", "age") == {
        ("a", "1"): (None, 40.0),
        ("a", "2"): (0.0, None),
        ("a", "3"): (2.5, 7.0),
        ("b", "4"): (0.0, None),
        ("b", "5"): (0.0, None),  # the last line is a refund
    }


@pytest.mark.parametrize("text", ["'; drop table orders; --", '"a"', "<script>alert(1)</script>", "\N{SNOWMAN}" * 200])
def test_hostile_kinds_are_values_and_cut(engine: DuckDBEngine, text: str) -> None:
    read(engine, lines(category=text, country=text))
    assert kept(engine, "country")["a", "1"] == (text[:LETTERS],)
    assert list(kept(engine, "categories")["a", "1"][0]) == [text[:LETTERS]]
    assert engine.rows("select count(*) from orders") == [(5,)]


def test_a_file_without_a_column_says_nothing_of_it(engine: DuckDBEngine, tmp_path: Path) -> None:
    lines()[:6].to_csv(tmp_path / "1.csv", index=False)
    lines()[6:].drop(columns=["country", "qty", "coupon"]).to_csv(tmp_path / "2.csv", index=False)
    read(engine, tmp_path)
    assert kept(engine, "country", "pieces", "coupon")["b", "4"] == (None, None, None)
    assert kept(engine, "country")["a", "1"] == ("DE",)
