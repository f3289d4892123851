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
class Purchases:
    """Repeat purchases of simulated customers: who and when, sorted by customer and time."""

    customer: NDArray[np.int64]
    time: Floats


def simulate(lives: Lives, until: Floats, rng: np.random.Generator) -> Purchases:
    """Return the repeat purchases of each customer in (0, until].

    While alive, purchases are a Poisson process: their number until then is Poisson and
    their times are independent and uniform; the first `lives.purchases` of them happen.
    """
    observed = np.minimum(until, lives.lifetime)
    number = rng.poisson(lives.rate * observed)
    customer = np.repeat(np.arange(until.size), number)
    time = rng.random(customer.size) * observed[customer]
    order = np.lexsort((time, customer))
    customer, time = customer[order], time[order]
    rank = np.arange(customer.size) - np.repeat(np.cumsum(number) - number, number)
    happens = rank < lives.purchases[customer]
    return Purchases(customer[happens], time[happens])


def count(lives: Lives, t: float, rng: np.random.Generator) -> Floats:
    """Return how many purchases each life makes in t: Poisson while alive, and no more than it has left."""
    number = rng.poisson(lives.rate * np.minimum(t, lives.lifetime)).astype(np.float64)
    return np.minimum(number, lives.purchases)
