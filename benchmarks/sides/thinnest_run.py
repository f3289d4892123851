"""The thinnest program that could be called our run: it bounds what any version of it can reach with this engine.

DuckDB reads columns of given types, sums them to days and histories, and writes the columns that a run writes, in the
same order and packing. Between the two, regulars' own functions fit both models and score the distinct histories with
their intervals (`thinnest_scores.py`). Nothing else of a run is left: no row is judged or counted, no refund matched,
no receipt, no total, no page, and Python ends without tidying up.

    python benchmarks/sides/thinnest_run.py orders.csv customers.parquet [memory limit of DuckDB, such as 800MB]

`tests/unit/benchmarks/test_thinnest.py` holds its predictions against those of `regulars run`.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from threading import Thread

import duckdb

THREADS = 2
# As the command of a run sets it: threads of BLAS would only wait for those of the scores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
KEYS = ("frequency", "recency", "age")
COLUMNS = {"order_id": "BIGINT", "customer_id": "VARCHAR", "order_date": "DATE", "amount": "DECIMAL(18,4)"}
DAYS = """
    create temp table days as
    select customer_id, order_date, cast(sum(amount) as decimal(18, 4)) as amount, cast(count(*) as integer) as orders
    from orders group by customer_id, order_date
"""
PEOPLE = """
    create temp table people as
    with by_customer as (
        select customer_id, min(order_date) as first_order, max(order_date) as last_order,
               cast(count(*) as integer) as days, cast(sum(orders) as integer) as orders,
               cast(sum(amount) as decimal(18, 4)) as total,
               cast(arg_min(amount, order_date) as decimal(18, 4)) as first_amount
        from days group by customer_id
    )
    select customer_id, first_order, last_order, days, orders, total, total - first_amount as repeated,
           days - 1 as frequency, last_order - first_order as recency,
           (select max(order_date) from days) - first_order as age
    from by_customer
"""
HISTORIES = """
    select frequency, recency, age, count(*) as customers from people group by all order by frequency, recency, age
"""
SPENT = """
    select frequency, cast(repeated as double) as total, count(*) as customers from people where frequency > 0
    group by frequency, repeated order by frequency, repeated
"""
WRITE = """
    copy (
        select customer_id, first_order, last_order, cast(orders as bigint) as orders,
               cast(days as bigint) as purchase_days, cast(p.frequency as bigint) as frequency,
               cast(p.recency as bigint) as recency, cast(p.age as bigint) as age,
               cast(repeated as double) / nullif(p.frequency, 0) as monetary, cast(total as double) as historic_value,
               alive as probability_alive, purchases as expected_purchases, buys as probability_purchase,
               {scale} * expected as expected_value, {scale} * low as value_low, {scale} * median as value_median,
               {scale} * high as value_high, {scale} * soon as clv, {scale} * ever as residual_value
        from people p
        join scores s on p.frequency = s.frequency and p.recency = s.recency and p.age = s.age
        order by customer_id
    ) to '{target}' (format parquet, compression zstd, compression_level 1, dictionary_size_limit 4096)
"""


def main(source: str, target: str, memory_limit: str = "") -> None:
    """Value the customers of `source` (CSV) into `target` (Parquet)."""
    # The libraries of the mathematics load while the engine reads.
    libraries = Thread(target=import_module, args=["thinnest_scores"])
    libraries.start()
    limited = {"memory_limit": memory_limit, "temp_directory": f"{target}.spill"} if memory_limit else {}
    connection = duckdb.connect(config={"threads": THREADS, **limited})
    connection.register("orders", connection.read_csv(source, columns=COLUMNS, header=True))
    for statement in (DAYS, PEOPLE, "drop table days"):
        connection.execute(statement)
    histories = connection.execute(HISTORIES).fetchnumpy()
    spent = connection.execute(SPENT).fetchnumpy()
    libraries.join()
    predictions, gamma = import_module("thinnest_scores").predict(histories, spent)
    connection.register("scores_here", {name: histories[name] for name in KEYS} | predictions)
    connection.execute("create temp table scores as select * from scores_here")
    connection.execute(WRITE.format(target=target, scale=f"({gamma!r} + cast(repeated as double))"))
    if memory_limit:
        connection.close()  # removes what was spilled


if __name__ == "__main__":
    main(*sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)  # what a run holds is not taken apart piece by piece
