"""One simulated shop for the tests of its parts, and its files on disk."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.sources.simulated.files import FILES, write_shop
from regulars.sources.simulated.plan import Plan
from regulars.sources.simulated.shop import Shop, simulated_shop


@pytest.fixture(scope="session")
def shop() -> Shop:
    return simulated_shop(Plan(seed=3))


@pytest.fixture(scope="session")
def folder(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the shop."""
    place = tmp_path_factory.mktemp("shop")
    with DuckDBEngine(threads=2) as engine:
        write_shop(engine, shop, place)
    return place


@pytest.fixture(scope="session")
def files(folder: Path) -> dict[str, pd.DataFrame]:
    """The files as pandas reads them, by the names of the contract."""
    texts = {"customer_id": str, "order_id": str}
    return {table: pd.read_csv(folder / name, dtype=texts) for table, name in FILES.items()}
