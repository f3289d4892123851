"""Who the customers are: when each came, through which channel, and whether they collect points."""

from __future__ import annotations

from regulars.contract.tables import Column, Table

TIERS = ("none", "silver", "gold")

CUSTOMERS = Table(
    "customers",
    "One row per customer, as of the day of the export.",
    (
        Column("customer_id", "VARCHAR", "the customer", required=True),
        Column("acquired_on", "DATE", "local day of the first order", required=True),
        Column("channel", "VARCHAR", "the marketing channel that brought the customer", required=True),
        Column("loyalty_since", "DATE", "day on which the customer began to collect points; null for others"),
        Column("tier", "VARCHAR", "loyalty tier on the day of the export; null for others", among=TIERS),
    ),
    key=("customer_id",),
)
