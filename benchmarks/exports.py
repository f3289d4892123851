"""A shop's export of any size, written with bounded memory: what the rows about size are measured on.

The customers and orders are those of `simulate`, watched two months longer, so that 40 customers place a little more
than 100 orders. They are drawn some customers at a time, parted by month on disk, and written month by month in the
order of the days: numbered from 1 as a shop's export is, as Parquet (ids as whole numbers) or as CSV.
"""

from __future__ import annotations

import argparse
import datetime as dt
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv, parquet

from simulate import FIRST_DAY, HEADER, Shop, chunks

WATCHED_DAYS = 600
BUCKET_DAYS = 30
ORDER = np.dtype([("customer", np.int32), ("day", np.int16), ("amount", np.float64)])
ROW_GROUP = 1_000_000
SCHEMA = pa.schema(
    [("order_id", pa.int64()), ("customer_id", pa.int64()), ("order_date", pa.date32()), ("amount", pa.float64())]
)
Write = Callable[[pa.Table], object]


def export(file: Path, customers: int, seed: int) -> int:
    """Write the orders of `customers` customers to `file`, by its ending; return how many there are."""
    with tempfile.TemporaryDirectory(dir=file.parent) as folder, _WRITERS[file.suffix](file) as write:
        months = _by_month(Path(folder), customers, seed)
        return _write(months, write)


def _by_month(folder: Path, customers: int, seed: int) -> list[Path]:
    """Part the simulated orders by month into files; return them in order."""
    months = [folder / f"{month:03}" for month in range(WATCHED_DAYS // BUCKET_DAYS)]
    with ExitStack() as stack:
        files = [stack.enter_context(month.open("wb")) for month in months]
        for chunk in chunks(customers, seed, Shop(watched=WATCHED_DAYS)):
            orders = _sorted(np.rec.fromarrays(chunk, dtype=ORDER))
            edges = np.searchsorted(orders["day"], np.arange(1, len(months)) * BUCKET_DAYS)
            for part, month in zip(np.split(orders, edges), files, strict=True):
                part.tofile(month)
    return months


def _write(months: list[Path], write: Write) -> int:
    done = 0
    for month in months:
        orders = _sorted(np.fromfile(month, dtype=ORDER))
        month.unlink()
        write(_table(orders, done + 1))
        done += len(orders)
    return done


def _sorted(orders: npt.NDArray[np.void]) -> npt.NDArray[np.void]:
    return orders[np.argsort(orders["day"], kind="stable")]


def _table(orders: npt.NDArray[np.void], first: int) -> pa.Table:
    since_1970 = orders["day"].astype(np.int32) + (FIRST_DAY - dt.date(1970, 1, 1)).days
    columns = [
        np.arange(first, first + len(orders)), orders["customer"].astype(np.int64) + 1, since_1970, orders["amount"]
    ]  # fmt: skip
    arrays = [pa.array(values).cast(field.type) for values, field in zip(columns, SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


@contextmanager
def _parquet(file: Path) -> Iterator[Write]:
    with parquet.ParquetWriter(file, SCHEMA, compression="zstd") as writer:
        yield lambda table: writer.write_table(table, row_group_size=ROW_GROUP)


@contextmanager
def _csv(file: Path) -> Iterator[Write]:
    with file.open("wb") as sink:
        sink.write(HEADER.encode())
        with csv.CSVWriter(sink, SCHEMA, write_options=csv.WriteOptions(include_header=False)) as writer:
            yield writer.write_table


_WRITERS = {".parquet": _parquet, ".csv": _csv}


def main() -> None:
    """Write one export and print how many orders it holds."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("file", type=Path, help="where to write; .parquet or .csv")
    parser.add_argument("--customers", type=int, default=40_000)
    parser.add_argument("--seed", type=int, default=2)
    options = parser.parse_args()
    part = options.file.with_name(f"part-{options.file.name}")
    print(export(part, options.customers, options.seed))
    part.replace(options.file)


if __name__ == "__main__":
    main()
