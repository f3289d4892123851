"""Surveys after orders, and who answers them: the delighted and the angry more than the content.

After an order a customer is asked with probability 0.15 whether they would recommend the shop (NPS, 0 to
10) and, apart from that, with 0.10 how satisfied they are (CSAT, 1 to 5). Everybody has an answer in mind,

    NPS = round(8.1 + 1.8 mood + Normal(0, 1)),   CSAT = round(4.2 + 0.7 mood + Normal(0, 0.6)),

kept within its scale, but gives it with probability 0.18 + 0.12 |mood|, and 0.10 more with a good mood:
the answers given are kinder than all answers would be. The truth beside the files holds both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.sources.simulated.lives import Lives
from regulars.sources.simulated.orders import Orders
from regulars.sources.simulated.plan import Floats, Integers, Mask, Plan

ASKED = {"nps": 0.15, "csat": 0.10}
SCALES = {"nps": (0, 10), "csat": (1, 5)}
_ANSWERS = {"nps": (8.1, 1.8, 1.0), "csat": (4.2, 0.7, 0.6)}
_PARTS = {"nps": 10, "csat": 11}


@dataclass(frozen=True)
class Survey:
    """One entry per invitation sent before the end of the files: `score` is what everybody has in mind."""

    name: str
    order: Integers
    invited: Floats
    answered: Floats
    score: Integers
    said: Mask


def survey_of(plan: Plan, lives: Lives, orders: Orders, name: str) -> Survey:
    """Draw the invitations to one survey ("nps" or "csat") and the answers."""
    rng = plan.draws(_PARTS[name])
    order = np.flatnonzero((rng.random(len(orders)) < ASKED[name]) & (orders.day + 7.0 < plan.days))
    invited = orders.day[order] + 7.0
    mood = lives.mood[orders.customer[order]]
    middle, slope, noise = _ANSWERS[name]
    felt = middle + slope * mood + rng.normal(0.0, noise, size=len(order))
    answers = rng.random(len(order)) < np.clip(0.18 + 0.12 * np.abs(mood) + 0.10 * (mood > 0.0), 0.0, 1.0)
    answered = invited + rng.exponential(1.0, size=len(order))
    score = np.clip(np.rint(felt), *SCALES[name]).astype(np.int64)
    return Survey(name, order, invited, answered, score, answers & (answered < plan.days))


def net_promoter_score(score: Integers) -> float | None:
    """Return the share of 9 and 10 minus the share of 0 to 6, times 100; None without a score.

    >>> net_promoter_score(np.array([10, 9, 8, 3]))
    25.0
    """
    if not len(score):
        return None
    return float(100.0 * (np.mean(score >= 9) - np.mean(score <= 6)))
