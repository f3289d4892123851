"""What the tests of the sources share: an engine per file, files written in a line, orders read in a line."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.progress import Progress
from regulars.sources.read import Intake, ReadOptions, read_orders

TODAY = dt.date(2026, 11, 22)


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDBEngine]:
    """One engine for the tests of a file; every reading replaces the tables of the one before."""
    with DuckDBEngine(threads=2, memory_limit="2GB") as session:
        yield session


@pytest.fixture(scope="module")
def read(engine: DuckDBEngine) -> Callable[..., Intake]:
    """Read orders into `engine`."""

    def reading(orders: object, *, today: dt.date = TODAY, **options: Any) -> Intake:
        return read_orders(engine, orders, ReadOptions(**options), today=today, progress=Progress())

    return reading


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file of orders; one whose name ends in .gz is packed."""

    def writing(content: str | bytes, name: str = "orders.csv") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return path

    return writing


@pytest.fixture
def groups() -> Callable[[Intake], dict[str, tuple[int, str | None]]]:
    """Return the receipt as rule → rows and amount, which reads well in a failure."""

    def counting(intake: Intake) -> dict[str, tuple[int, str | None]]:
        return {
            line.rule: (line.rows, None if line.amount is None else f"{line.amount:.2f}")
            for line in intake.receipt.lines
        }

    return counting
