"""What comes back: some lines whole, some in part, days or weeks later, some without the number of their order.

A line is returned with the probability of its customer's channel; in three of five cases whole, else any
number of pieces alike; after 1 to 28 days. One return in five does not name its order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.sources.simulated.baskets import Lines
from regulars.sources.simulated.lives import Lives
from regulars.sources.simulated.orders import Orders
from regulars.sources.simulated.plan import Floats, Integers, Mask, Plan

WHOLE = 0.6
LINKED = 0.8
LAST_DAY = 28


@dataclass(frozen=True)
class Returns:
    """One entry per line that came back: which line, how many pieces, on which day, whether it names its order."""

    line: Integers
    quantity: Integers
    day: Floats
    linked: Mask

    def __len__(self) -> int:
        return len(self.line)


def returns_of(plan: Plan, lives: Lives, orders: Orders, lines: Lines) -> Returns:
    """Draw what comes back of every line."""
    rng = plan.draws(7)
    share = np.array([channel.returned for channel in plan.channels])
    chance = share[lives.channel[orders.customer[lines.order]]]
    line = np.flatnonzero(rng.random(len(lines)) < chance)
    bought = lines.quantity[line]
    part = 1 + np.floor(rng.random(len(line)) * bought).astype(np.int64)
    whole = rng.random(len(line)) < WHOLE
    delay = 1.0 + rng.random(len(line)) * (LAST_DAY - 1)
    return Returns(
        line=line,
        quantity=np.where(whole, bought, part),
        day=orders.day[lines.order[line]] + delay,
        linked=rng.random(len(line)) < LINKED,
    )


def kept_cents(lines: Lines, returns: Returns, orders: int, before: float = np.inf) -> Integers:
    """Return what is left of each order, in cents, once the returns until the day `before` are taken off."""
    seen = returns.day < before
    line, pieces = returns.line[seen], returns.quantity[seen]
    cents = np.bincount(lines.order, weights=lines.cents, minlength=orders)
    back = np.bincount(lines.order[line], weights=pieces * lines.price[line], minlength=orders)
    return np.rint(cents - back).astype(np.int64)
