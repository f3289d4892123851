"""The table of customers that a run leaves, for whoever holds it after the engine has closed."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from regulars.app.files import CUSTOMERS_FILE
from regulars.engines.base import Engine, literal, quoted
from regulars.engines.duckdb import DuckDBEngine
from regulars.reporting.optional import library

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

COLUMNS = (
    "customer_id",
    "first_order",
    "last_order",
    "orders",
    "purchase_days",
    "frequency",
    "recency",
    "age",
    "monetary",
    "historic_value",
    "probability_alive",
    "expected_purchases",
    "probability_purchase",
    "expected_value",
    "value_low",
    "value_median",
    "value_high",
    "clv",
    "residual_value",
)


def write_customers(engine: Engine, path: Path, columns: Sequence[str] = COLUMNS) -> None:
    """Write these columns of the table `customers` of the engine as Parquet, in the order of the ids."""
    named = ", ".join(quoted(column) for column in columns)
    engine.write_parquet(f"select {named} from customers order by customer_id", path)


@dataclass(frozen=True, eq=False)
class Customers:
    """One row per customer, with the columns of `customers.parquet`; `to_*` raise `RunFailed` without their library.

    Held as a Parquet file in a temporary folder, which goes when this value does: memory does not grow with the
    customers, and the types are those of the file of a run.
    """

    file: Path
    rows: int

    @classmethod
    def of(cls, engine: Engine, rows: int, columns: Sequence[str] = COLUMNS) -> Customers:
        """Take these columns of the table `customers`, which has this many rows, out of the engine."""
        folder = tempfile.mkdtemp(prefix="regulars-")
        held = cls(Path(folder) / CUSTOMERS_FILE, rows)
        weakref.finalize(held, shutil.rmtree, folder, ignore_errors=True)
        write_customers(engine, held.file, columns)
        return held

    def __len__(self) -> int:
        return self.rows

    def to_pandas(self) -> pd.DataFrame:
        """Return a pandas dataframe; pyarrow is not needed for it."""
        pandas = library("pandas", extra="pandas")
        with DuckDBEngine() as engine:
            return pandas.DataFrame(engine.arrays(f"select * from read_parquet({literal(str(self.file))})"))

    def to_polars(self) -> pl.DataFrame:
        """Return a polars dataframe."""
        frame: pl.DataFrame = library("polars", extra="polars").read_parquet(self.file)
        return frame

    def to_arrow(self) -> pa.Table:
        """Return a pyarrow table."""
        library("pyarrow", extra="arrow")
        return import_module("pyarrow.parquet").read_table(self.file)
