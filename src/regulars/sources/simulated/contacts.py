"""What passes between the shop and its customers, as the contract's tables: one function each, columns in its order."""

from __future__ import annotations

import numpy as np

from regulars.sources.simulated import campaign as campaigns
from regulars.sources.simulated.campaign import Assignment
from regulars.sources.simulated.columns import (
    Columns,
    customer_ids,
    moments_seen,
    numbered,
    order_ids,
    repeated,
    scores_given,
)
from regulars.sources.simulated.lives import Lives
from regulars.sources.simulated.orders import Orders
from regulars.sources.simulated.plan import Plan
from regulars.sources.simulated.points import Ledger
from regulars.sources.simulated.service import CATEGORIES, Tickets
from regulars.sources.simulated.surveys import Survey

_SEVERITIES = np.array(["low", "normal", "high"], dtype=object)


def assignments(plan: Plan, assignment: Assignment | None) -> Columns:
    """Return who was drawn into which arm."""
    drawn = assignment.customer if assignment else np.zeros(0, dtype=np.int64)
    treated = assignment.treated if assignment else np.zeros(0, dtype=np.bool_)
    name, day, share = (
        (assignment.campaign.name, assignment.campaign.day, assignment.campaign.treated) if assignment else ("", 0, 0.0)
    )
    return {
        "campaign_id": repeated(name, len(drawn)),
        "customer_id": customer_ids(drawn),
        "arm": np.where(treated, "treated", "control").astype(object),
        "probability": np.full(len(drawn), share),
        "assigned_at": plan.moments(np.full(len(drawn), float(day))),
    }


def interactions(plan: Plan, assignment: Assignment | None, lives: Lives) -> Columns:
    """Return the contacts of the campaign, by time."""
    if assignment is None:
        none = np.zeros(0, dtype=np.int64)
        contacts: Columns = {"customer": none, "day": none.astype(np.float64), "kind": none.astype(object)}
    else:
        contacts = campaigns.interactions_of(plan, assignment, lives)
    by_time = np.lexsort((contacts["customer"], contacts["day"]))
    return {
        "customer_id": customer_ids(contacts["customer"][by_time]),
        "happened_at": plan.moments(contacts["day"][by_time]),
        "medium": repeated("email", len(by_time)),
        "kind": contacts["kind"][by_time],
        "campaign_id": repeated(assignment.campaign.name if assignment else "", len(by_time)),
    }


def tickets(plan: Plan, orders: Orders, asked: Tickets) -> Columns:
    """Return the tickets, by time."""
    by_time = np.argsort(asked.opened, kind="stable")
    order, resolved = asked.order[by_time], asked.resolved[by_time]
    done = resolved < plan.days
    return {
        "ticket_id": numbered("T", len(order)),
        "customer_id": customer_ids(orders.customer[order]),
        "order_id": order_ids(order),
        "opened_at": plan.moments(asked.opened[by_time]),
        "category": np.array(CATEGORIES, dtype=object)[asked.category[by_time]],
        "severity": _SEVERITIES[asked.severity[by_time]],
        "state": np.where(done, "resolved", "open").astype(object),
        "first_reply_at": moments_seen(plan, asked.replied[by_time], asked.replied[by_time] < plan.days),
        "resolved_at": moments_seen(plan, resolved, done),
        "satisfaction": scores_given(asked.satisfaction[by_time], asked.said[by_time]),
    }


def feedback(plan: Plan, orders: Orders, surveys: tuple[Survey, ...]) -> Columns:
    """Return the invitations to all surveys, by time."""
    names = np.concatenate([repeated(survey.name, len(survey.order)) for survey in surveys])
    order, invited, answered, score, said = (
        np.concatenate([getattr(survey, column) for survey in surveys])
        for column in ("order", "invited", "answered", "score", "said")
    )
    by_time = np.argsort(invited, kind="stable")
    return {
        "invitation_id": numbered("I", len(order)),
        "customer_id": customer_ids(orders.customer[order[by_time]]),
        "survey": names[by_time],
        "order_id": order_ids(order[by_time]),
        "invited_at": plan.moments(invited[by_time]),
        "answered_at": moments_seen(plan, answered[by_time], said[by_time]),
        "score": scores_given(score[by_time], said[by_time]),
    }


def loyalty_entries(plan: Plan, orders: Orders, ledger: Ledger) -> Columns:
    """Return the ledger of points, by time."""
    kinds = (("earn", ledger.earned), ("spend", ledger.spent), ("expire", ledger.expired))
    order, points, day = (np.concatenate([entries[place] for _, entries in kinds]) for place in range(3))
    kind = np.concatenate([repeated(name, len(entries[0])) for name, entries in kinds])
    by_time = np.lexsort((order, day))
    earns = kind[by_time] == "earn"
    return {
        "entry_id": numbered("L", len(order)),
        "customer_id": customer_ids(orders.customer[order[by_time]]),
        "entered_at": plan.moments(day[by_time]),
        "kind": kind[by_time],
        "points": points[by_time],
        "order_id": order_ids(order[by_time]),
        "expires_at": moments_seen(plan, day[by_time] + plan.loyalty.expires_after, earns),
    }
