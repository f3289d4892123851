"""What is sold, and at which price and cost from which day on."""

from __future__ import annotations

from regulars.contract.tables import MONEY, Column, Table

PRODUCTS = Table(
    "products",
    "One row per product and price: a change of price is a new row.",
    (
        Column("product_id", "VARCHAR", "which product", required=True),
        Column("product_name", "VARCHAR", "what it is called", required=True),
        Column("category", "VARCHAR", "the group it belongs to", required=True),
        Column("valid_from", "DATE", "first day of this price", required=True),
        Column("unit_price", MONEY, "price of one piece", required=True),
        Column("unit_cost", MONEY, "what one piece costs the shop", required=True),
        Column("currency", "VARCHAR", "currency of price and cost", required=True),
    ),
    key=("product_id", "valid_from"),
)
