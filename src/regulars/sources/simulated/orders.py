"""When the customers buy, and how much each means to spend.

The first order falls on the arrival. After it a customer buys while alive: N ~ Poisson(λ [S(end) - S(arrival)])
orders until end = min(death, last day), evenly in the shop's own time, and in the days of a campaign
those that it brings (`campaign`). The sum each means to spend is drawn from the customer's Gamma(p, ν).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.sources.simulated.campaign import Assignment, extra_exposure
from regulars.sources.simulated.clock import SeasonClock
from regulars.sources.simulated.lives import Lives
from regulars.sources.simulated.plan import Floats, Integers, Plan


@dataclass(frozen=True)
class Orders:
    """All orders in the order of time: customer, day since the opening, the sum the customer means to spend."""

    customer: Integers
    day: Floats
    intended: Floats

    def __len__(self) -> int:
        return len(self.customer)


def orders_of(plan: Plan, lives: Lives, clock: SeasonClock, assignment: Assignment | None) -> Orders:
    """Draw every order from the opening to the end of the days after the files."""
    rng = plan.draws(4)
    arrival, end = clock.shop_time(lives.arrival), clock.shop_time(np.minimum(lives.death, float(plan.all_days)))
    everyone = np.arange(len(lives))
    repeats, repeat_times = _poisson(rng, everyone, lives.rate * (end - arrival), arrival, end)
    extras, extra_times = _extra_orders(plan, lives, clock, assignment)
    customer = np.concatenate([everyone, repeats, extras])
    day = np.concatenate([lives.arrival, clock.day(np.concatenate([repeat_times, extra_times]))])
    # The last moment of the last day; interpolation may end a hair's breadth after it.
    day = np.minimum(day, plan.all_days - 1e-4)
    intended = rng.gamma(plan.spend_p, size=len(customer)) / lives.spend_rate[customer]
    by_time = np.lexsort((customer, day))
    return Orders(customer[by_time], day[by_time], intended[by_time])


def _extra_orders(
    plan: Plan, lives: Lives, clock: SeasonClock, assignment: Assignment | None
) -> tuple[Integers, Floats]:
    if assignment is None:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    treated = assignment.treated
    customer, expected = assignment.customer[treated], extra_exposure(assignment, lives, clock)[treated]
    day = float(assignment.campaign.day)
    last = np.clip(lives.death[customer], day, day + assignment.campaign.days)
    start = np.full(len(customer), clock.shop_time(np.array([day]))[0])
    return _poisson(plan.draws(5), customer, expected, start, clock.shop_time(last))


def _poisson(
    rng: np.random.Generator, customer: Integers, expected: Floats, start: Floats, end: Floats
) -> tuple[Integers, Floats]:
    """Return the customers and times of Poisson many events, which are uniform given their number."""
    each = np.repeat(np.arange(len(customer)), rng.poisson(expected))
    return customer[each], start[each] + rng.random(len(each)) * (end - start)[each]
