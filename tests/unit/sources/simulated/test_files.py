"""The files of the simulated shop keep what the contract declares of their tables."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from regulars.contract.record import RECORD
from regulars.contract.tables import Column, Table
from regulars.engines.base import literal, quoted
from regulars.engines.duckdb import DuckDBEngine
from regulars.sources.simulated.files import FILES, write_shop
from regulars.sources.simulated.plan import Plan
from regulars.sources.simulated.shop import Shop, simulated_shop

PLANNED = "expires_at"  # the only moment in the files that lies in their future


def as_texts(folder: Path, name: str) -> str:
    return f"read_csv({literal(str(folder / FILES[name]))}, all_varchar = true, header = true)"


def count(engine: DuckDBEngine, table: str, condition: str) -> int:
    return int(engine.rows(f"select count(*) from {table} where {condition}")[0][0])


def unreadable(shop: Shop, table: Table, column: Column) -> int:
    """How many values of a column are no values of its type on purpose."""
    if (table.name, column.name) != ("order_lines", "ordered_at"):
        return 0
    return int(shop.truth.facts["receipt"]["unreadable date"]["rows"])


def test_every_table_of_the_record_is_a_file(shop: Shop) -> None:
    assert set(shop.tables) == set(FILES) == {table.name for table in RECORD}


@pytest.mark.parametrize("table", RECORD, ids=lambda table: table.name)
def test_a_file_has_the_columns_of_its_table(folder: Path, table: Table) -> None:
    with (folder / FILES[table.name]).open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    assert header == [column.name for column in table.columns]
    assert len(rows) > 20
    assert {len(row) for row in rows} == {len(header)}


@pytest.mark.parametrize("table", RECORD, ids=lambda table: table.name)
def test_a_file_keeps_what_is_declared(engine: DuckDBEngine, shop: Shop, folder: Path, table: Table) -> None:
    relation = as_texts(folder, table.name)
    for column in table.columns:
        name = quoted(column.name)
        broken = f"{name} is not null and try_cast({name} as {column.type}) is null"
        assert count(engine, relation, broken) == unreadable(shop, table, column), column.name
        if column.required:
            assert count(engine, relation, f"{name} is null") == 0, column.name
        if column.among:
            allowed = ", ".join(literal(value) for value in column.among)
            assert count(engine, relation, f"{name} not in ({allowed})") == 0, column.name
        if column.refers_to:
            other, referred = column.refers_to.split(".")
            known = f"select {quoted(referred)} from {as_texts(folder, other)} where {quoted(referred)} is not null"
            assert count(engine, relation, f"{name} is not null and {name} not in ({known})") == 0, column.name
    if table.key:
        key = ", ".join(quoted(name) for name in table.key)
        assert engine.rows(f"select {key} from {relation} group by {key} having count(*) > 1 limit 1") == []


@pytest.mark.parametrize("table", RECORD, ids=lambda table: table.name)
def test_nothing_in_a_file_is_dated_after_its_last_day(
    engine: DuckDBEngine, shop: Shop, folder: Path, table: Table
) -> None:
    late = f">= {literal(str(shop.plan.last_day))}::date + 1"
    for column in table.columns:
        if column.type in {"DATE", "TIMESTAMP"} and column.name != PLANNED:
            name = f"try_cast({quoted(column.name)} as timestamp)"
            assert count(engine, as_texts(folder, table.name), f"{name} {late}") == 0, column.name


def test_the_same_plan_gives_the_same_bytes(engine: DuckDBEngine, tmp_path: Path) -> None:
    contents = []
    for name, seed in (("one", 5), ("two", 5), ("other", 6)):
        (tmp_path / name).mkdir()
        files = write_shop(engine, simulated_shop(Plan(customers=60, seed=seed)), tmp_path / name)
        contents.append({file: (tmp_path / name / file).read_bytes() for file in files})
    one, two, other = contents
    assert one == two
    assert [name for name in one if one[name] == other[name]] == ["products.csv"]


def test_the_truth_stands_beside_the_files(shop: Shop, folder: Path) -> None:
    people = pl.read_parquet(folder / "truth" / "customers.parquet")
    facts = json.loads((folder / "truth" / "truth.json").read_text(encoding="utf-8"))
    assert people.columns == list(shop.truth.customers)
    assert people.height == shop.plan.customers
    assert people["net_sales_after"].sum() == pytest.approx(facts["after"]["net_sales"])
    assert people["death"].is_null().sum() == int(np.isnat(shop.truth.customers["death"]).sum()) > 0
    assert facts == json.loads(json.dumps(shop.truth.facts))


@pytest.mark.parametrize("customers", [1, 2, 3, 7])
def test_the_smallest_shops_are_shops_too(engine: DuckDBEngine, tmp_path: Path, customers: int) -> None:
    for seed in range(5):
        place = tmp_path / str(seed)
        place.mkdir()
        shop = simulated_shop(Plan(customers=customers, seed=seed))
        write_shop(engine, shop, place)
        assert len(shop.tables["customers"]["customer_id"]) == customers
        json.dumps(shop.truth.facts, allow_nan=False)
