"""A campaign drawn by lot: who was written to, who was held back, and what the letter did.

On the campaign's day every customer so far is assigned to be treated with probability π, whoever is
still a customer and whoever has silently left. A treated customer buys at (1 + u) times the own rate
for the campaign's days, so the extra purchases are a Poisson process of rate u λ s(t) and

    effect = mean over all assigned of u λ_i [S(min(end, death_i)) - S(start)]⁺

extra orders per customer assigned: the difference of the arms' means estimates it without bias.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.sources.simulated.clock import SeasonClock
from regulars.sources.simulated.lives import Lives
from regulars.sources.simulated.plan import Campaign, Floats, Integers, Mask, Plan


@dataclass(frozen=True)
class Assignment:
    """One entry per customer drawn; `sent_at` is the day since the opening on which the letter went or would have."""

    campaign: Campaign
    customer: Integers
    treated: Mask
    sent_at: Floats


def assignment_of(plan: Plan, lives: Lives) -> Assignment | None:
    """Draw the arms of the plan's campaign; None without one, or without a customer before it."""
    if plan.campaign is None:
        return None
    customer = np.flatnonzero(lives.arrival < plan.campaign.day)
    if not customer.size:
        return None
    rng = plan.draws(2)
    treated = rng.random(customer.size) < plan.campaign.treated
    return Assignment(plan.campaign, customer, treated, plan.campaign.day + 0.375 + rng.random(customer.size) / 24.0)


def extra_exposure(assignment: Assignment, lives: Lives, clock: SeasonClock) -> Floats:
    """Return u λ_i [S(end) - S(start)] for every customer drawn: the extra orders that the letter brings on average."""
    start = float(assignment.campaign.day)
    end = np.clip(lives.death[assignment.customer], start, start + assignment.campaign.days)
    span = clock.shop_time(end) - clock.shop_time(np.array([start]))
    return assignment.campaign.lift * lives.rate[assignment.customer] * span


def interactions_of(plan: Plan, assignment: Assignment, lives: Lives) -> dict[str, np.ndarray]:
    """Return who was written to or held back, and who opened and clicked: customer, day and kind of each contact."""
    rng, treated = plan.draws(3), assignment.treated
    customer = assignment.customer
    reads = treated & (lives.death[customer] > assignment.sent_at) & (rng.random(customer.size) < 0.45)
    clicks = reads & (rng.random(customer.size) < 0.25)
    opened = assignment.sent_at + rng.exponential(0.6, size=customer.size)
    kinds = [("sent", treated, 0.0), ("held_back", ~treated, 0.0), ("opened", reads, None), ("clicked", clicks, 0.002)]
    parts = [
        (customer[who], (assignment.sent_at if delay == 0.0 else opened + (delay or 0.0))[who], kind)
        for kind, who, delay in kinds
    ]
    return {
        "customer": np.concatenate([part[0] for part in parts]),
        "day": np.concatenate([part[1] for part in parts]),
        "kind": np.concatenate([np.full(len(part[0]), part[2], dtype=object) for part in parts]),
    }
