"""Ctrl-C ends a query at once, whatever the engine is busy with, and the engine can be closed."""

from __future__ import annotations

import _thread
import threading
import time

import pytest

from regulars.engines.duckdb import DuckDBEngine

ENDLESS = "select count(*) from range(1000000000000) as numbers(i) where i % 7 = 3"


def test_a_query_is_stopped_at_once() -> None:
    stopper = threading.Timer(0.3, _thread.interrupt_main)
    begun = time.perf_counter()
    with DuckDBEngine(threads=2) as engine:
        stopper.start()
        with pytest.raises(KeyboardInterrupt):
            engine.rows(ENDLESS)
        assert time.perf_counter() - begun < 10.0
        assert engine.rows("select 1") == [(1,)]


def test_an_error_of_a_query_is_its_own(engine: DuckDBEngine) -> None:
    with pytest.raises(Exception, match="no_such_table"):
        engine.rows("select 1 from no_such_table")
    assert engine.rows("select 2") == [(2,)]
