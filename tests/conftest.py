"""What every test may ask for (the shared data sets, a run over one, an engine), and one way of drawing examples."""

from __future__ import annotations

import datetime as dt
import fcntl
import functools
import importlib
import os
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import threads_of_libraries  # noqa: F401 - what it sets is read when NumPy is loaded, by the next imports
from hypothesis import is_hypothesis_test, settings

import regulars
from regulars.app.request import Request
from regulars.app.run import run
from regulars.engines.duckdb import DuckDBEngine
from regulars.progress import Progress

ROOT = Path(__file__).resolve().parents[1]

# The same examples in every run, and no verdict from how busy the machine is.
settings.register_profile("same-everywhere", derandomize=True, deadline=None, database=None, print_blob=True)
settings.load_profile("same-everywhere")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let property tests see the whole package: Hypothesis draws on the constants of every module that is loaded.

    Without this the examples of a test depend on which tests ran before it.
    """
    if is_hypothesis_test(getattr(item, "obj", None)):
        _load_every_module()


@functools.cache
def _load_every_module() -> None:
    for module in pkgutil.walk_packages(regulars.__path__, "regulars."):
        importlib.import_module(module.name)


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project: pyproject.toml, src, docs, examples."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of the shared data sets, which lie beside the project and are not part of it."""
    folder = ROOT.parent / "shared" / "data"
    if folder.is_dir():
        return folder
    if os.environ.get("CI"):
        pytest.fail("../shared/data is not here; CI needs the data sets beside the project", pytrace=False)
    pytest.skip("platform: ../shared/data is not here")


@pytest.fixture(scope="session")
def cdnow_run(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run over CDNOW, its model chosen on the past: made once, whichever process of the tests asks."""
    own = tmp_path_factory.getbasetemp()
    folder = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    out = folder / "cdnow"
    with (folder / "cdnow.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not out.exists():
            request = Request(threads=2, memory_limit="2GB", cac=20.0)
            orders = shared_data / "cdnow" / "cdnow_master.parquet"
            run([orders], request, out, report=True, today=dt.date(2026, 1, 1), progress=Progress())
    return out


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    """An empty engine of two threads."""
    with DuckDBEngine(threads=2, memory_limit="2GB") as session:
        yield session
