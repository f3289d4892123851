"""What every test may ask for: the shared data sets and an engine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from regulars.engines.duckdb import DuckDBEngine

ROOT = Path(__file__).resolve().parents[1]


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


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    """An empty engine of two threads."""
    with DuckDBEngine(threads=2, memory_limit="2GB") as session:
        yield session
