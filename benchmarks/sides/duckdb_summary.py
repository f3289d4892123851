"""DuckDB alone: read the orders, summarise them to one history per customer, write a row per customer.

The floor under our own run: the same file in, the same columns of the same types out, in the same order and packing.
Nothing is judged, fitted or predicted: what would be predictions are cheap sums of what is known of the customer.
"""

from __future__ import annotations

import sys

import duckdb

SUMMARISE = """
    create table histories as
    select customer_id, min(order_date) as first_order, max(order_date) as last_order, sum(orders) as orders,
           count(*) as days, sum(amount) as total, arg_min(amount, order_date) as first_amount
    from days group by customer_id
"""
NUMBERS = ("alive", "expected", "chance", "value", "low", "median", "high", "clv", "residual")
SUMS = ", ".join(f"cast(total as double) / (days + {place}.5) as {name}" for place, name in enumerate(NUMBERS))
WRITE = f"""
    copy (
        select customer_id, first_order, last_order, cast(orders as bigint) as orders, days as purchase_days,
               days - 1 as frequency, last_order - first_order as recency,
               (select max(order_date) from days) - first_order as age,
               cast(total - first_amount as double) / nullif(days - 1, 0) as monetary,
               cast(total as double) as historic_value,
               {SUMS}
        from histories order by customer_id
    ) to '{{target}}' (format parquet, compression zstd, compression_level 1, dictionary_size_limit 4096)
"""


def main(source: str, target: str) -> None:
    """Summarise `source` (CSV) into `target` (Parquet) and print the number of customers."""
    connection = duckdb.connect()
    columns = {"order_id": "BIGINT", "customer_id": "VARCHAR", "order_date": "DATE", "amount": "DECIMAL(18,4)"}
    orders = connection.read_csv(source, columns=columns)
    connection.register("orders", orders)
    connection.execute(
        "create table days as select customer_id, order_date, sum(amount) as amount, count(*) as orders "
        "from orders group by customer_id, order_date"
    )
    connection.execute(SUMMARISE)
    connection.execute(WRITE.format(target=target))
    print(connection.execute("select count(*) from histories").fetchall()[0][0])


if __name__ == "__main__":
    main(*sys.argv[1:])
