"""Tickets at the customer service: more after a return, slow in the season, and slow answers please nobody.

A ticket follows an order with probability 0.04, one with a return with 0.35. Hours to the solution are
lognormal with median 20 h × severity (0.5, 1, 2.5) × s(t), so the season's rush makes them longer. Two in five
customers then say how satisfied they were, on 1 to 5:

    satisfaction = round(4.6 - 0.9 log₂(1 + hours / 24) + 0.4 mood + Normal(0, 0.6)), kept within 1 and 5.

Tickets change nothing in how long anybody stays: who has one differs by being a frequent buyer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.sources.simulated.clock import SeasonClock
from regulars.sources.simulated.lives import Lives
from regulars.sources.simulated.orders import Orders
from regulars.sources.simulated.plan import Floats, Integers, Mask, Plan

CATEGORIES = ("delivery", "product", "billing", "other")
SLOPE = -0.9
_SEVERITY_SHARES = (0.3, 0.55, 0.15)
_SEVERITY_FACTORS = np.array([0.5, 1.0, 2.5])
_MEDIAN_HOURS = 20.0


@dataclass(frozen=True)
class Tickets:
    """One entry per ticket opened before the end of the files; days since the opening, `said` who gave a score."""

    order: Integers
    opened: Floats
    category: Integers
    severity: Integers
    replied: Floats
    resolved: Floats
    satisfaction: Integers
    said: Mask


def tickets_of(plan: Plan, lives: Lives, orders: Orders, came_back: Mask, clock: SeasonClock) -> Tickets:
    """Draw the tickets; `came_back` says which orders had a return."""
    rng = plan.draws(9)
    asks = rng.random(len(orders)) < np.where(came_back, 0.35, 0.04)
    order = np.flatnonzero(asks & (orders.day < plan.days))
    opened = orders.day[order] + 0.5 + rng.exponential(3.0, size=len(order))
    order, opened = order[opened < plan.days], opened[opened < plan.days]
    severity = rng.choice(3, size=len(order), p=_SEVERITY_SHARES)
    typical = _MEDIAN_HOURS * _SEVERITY_FACTORS[severity] * clock.mood(opened)
    hours = typical * np.exp(rng.normal(0.0, 0.8, size=len(order)))
    first = hours * rng.uniform(0.1, 0.9, size=len(order))
    mood = lives.mood[orders.customer[order]]
    felt = 4.6 + SLOPE * np.log2(1.0 + hours / 24.0) + 0.4 * mood + rng.normal(0.0, 0.6, size=len(order))
    category = rng.choice(len(CATEGORIES), size=len(order), p=(0.45, 0.25, 0.15, 0.15))
    resolved = opened + hours / 24.0
    return Tickets(
        order=order,
        opened=opened,
        category=category.astype(np.int64),
        severity=severity.astype(np.int64),
        replied=opened + first / 24.0,
        resolved=resolved,
        satisfaction=np.clip(np.rint(felt), 1, 5).astype(np.int64),
        said=(rng.random(len(order)) < 0.4) & (resolved < plan.days),
    )
