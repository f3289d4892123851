"""One file through the reading of orders, and what must hold of it whatever the file was."""

from __future__ import annotations

import datetime as dt
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mutants import Mutant

from regulars.engines.base import Engine
from regulars.errors import InputError
from regulars.progress import Progress
from regulars.sources.read import Intake, ReadOptions, read_orders

TODAY = dt.date(2026, 11, 22)
SECONDS = 30


def ending_of(engine: Engine, made: Mutant, folder: Path) -> str:
    """Read a mutant and return how that ended: "read", or "refused". Anything else is raised."""
    path = folder / made.name
    path.write_bytes(made.content)
    try:
        return ending_of_file(engine, path, made.rows)
    finally:
        path.unlink()


def ending_of_file(engine: Engine, path: Path, rows: int | None) -> str:
    """Read a file of so many rows, None where that is not known, and return how that ended."""
    try:
        with within_seconds(SECONDS):
            intake = read_orders(engine, path, ReadOptions(), today=TODAY, progress=Progress())
    except InputError:
        return "refused"
    check(engine, intake, rows)
    return "read"


def check(engine: Engine, intake: Intake, rows: int | None) -> None:
    """Every row and every penny is somewhere."""
    receipt = intake.receipt
    assert receipt.adds_up
    assert receipt.rows_read == sum(line.rows for line in receipt.lines)
    assert rows is None or receipt.rows_read == rows, f"{receipt.rows_read} rows read of {rows}"
    assert engine.rows("select count(*) from quarantine") == [(receipt.rows("quarantined"),)]
    for table, rules in (
        ("orders", ("sale", "discount")),
        ("refunds", ("refund of an order", "refund without its order")),
    ):
        held = engine.rows(f"select coalesce(sum(amount), 0) from {table}")[0][0]
        assert not receipt.has_money or held == receipt.amount_of(*rules), table


@contextmanager
def within_seconds(seconds: int) -> Iterator[None]:
    """Raise `TimeoutError` in the block when it takes longer."""

    def late(*_: object) -> None:
        raise TimeoutError(f"still at work after {seconds} seconds")

    earlier = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, earlier)
