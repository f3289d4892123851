"""DuckDB alone: every value of the orders looked at once, nothing kept: what no way of reading them can be under."""

from __future__ import annotations

import sys

import duckdb


def main(source: str) -> None:
    """Scan `source` (Parquet) and print the number of orders."""
    orders = duckdb.connect().read_parquet(source)
    columns = "count(*), max(order_id), max(customer_id), max(order_date), sum(amount)"
    print(orders.aggregate(columns).fetchall()[0][0])


if __name__ == "__main__":
    main(*sys.argv[1:])
