"""Distinct values are counted in turns where there are many rows; the number is the same."""

from __future__ import annotations

import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.sources import orders
from regulars.sources.orders import distinct


@pytest.mark.parametrize("turn", [7, 400, 5000])
def test_turns_do_not_change_the_number(engine: DuckDBEngine, monkeypatch: pytest.MonkeyPatch, turn: int) -> None:
    engine.execute("create or replace table numbers as select i % 613 as n, 'c' || i % 7 as name from range(2000) t(i)")
    monkeypatch.setattr(orders, "TURN", turn)
    assert distinct(engine, "n", "numbers where n >= 13", 2000) == 600
    assert distinct(engine, "n, name", "numbers", 2000) == 2000
    assert engine.rows("select count(*) from duckdb_tables() where table_name = 'hashes'") == [(0,)]
