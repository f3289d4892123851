"""The ledger of loyalty points: entries are only ever added, and a balance is their sum."""

from __future__ import annotations

from regulars.contract.tables import Column, Table

KINDS = ("earn", "spend", "expire")

LOYALTY_ENTRIES = Table(
    "loyalty_entries",
    "One row per change of a customer's points.",
    (
        Column("entry_id", "VARCHAR", "the entry", required=True),
        Column("customer_id", "VARCHAR", "whose points", required=True, refers_to="customers.customer_id"),
        Column("entered_at", "TIMESTAMP", "local moment from which it counts", required=True),
        Column("kind", "VARCHAR", "what happened", required=True, among=KINDS),
        Column("points", "BIGINT", "above 0 for earned points, below 0 for spent and expired ones", required=True),
        Column("order_id", "VARCHAR", "the order that earned or spent them", refers_to="order_lines.order_id"),
        Column("expires_at", "TIMESTAMP", "when earned points expire if unused; null for other entries"),
    ),
    key=("entry_id",),
)
