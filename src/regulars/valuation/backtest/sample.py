"""The customers that a back-test judges by: all of them, or so many drawn by their ids that more would tell no more.

A score per customer has a standard error that falls with the root of their number; the shock between two windows,
which no number of customers makes smaller, is larger than that error long before all of a large base is judged.
"""

from __future__ import annotations

from regulars.engines.base import Engine, quoted
from regulars.valuation.histories import Record

MOST = 20_000
JUDGED = Record("orders_judged", "refunds_judged", "days_judged")
# A customer is drawn where the digest of the id lies below a bound: the same ones in every run, on every machine.
PARTS = 1_000_000
DRAWN = """
create or replace temp table customers_judged as
select customer_id from summaries where md5_number_lower(customer_id) % {parts} < $bound
"""
OF_THEM = """
create or replace temp table {table} as
select {columns} from {whole} where customer_id in (select customer_id from customers_judged)
"""
COLUMNS = {
    "orders": "customer_id, order_id, order_date, amount",
    "refunds": "customer_id, order_id, order_date, refund_date, amount",
    "record_days": "customer_id, purchase_day, amount, orders, purchase",
}


def draw_judged(engine: Engine, customers: int, *, most: int = MOST) -> Record:
    """Make the tables of the customers to judge by, about `most` of `customers`, and return their names.

    Reads the view `summaries` and the tables `orders`, `refunds` and `record_days`, which may be gone afterwards.
    """
    share = min(1.0, most / customers)
    engine.execute(DRAWN.format(parts=PARTS), {"bound": round(PARTS * share)})
    for whole, table in zip(COLUMNS, (JUDGED.orders, JUDGED.refunds, JUDGED.days), strict=True):
        engine.execute(OF_THEM.format(table=quoted(table), columns=COLUMNS[whole], whole=quoted(whole)))
    return JUDGED


def forget_judged(engine: Engine) -> None:
    """Drop the tables that `draw_judged` made."""
    for table in ("customers_judged", JUDGED.orders, JUDGED.refunds, JUDGED.days):
        engine.execute(f"drop table if exists {quoted(table)}")
