"""What was bought, line by line: each product in each order, and each piece that came back."""

from __future__ import annotations

from regulars.contract.tables import MONEY, Column, Table

STATUSES = ("paid", "refunded", "cancelled")

ORDER_LINES = Table(
    "order_lines",
    "One row per product of an order, and one per product of a refund; several rows may be alike.",
    (
        Column("order_id", "VARCHAR", "which order; for a refund that order's, or a number of its own", required=True),
        Column("ordered_at", "TIMESTAMP", "local moment of the order, or of the refund", required=True),
        Column("customer_id", "VARCHAR", "who bought; null where nobody knows", refers_to="customers.customer_id"),
        Column("product_id", "VARCHAR", "which product", required=True, refers_to="products.product_id"),
        Column("product_name", "VARCHAR", "what the product is called"),
        Column("quantity", "BIGINT", "pieces; negative for a refund", required=True),
        Column("unit_price", MONEY, "price of one piece on that day", required=True),
        Column("amount", MONEY, "quantity × unit_price; negative for a refund", required=True),
        Column("currency", "VARCHAR", "currency of the amounts", required=True),
        Column("status", "VARCHAR", "what became of the order", required=True, among=STATUSES),
    ),
)
