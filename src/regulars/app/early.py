"""Loads the rooms with heavy libraries while the engine reads.

Loading scipy takes longer than DuckDB needs to read a million orders, and DuckDB works outside
Python's interpreter lock, so the two fit beside each other.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from importlib import import_module

MODELLING = "regulars.valuation.run"
REPORTING = "regulars.reporting.report"


def loading(module: str, then: Callable[[], None] = lambda: None) -> Future[None]:
    """Begin to import `module` in a thread, then call `then`; the result raises what either raised."""
    pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="early")
    future = pool.submit(_load, module, then)
    pool.shutdown(wait=False)
    return future


def _load(module: str, then: Callable[[], None]) -> None:
    import_module(module)
    then()
