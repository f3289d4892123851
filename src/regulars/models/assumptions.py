"""What models of one family take for granted, in plain sentences; each model names its own in `assumptions`."""

from __future__ import annotations

NO_CALENDAR = "Seasons, rhythms and habits that grow or fade are not in it."
BUYING = (
    "While customers stay, each buys at random times, at a rate of their own that stays the same.",
    NO_CALENDAR,
    "The rates follow a gamma distribution: one group with many shades, not two groups with nothing in common.",
)
RHYTHM = (
    "While customers stay, each buys at a rate of their own that stays the same, more regularly than at random.",
    "All customers are equally regular: one number k for the whole base.",
    "Seasons and habits that grow or fade are not in it.",
    "The rates follow a gamma distribution: one group with many shades, not two groups with nothing in common.",
)
LEAVING = (
    "Leaving is never seen, only guessed from silence, and nobody comes back: a long pause counts as leaving.",
    "How often customers buy and how soon they leave have nothing to do with each other.",
)
