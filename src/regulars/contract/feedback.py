"""Surveys: who was asked, and who answered what. Those who kept silent stay in the table."""

from __future__ import annotations

from regulars.contract.tables import Column, Table

SURVEYS = ("nps", "csat")

FEEDBACK = Table(
    "feedback",
    "One row per invitation to a survey, answered or not.",
    (
        Column("invitation_id", "VARCHAR", "the invitation", required=True),
        Column("customer_id", "VARCHAR", "who was asked", required=True, refers_to="customers.customer_id"),
        Column("survey", "VARCHAR", "nps: would recommend, 0 to 10; csat: satisfied, 1 to 5", among=SURVEYS),
        Column("order_id", "VARCHAR", "the order after which it was sent", refers_to="order_lines.order_id"),
        Column("invited_at", "TIMESTAMP", "local moment of the invitation", required=True),
        Column("answered_at", "TIMESTAMP", "local moment of the answer; null without one"),
        Column("score", "BIGINT", "the answer, on the scale of the survey; null without one"),
    ),
    key=("invitation_id",),
)
