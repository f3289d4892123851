"""DuckDB alone: read the orders and summarise them to one history per customer: the floor under our own run."""

from __future__ import annotations

import sys

import duckdb

SUMMARISE = """
    create table histories as
    select customer_id, count(*) - 1 as frequency,
           max(order_date) - min(order_date) as recency,
           (select max(order_date) from days) - min(order_date) as age,
           avg(amount) as monetary
    from days group by customer_id
"""


def main(source: str) -> None:
    """Summarise `source` (CSV) and print the number of customers."""
    connection = duckdb.connect()
    columns = {"order_id": "BIGINT", "customer_id": "VARCHAR", "order_date": "DATE", "amount": "DECIMAL(18,4)"}
    orders = connection.read_csv(source, columns=columns)
    connection.register("orders", orders)
    connection.execute(
        "create table days as select customer_id, order_date, sum(amount) as amount from orders group by all"
    )
    connection.execute(SUMMARISE)
    print(connection.execute("select count(*) from histories").fetchall()[0][0])


if __name__ == "__main__":
    main(*sys.argv[1:])
