"""More orders than memory: the same bytes as with plenty of it, and nothing left on the disk."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from regulars.app.request import Request
from regulars.app.run import run
from regulars.engines.duckdb import DuckDBEngine
from regulars.progress import Progress

TODAY = dt.date(2026, 1, 1)
# Customers who come once to a dozen times over 500 days; a few orders are refunded, some repeat on a day.
ORDERS = """
select 'order ' || i as order_id,
    'customer ' || floor(pow(hash(i) % 1000003 / 1000003, 1.6) * 90000)::int as customer_id,
    date '2024-01-01' + (i // 600)::int as order_date,
    case when i % 97 = 0 then -1 else 1 end * (5 + hash(i, 1) % 9000 / 100) as amount
from range(300000) t(i) order by i
"""


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "orders.parquet"
    with DuckDBEngine(threads=2) as engine:
        engine.write_parquet(ORDERS, path)
    return path


def outcome(orders: Path, out: Path, **options: Any) -> dict[str, bytes]:
    request = Request(as_of=dt.date(2025, 6, 1), model="bg-nbd", **options)
    run([orders], request, out, report=False, today=TODAY, progress=Progress())
    account = json.loads((out / "run.json").read_text())
    account.pop("run")
    rest = {path.name: path.read_bytes() for path in out.iterdir() if path.name != "run.json"}
    return {**rest, "account": json.dumps(account).encode()}


def test_the_same_bytes_whatever_the_memory(large: Path, tmp_path: Path) -> None:
    plenty = outcome(large, tmp_path / "plenty", threads=2)
    assert outcome(large, tmp_path / "scarce", threads=2, memory_limit="70MB") == plenty
    assert outcome(large, tmp_path / "scarcer", threads=1, memory_limit="60MB") == plenty
    assert {path.name for path in tmp_path.iterdir()} == {"orders.parquet", "plenty", "scarce", "scarcer"}
