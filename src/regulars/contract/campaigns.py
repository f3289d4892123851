"""Who was drawn into which arm of a campaign, before anything was sent."""

from __future__ import annotations

from regulars.contract.tables import Column, Table

ARMS = ("treated", "control")

CAMPAIGNS = Table(
    "campaigns",
    "One row per campaign and customer who could have received it, whether it was sent or held back.",
    (
        Column("campaign_id", "VARCHAR", "which campaign", required=True),
        Column("customer_id", "VARCHAR", "who was assigned", required=True, refers_to="customers.customer_id"),
        Column("arm", "VARCHAR", "treated, or control: the holdout", required=True, among=ARMS),
        Column("probability", "DOUBLE", "chance of being treated when the lot was drawn, from 0 to 1", required=True),
        Column("assigned_at", "TIMESTAMP", "local moment of the draw; the outcome counts from here", required=True),
    ),
    key=("campaign_id", "customer_id"),
)
