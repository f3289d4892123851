from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from regulars.contract import orders, receipt, record, rules, subscriptions, tables
from regulars.contract.record import RECORD
from regulars.contract.tables import Table

OTHERS = (orders, receipt, record, rules, subscriptions, tables)
NO_TABLES_OF_THE_RECORD = {module.__name__.rpartition(".")[2] for module in OTHERS}


def test_every_table_that_is_declared_is_in_the_record(root: Path) -> None:
    folder = root / "src" / "regulars" / "contract"
    names = {path.stem for path in folder.glob("[a-z]*.py")} - NO_TABLES_OF_THE_RECORD
    modules = [importlib.import_module(f"regulars.contract.{name}") for name in sorted(names)]
    declared = [thing for module in modules for thing in vars(module).values() if isinstance(thing, Table)]
    assert sorted(table.name for table in declared) == sorted(table.name for table in RECORD)
    assert len({table.name for table in RECORD}) == len(RECORD)


@pytest.mark.parametrize("table", RECORD, ids=lambda table: table.name)
def test_a_table_says_what_its_columns_mean(table: Table) -> None:
    names = [column.name for column in table.columns]
    assert len(set(names)) == len(names)
    assert table.meaning.endswith(".")
    assert [column.name for column in table.columns if not column.meaning] == []
    assert set(table.key) <= {column.name for column in table.columns if column.required}


@pytest.mark.parametrize("table", RECORD, ids=lambda table: table.name)
def test_what_a_column_refers_to_exists(table: Table) -> None:
    known = {f"{other.name}.{column.name}" for other in RECORD for column in other.columns}
    assert {column.refers_to for column in table.columns if column.refers_to} <= known
