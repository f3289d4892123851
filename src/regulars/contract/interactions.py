"""Contacts between the shop and its customers: what was sent, held back, opened and clicked."""

from __future__ import annotations

from regulars.contract.tables import Column, Table

KINDS = ("sent", "held_back", "opened", "clicked")

INTERACTIONS = Table(
    "interactions",
    "One row per contact; the control arm has a row too, at the moment it would have been written to.",
    (
        Column("customer_id", "VARCHAR", "with whom", required=True, refers_to="customers.customer_id"),
        Column("happened_at", "TIMESTAMP", "local moment", required=True),
        Column("medium", "VARCHAR", "by which way, such as email", required=True),
        Column("kind", "VARCHAR", "what happened", required=True, among=KINDS),
        Column(
            "campaign_id", "VARCHAR", "the campaign it belongs to; null for none", refers_to="campaigns.campaign_id"
        ),
    ),
    key=("customer_id", "happened_at", "kind"),
)
