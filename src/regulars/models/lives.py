"""Simulated customers: hidden lives, and the purchases they lead to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Lives:
    """What the future of living customers needs: the purchase rate, and when they stop.

    `lifetime` is the time of dropout, `purchases` the repeat purchase after which a customer
    drops out; infinite where dropout does not work that way.
    """

    rate: Floats
    lifetime: Floats
    purchases: Floats


@dataclass(frozen=True, eq=False)
class Turns(Lives):
    """Lives in opportunities: `rate` is the chance of a purchase at each, `lifetime` the last one that is lived to."""


@dataclass(frozen=True, eq=False)
class Staged(Lives):
    """Lives of regular buyers: `rate` is that of stages, every `stages`-th of which is a purchase.

    `phase` stages of the first have passed already. Nobody leaves between purchases here.
    """

    stages: int
    phase: int


@dataclass(frozen=True, eq=False)
class Purchases:
    """Repeat purchases of simulated customers: who and when, sorted by customer and time."""

    customer: NDArray[np.int64]
    time: Floats


def simulate(lives: Lives, until: Floats, rng: np.random.Generator) -> Purchases:
    """Return the repeat purchases of each customer in (0, until].

    While alive, purchases are a Poisson process: their number until then is Poisson and
    their times are independent and uniform; the first `lives.purchases` of them happen.
    """
    if isinstance(lives, Turns):
        return _in_turns(lives, until, rng)
    observed = np.minimum(until, lives.lifetime)
    number = rng.poisson(lives.rate * observed)
    customer = np.repeat(np.arange(until.size), number)
    time = rng.random(customer.size) * observed[customer]
    order = np.lexsort((time, customer))
    customer, time = customer[order], time[order]
    rank = np.arange(customer.size) - np.repeat(np.cumsum(number) - number, number)
    if isinstance(lives, Staged):
        bought = rank + 1 + lives.phase
        happens = (bought % lives.stages == 0) & (bought // lives.stages <= lives.purchases[customer])
    else:
        happens = rank < lives.purchases[customer]
    return Purchases(customer[happens], time[happens])


def count(lives: Lives, t: float, rng: np.random.Generator) -> Floats:
    """Return how many purchases each life makes in t: Poisson while alive, and no more than it has left.

    At opportunities it is binomial.
    """
    if isinstance(lives, Turns):
        return rng.binomial(np.minimum(round(t), lives.lifetime).astype(np.int64), lives.rate).astype(np.float64)
    number = rng.poisson(lives.rate * np.minimum(t, lives.lifetime)).astype(np.float64)
    if isinstance(lives, Staged):
        number = (number + lives.phase) // lives.stages
    return np.minimum(number, lives.purchases)


def _in_turns(lives: Turns, until: Floats, rng: np.random.Generator) -> Purchases:
    """Return the purchases at the opportunities up to `until`, numbered from 1."""
    number = np.minimum(np.floor(until), lives.lifetime).astype(np.int64)
    customer = np.repeat(np.arange(until.size), number)
    turn = np.arange(customer.size) - np.repeat(np.cumsum(number) - number, number) + 1.0
    happens = rng.random(customer.size) < lives.rate[customer]
    return Purchases(customer[happens], turn[happens].astype(np.float64))
