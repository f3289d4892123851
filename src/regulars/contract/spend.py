"""What marketing cost, by channel and month: the numerator of the cost of acquiring a customer."""

from __future__ import annotations

from regulars.contract.tables import MONEY, Column, Table

KINDS = ("media", "agency", "staff", "tool")

SPEND = Table(
    "spend",
    "One row per channel, month and kind of cost.",
    (
        Column("period_start", "DATE", "first day of the period", required=True),
        Column("period_end", "DATE", "last day of the period", required=True),
        Column("channel", "VARCHAR", "what the money went to", required=True),
        Column("kind", "VARCHAR", "kind of cost", required=True, among=KINDS),
        Column("amount", MONEY, "what was spent", required=True),
        Column("currency", "VARCHAR", "currency of the amount", required=True),
    ),
    key=("period_start", "channel", "kind"),
)
