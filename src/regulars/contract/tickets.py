"""Requests to the customer service: what about, how long until the answer, how satisfied the customer was."""

from __future__ import annotations

from regulars.contract.tables import Column, Table

STATES = ("open", "resolved")
SEVERITIES = ("low", "normal", "high")

TICKETS = Table(
    "tickets",
    "One row per ticket, as it stands on the day of the export.",
    (
        Column("ticket_id", "VARCHAR", "the ticket", required=True),
        Column("customer_id", "VARCHAR", "who asked", required=True, refers_to="customers.customer_id"),
        Column("order_id", "VARCHAR", "about which order", refers_to="order_lines.order_id"),
        Column("opened_at", "TIMESTAMP", "local moment of the request", required=True),
        Column("category", "VARCHAR", "what it is about", required=True),
        Column("severity", "VARCHAR", "how bad it is", required=True, among=SEVERITIES),
        Column("state", "VARCHAR", "what became of it", required=True, among=STATES),
        Column("first_reply_at", "TIMESTAMP", "local moment of the first answer; null before it"),
        Column("resolved_at", "TIMESTAMP", "local moment of the solution; null before it"),
        Column("satisfaction", "BIGINT", "1 (bad) to 5 (good); null where the customer did not say"),
    ),
    key=("ticket_id",),
)
