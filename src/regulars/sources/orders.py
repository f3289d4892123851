"""Lines summed to orders: one row per customer and order."""

from __future__ import annotations

import math

from regulars.contract.rules import DISCOUNT, SALE
from regulars.contract.tables import MONEY, ORDERS
from regulars.engines.base import Engine
from regulars.sources.judge import Keeping
from regulars.sources.refunds import ROW_NAME, order_name
from regulars.sources.staging import LINES

# Distinct values are counted in turns of about so many rows, so that memory does not grow with the file; but each
# turn reads all hashes, and after the last of them the engine's own spilling is cheaper.
TURN = 4_000_000
MOST_TURNS = 4
BUYS = "amount >= 0"  # an order that is a discount alone has bought nothing
COUNTED = f"rule in ({SALE.code}, {DISCOUNT.code})"


def each_line_is_an_order(engine: Engine, kept: Keeping) -> bool:
    """Return whether no two lines share customer and order; equal hashes could only make it say no."""
    if not kept.order_id:
        return True
    if _order_ids_ascend(engine):
        return True
    rows = int(engine.rows(f"select count(*) from {LINES} where {COUNTED}")[0][0])
    lines = f"(select customer_id, order_id from {LINES} where {COUNTED})"
    return distinct(engine, "customer_id, coalesce(order_id, '')", lines, rows) == rows


def make_orders(engine: Engine, kept: Keeping, *, each: bool) -> None:
    """Make the table `orders` out of the judged lines, which are gone afterwards; `each` says that none share one."""
    if not each:
        _sum_lines(engine, kept)
    elif kept.order_id:
        _rename_lines(engine, kept)
    else:
        _name_lines(engine)


def customers_of_orders(engine: Engine, orders: int) -> int:
    """Return how many customers placed the `orders` of the table that bought something."""
    return distinct(engine, "customer_id", f"orders where {BUYS}", orders)


def distinct(engine: Engine, expression: str, relation: str, rows: int) -> int:
    """Return the number of distinct values of `expression`, by their 64-bit hashes."""
    turns = min(max(1, math.ceil(rows / TURN)), MOST_TURNS)
    hashes = f"select hash({expression}) as hash from {relation}"
    if turns == 1:
        return int(engine.rows(f"select count(distinct hash) from ({hashes})")[0][0])
    engine.execute(f"create or replace temp table hashes as {hashes}")
    counts = [
        engine.rows(f"select count(distinct hash) from hashes where hash % {turns} = {turn}") for turn in range(turns)
    ]
    engine.execute("drop table hashes")
    return sum(int(count[0][0]) for count in counts)


def _order_ids_ascend(engine: Engine) -> bool:
    """Return whether every order id is above the one before, as in most exports, so that they are distinct.

    It takes a sixth of the time of counting the distinct ones.
    """
    return engine.rows(
        f"""
        select count(*)
        from (select order_id, lag(order_id) over () as before from {LINES} where {COUNTED})
        where order_id is null or strlen(order_id) < strlen(before)
            or (strlen(order_id) = strlen(before) and order_id <= before)
        """
    ) == [(0,)]


def _sum_lines(engine: Engine, kept: Keeping) -> None:
    engine.execute(
        f"""
        create or replace table {ORDERS.name} as
        select customer_id, order_id, min(moment)::date as order_date, sum(amount)::{MONEY} as amount
        from (select customer_id, {order_name(kept)} as order_id, moment, amount from {LINES} where {COUNTED})
        group by customer_id, order_id
        """
    )
    engine.execute(f"drop table {LINES}")


def _name_lines(engine: Engine) -> None:
    engine.execute(
        f"""
        create or replace table {ORDERS.name} as
        select customer_id, {ROW_NAME} as order_id, moment::date as order_date, amount
        from {LINES} where {COUNTED}
        """
    )
    engine.execute(f"drop table {LINES}")


def _rename_lines(engine: Engine, kept: Keeping) -> None:
    """Turn the table of lines into that of orders where it stands, which costs neither time nor memory."""
    engine.execute(f"delete from {LINES} where not ({COUNTED})")
    engine.execute(f"update {LINES} set order_id = {ROW_NAME} where order_id is null")
    for column in kept.types:
        if column not in {"customer_id", "order_id", "moment", "amount"}:
            engine.execute(f"alter table {LINES} drop column {column}")
    engine.execute(f"alter table {LINES} alter column moment type date")
    engine.execute(f"alter table {LINES} rename column moment to order_date")
    engine.execute(f"drop table if exists {ORDERS.name}")
    engine.execute(f"alter table {LINES} rename to {ORDERS.name}")
