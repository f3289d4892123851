"""The loyalty programme: points earned, spent on gifts and expired, as a ledger.

A member earns a point per unit of money kept, credited when the time for returns is over. At an order a
member with enough points takes a gift in two of three cases. Points not spent expire a year after
they were credited, the oldest first: with E(t) the points credited up to t and G(t) those gone,

    G(t) = max(G(t-), E(t - 365)),   and what expires is the step that this makes.

Who joins is no accident: the more often someone buys, the likelier. Members are no fair comparison.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from regulars.sources.simulated.lives import Lives
from regulars.sources.simulated.orders import Orders
from regulars.sources.simulated.plan import Floats, Integers, Mask, Plan

TAKES_GIFT = 2.0 / 3.0
_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Ledger:
    """Entries of points by order number: earned, spent (one gift each) and expired, with their days since the opening.

    An expiry carries the order that had earned the points. `window` holds the points credited to each
    customer in the last year before the end of the files.
    """

    member: Mask
    earned: tuple[Integers, Integers, Floats]
    spent: tuple[Integers, Integers, Floats]
    expired: tuple[Integers, Integers, Floats]
    window: Integers


@dataclass(frozen=True)
class _Account:
    """The orders of members, by member and time, with what each earned and when that is credited."""

    order: Integers
    customer: Integers
    day: Floats
    points: Integers
    credited: Floats

    @property
    def running(self) -> Integers:
        """The points of all members up to each order, with 0 before the first."""
        return np.concatenate([[0], np.cumsum(self.points)])

    def credited_until(self, day: Floats) -> Integers:
        """Return E: the points of each order's customer credited up to `day` (one per order)."""
        width = 1e5  # days; longer than any shop, so that customer and day make one number that ascends
        found = np.searchsorted(self.customer * width + self.credited, self.customer * width + day, side="right")
        start = np.searchsorted(self.customer, self.customer)
        running = self.running
        return running[np.maximum(found, start)] - running[start]


def ledger_of(plan: Plan, lives: Lives, orders: Orders, kept: Integers) -> Ledger:
    """Keep the books of the programme until the end of the files; `kept` is in cents, per order."""
    rng, rules = plan.draws(8), plan.loyalty
    often = np.argsort(np.argsort(lives.rate)) / max(len(lives), 1)
    member = rng.random(len(lives)) < 0.15 + 0.5 * often
    account = _account(plan, orders, kept, member)
    wants = rng.random(len(account.order)) < TAKES_GIFT
    gone, gifts = _gifts(plan, account, wants)
    in_files = (account.credited < plan.days) & (account.points > 0)
    recent = in_files & (account.credited >= plan.days - rules.expires_after)
    window = np.bincount(account.customer[recent], weights=account.points[recent], minlength=len(lives))
    return Ledger(
        member,
        (account.order[in_files], account.points[in_files], account.credited[in_files]),
        (account.order[gifts], np.full(gifts.sum(), -rules.gift), account.day[gifts]),
        _expiries(plan, account, gone),
        np.rint(window).astype(np.int64),
    )


def _account(plan: Plan, orders: Orders, kept: Integers, member: Mask) -> _Account:
    order = np.flatnonzero(member[orders.customer] & (orders.day < plan.days))
    order = order[np.lexsort((orders.day[order], orders.customer[order]))]
    day = orders.day[order]
    return _Account(order, orders.customer[order], day, kept[order] // 100, day + plan.loyalty.credited_after)


def _gifts(plan: Plan, account: _Account, wants: Mask) -> tuple[Integers, Mask]:
    """Return the points gone after each order, and at which orders a gift was taken.

    One turn per rank of order, over all members at once: what is gone depends on the order before.
    """
    gone, gifts = np.zeros(len(account.order), dtype=np.int64), np.zeros(len(account.order), dtype=np.bool_)
    credited = account.credited_until(account.day)
    expired = account.credited_until(account.day - plan.loyalty.expires_after)
    rank = np.arange(len(account.order)) - np.searchsorted(account.customer, account.customer)
    by_rank = np.argsort(rank, kind="stable")
    edges = np.searchsorted(rank[by_rank], np.arange(rank.max(initial=-1) + 2))
    for turn, (start, end) in enumerate(pairwise(edges)):
        now = by_rank[start:end]
        before = gone[now - 1] if turn else np.zeros(len(now), dtype=np.int64)
        gone[now] = np.maximum(before, expired[now])
        gifts[now] = wants[now] & (credited[now] - gone[now] >= plan.loyalty.gift)
        gone[now] += plan.loyalty.gift * gifts[now]
    return gone, gifts


def _expiries(plan: Plan, account: _Account, gone: Integers) -> tuple[Integers, Integers, Floats]:
    """Return the points of each order that expired: what its credit leaves of E above all that was gone by then."""
    if not len(account.order):
        return _NONE, _NONE, np.zeros(0)
    day = account.credited + plan.loyalty.expires_after
    start = np.searchsorted(account.customer, account.customer)
    width = 1e5
    last = np.searchsorted(account.customer * width + account.day, account.customer * width + day, side="right") - 1
    running = account.running
    until, before = running[1:] - running[start], running[:-1] - running[start]
    points = np.maximum(until - np.maximum(gone[last], before), 0)
    seen = (points > 0) & (day < plan.days)
    return account.order[seen], -points[seen], day[seen]
