"""The thinnest program without an engine: it bounds what any version of our run can reach on arrays held in memory.

It does the work of `thinnest_run.py` and relies on more: the ids are whole numbers of at most eight digits, dates and
amounts need no judging, and all orders fit into memory, as nothing can be spilled. Arrow reads and writes, and in
between one sorted array of whole numbers (customer, day, row) takes the place of tables.

    python benchmarks/sides/thinnest_arrays.py orders.csv customers.parquet

`tests/unit/benchmarks/test_thinnest.py` holds its predictions against those of `regulars run`.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from threading import Thread
from typing import Any

# As the command of a run sets it: threads of BLAS would only wait for those of the scores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv

Integers = NDArray[Any]
Columns = dict[str, NDArray[Any]]

THREADS = 2
TYPES = {"customer_id": pa.int32(), "order_date": pa.date32(), "amount": pa.float64()}
# Days have 20 of a number's bits; money is counted in ten-thousandths, as in a run.
DAY_BITS, PARTS = 20, 10_000
ROWS_PER_GROUP = 131_072
REPEATING = ["first_order", "last_order", "orders", "purchase_days", "frequency", "recency", "age"]


def main(source: str, target: str) -> None:
    """Value the customers of `source` (CSV) into `target` (Parquet)."""
    pa.set_cpu_count(THREADS)
    # The libraries of the mathematics load while the file is read.
    libraries = [Thread(target=import_module, args=[name]) for name in ("thinnest_scores", "pyarrow.parquet")]
    for library in libraries:
        library.start()
    people = summarise(*read(source))
    with ThreadPoolExecutor(1) as beside:
        spent, order = beside.submit(spend_seen, people), beside.submit(order_of_text, people["customer"])
        histories, history = distinct(people)
        for library in libraries:
            library.join()
        predictions, gamma = import_module("thinnest_scores").predict(histories, spent.result())
    write(target, people | {"history": history}, order.result(), predictions, gamma)


def read(source: str) -> tuple[Integers, Integers, Integers]:
    """Return customer, day and amount of each order, sorted by customer and day."""
    wanted = csv.ConvertOptions(include_columns=list(TYPES), column_types=TYPES)
    orders = csv.read_csv(source, read_options=csv.ReadOptions(block_size=1 << 22), convert_options=wanted)
    customer, amount = orders["customer_id"].to_numpy(), orders["amount"].to_numpy()
    day = orders["order_date"].cast(pa.int32()).to_numpy()
    del orders
    pa.default_memory_pool().release_unused()
    first, span, rows = int(day.min()), int(np.ptp(day)).bit_length(), len(day).bit_length()
    if int(customer.max()).bit_length() + span + rows > 63:
        raise SystemExit("customer, day and row do not fit into one number")
    packed = customer.astype(np.int64)
    packed <<= span
    packed += day - first
    packed <<= rows
    packed += np.arange(len(day))
    del customer, day
    packed.sort()
    amount = amount[packed & ((1 << rows) - 1)]
    amount *= PARTS
    packed >>= rows
    day = (packed & ((1 << span) - 1)).astype(np.int32) + np.int32(first)
    packed >>= span
    return packed.astype(np.int32), day, np.rint(amount, out=amount).astype(np.int64)


def summarise(customer: Integers, day: Integers, amount: Integers) -> Columns:
    """Return one entry per customer: orders, days, and what they were worth in ten-thousandths."""
    as_of = day.max()
    start = _starts(customer)
    end = np.append(start[1:], len(customer))
    orders = (end - start).astype(np.int32)
    days = _starts(customer, day).astype(np.int32)
    place = np.searchsorted(days, start.astype(np.int32)).astype(np.int32)
    worth = np.add.reduceat(amount, days)[place]
    total = np.add.reduceat(amount, start)
    first, last = day[start], day[end - 1]
    frequency = np.diff(np.append(place, np.int32(len(days)))) - np.int32(1)
    return {
        "customer": customer[start], "first": first, "last": last, "orders": orders, "frequency": frequency,
        "recency": last - first, "age": as_of - first, "total": total, "repeated": total - worth,
    }  # fmt: skip


def distinct(people: Columns) -> tuple[Columns, Integers]:
    """Return the distinct histories with counts, and each customer's row among them."""
    key = people["frequency"].astype(np.int64)
    for name in ("recency", "age"):
        key <<= DAY_BITS
        key += people[name]
    order = np.argsort(key)
    key = key[order]
    start = _starts(key)
    customers = np.diff(np.append(start, len(key)))
    history = np.empty(len(key), np.int32)
    history[order] = np.repeat(np.arange(len(start), dtype=np.int32), customers)
    key, day = key[start], (1 << DAY_BITS) - 1
    known = {"frequency": key >> 2 * DAY_BITS, "recency": key >> DAY_BITS & day, "age": key & day}
    return known | {"customers": customers}, history


def spend_seen(people: Columns) -> Columns:
    """Return what was seen of spend: repeat days, what they sum to, and customers with both."""
    back = people["frequency"] > 0
    frequency, repeated = people["frequency"][back], people["repeated"][back]
    order = np.lexsort((repeated, frequency))
    frequency, repeated = frequency[order], repeated[order]
    start = _starts(frequency, repeated)
    customers = np.diff(np.append(start, len(order)))
    return {"frequency": frequency[start], "total": repeated[start] / PARTS, "customers": customers}


def order_of_text(numbers: Integers) -> Integers:
    """Return the order of whole numbers (up to eight digits) as text: filled up with noughts, the shorter first."""
    digits = np.searchsorted(10 ** np.arange(1, 9), numbers, side="right") + 1
    return np.argsort(numbers * 10 ** (8 - digits) * 10 + digits)


def write(target: str, people: Columns, order: Integers, predictions: Columns, gamma: float) -> None:
    """Write the customers in that order, one group of rows while the next is put together."""
    from pyarrow import parquet  # noqa: PLC0415 - loaded while the file was read

    groups = [order[start : start + ROWS_PER_GROUP] for start in range(0, len(order), ROWS_PER_GROUP)]

    def put_together(rows: Integers) -> pa.Table:
        of = {name: values[rows] for name, values in people.items()}
        return _customers(of, {name: values[of["history"]] for name, values in predictions.items()}, gamma)

    packing = {"compression": "zstd", "compression_level": 1, "use_dictionary": REPEATING, "write_statistics": False}
    with ThreadPoolExecutor(1) as beside:
        following = beside.submit(put_together, groups[0])
        with parquet.ParquetWriter(target, following.result().schema, **packing) as file:
            for later in [*groups[1:], None]:
                table = following.result()
                if later is not None:
                    following = beside.submit(put_together, later)
                file.write_table(table)


def _customers(of: Columns, at: Columns, gamma: float) -> pa.Table:
    """Return the columns of a run for customers, from what is known and what is predicted of each."""
    repeated, scale = of["repeated"] / PARTS, gamma + of["repeated"] / PARTS
    whole = {name: of[name].astype(np.int64) for name in ("orders", "frequency", "recency", "age")}
    monetary = np.where(of["frequency"] > 0, repeated / np.maximum(of["frequency"], 1), np.nan)
    return pa.table({
        "customer_id": pa.array(of["customer"]).cast(pa.string()),
        "first_order": pa.array(of["first"]).view(pa.date32()),
        "last_order": pa.array(of["last"]).view(pa.date32()),
        "orders": whole["orders"], "purchase_days": whole["frequency"] + 1,
        "frequency": whole["frequency"], "recency": whole["recency"], "age": whole["age"],
        "monetary": pa.array(monetary, from_pandas=True), "historic_value": of["total"] / PARTS,
        "probability_alive": at["alive"], "expected_purchases": at["purchases"], "probability_purchase": at["buys"],
        "expected_value": scale * at["expected"], "value_low": scale * at["low"],
        "value_median": scale * at["median"], "value_high": scale * at["high"],
        "clv": scale * at["soon"], "residual_value": scale * at["ever"],
    })  # fmt: skip


def _starts(*sorted_columns: Integers) -> Integers:
    """Return where a new entry begins."""
    new = np.zeros(len(sorted_columns[0]), bool)
    new[0] = True
    for column in sorted_columns:
        new[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(new)


if __name__ == "__main__":
    main(*sys.argv[1:])
    os._exit(0)  # what a run holds is not taken apart piece by piece
