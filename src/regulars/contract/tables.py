"""The tables an intake leaves in the engine: their columns, types and meaning."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column of a table: its name, its SQL type, what it holds, and what must be true of it.

    `required` forbids nulls, `among` lists every value that may stand there, `refers_to` names the
    column ("customers.customer_id") in which each value must be found.
    """

    name: str
    type: str
    meaning: str
    required: bool = False
    among: tuple[str, ...] = ()
    refers_to: str = ""


@dataclass(frozen=True)
class Table:
    """One table of the record; no two rows have the same values in all columns of `key`, where it has one."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    @property
    def definition(self) -> str:
        """The columns as SQL declares them.

        >>> QUARANTINE.definition
        'file VARCHAR, line BIGINT, reason VARCHAR, content VARCHAR'
        """
        return ", ".join(f"{column.name} {column.type}" for column in self.columns)


MONEY = "DECIMAL(18,4)"

ORDERS = Table(
    "orders",
    "One row per customer and order, summed over its sale and discount lines.",
    (
        Column("customer_id", "VARCHAR", "who bought"),
        Column("order_id", "VARCHAR", "which order; 'row N' where the source names none"),
        Column("order_date", "DATE", "local day of its first line"),
        Column("amount", MONEY, "sum of its sale and discount lines; negative where an order is a discount alone"),
    ),
)
REFUNDS = Table(
    "refunds",
    "One row per refund line and order it was matched to, and one for what stayed unmatched.",
    (
        Column("customer_id", "VARCHAR", "who was refunded"),
        Column("order_id", "VARCHAR", "the order it belongs to; null where none was found"),
        Column("order_date", "DATE", "day of that order; null where none was found"),
        Column("refund_date", "DATE", "local day of the refund"),
        Column("amount", MONEY, "negative"),
    ),
)
ORDER_DETAILS = Table(
    "order_details",
    "One row per customer and order, for learners alone; of the columns after lines, those that the source knows.",
    (
        Column("customer_id", "VARCHAR", "who bought"),
        Column("order_id", "VARCHAR", "which order, as in `orders`"),
        Column("lines", "BIGINT", "its sale lines"),
        Column("products", "BIGINT", "different products in it; null where no line names one"),
        Column("new_products", "BIGINT", "those of them that the customer had not bought in an earlier order"),
        Column("pieces", "DECIMAL(38,6)", "pieces in it; null where no line says"),
        Column("categories", "MAP(VARCHAR, UBIGINT)", "its lines per category; null where no line has one"),
        Column("channel", "VARCHAR", "where it was placed, as in the first of its lines that says"),
        Column("discount", "DECIMAL(38,4)", "money taken off, 0 or more"),
        Column("coupon", "BOOLEAN", "whether a coupon was used"),
        Column("country", "VARCHAR", "where the customer lived, as in the first of its lines that says; so below"),
        Column("region", "VARCHAR", "which part of the country"),
        Column("gender", "VARCHAR", "as the customer told"),
        Column("age", "DOUBLE", "of the customer in years"),
        Column("loyalty", "VARCHAR", "whether, or in which tier, the customer collected points"),
        Column("store", "VARCHAR", "which shop it was bought in"),
        Column("device", "VARCHAR", "what it was ordered with"),
        Column("payment", "VARCHAR", "how it was paid"),
        Column("shipping", "VARCHAR", "how it was sent"),
    ),
    key=("customer_id", "order_id"),
)
SUBSCRIPTIONS = Table(
    "subscriptions",
    "One row per valid row of a contract.",
    (
        Column("customer_id", "VARCHAR", "whose contract it is"),
        Column("track", "VARCHAR", "the contract, or its plan where contracts have no id; empty where neither is"),
        Column("plan", "VARCHAR", "what it is for; null where not known"),
        Column("started", "DATE", "local day on which it began"),
        Column("ended", "DATE", "local day on which it ended; null while it runs"),
        Column("amount", MONEY, "what it pays per billing period"),
        Column("months", "INTEGER", "length of a billing period in months; 0 where it is counted in days"),
        Column("days", "INTEGER", "length of a billing period in days; 0 where it is counted in months"),
    ),
)
QUARANTINE = Table(
    "quarantine",
    "One row per row that could not be used.",
    (
        Column("file", "VARCHAR", "file or table it stood in"),
        Column("line", "BIGINT", "line of a text file, row of a Parquet file or table, from 1; null where unknown"),
        Column("reason", "VARCHAR", "name of the rule that put it here"),
        Column("content", "VARCHAR", "the line as it stands in the file, or the row as JSON"),
    ),
)
