"""What marketing cost: in each month, each paid channel's new customers times what one cost in that month.

The cost of a customer of channel c in month m of the shop (from 0) is CAC_c (1 + drift m / 12), so over the
whole time CAC per channel = what was spent on it / its new customers, exactly and not on average.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regulars.sources.simulated.lives import Lives
from regulars.sources.simulated.plan import Integers, Plan


@dataclass(frozen=True)
class Spending:
    """One entry per month and paid channel: first day of the month, number of the channel, cents."""

    month: NDArray[np.datetime64]
    channel: Integers
    cents: Integers


def spending_of(plan: Plan, lives: Lives) -> Spending:
    """Return what was spent on the customers that came."""
    arrived = plan.moments(lives.arrival).astype("datetime64[M]")
    months = np.arange(np.datetime64(plan.first_day, "M"), np.datetime64(plan.last_day, "M") + 1)
    number = (arrived - months[0]).astype(np.int64)
    new = np.zeros((len(months), len(plan.channels)), dtype=np.int64)
    np.add.at(new, (number, lives.channel), 1)
    first_cost = np.array([channel.cost_per_customer for channel in plan.channels])
    cost = first_cost * (1.0 + plan.cost_drift * np.arange(len(months))[:, None] / 12.0)
    cents = np.rint(100.0 * new * cost).astype(np.int64)
    paid = np.flatnonzero(first_cost > 0.0)
    month, channel = np.repeat(np.arange(len(months)), len(paid)), np.tile(paid, len(months))
    return Spending(months[month].astype("datetime64[D]"), channel, cents[month, channel])
