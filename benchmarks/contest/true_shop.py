"""A simulated shop whose law is known: who bought what before the origin and after it, and the parameters behind both.

Parameters are drawn anew for every shop over about the range of the public sets, so nothing is tuned to one of them.
Time is in weeks and continuous; customers arrive evenly over the record.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regulars.models.certificate import Certificate
from regulars.models.histories import Floats, Histories, Integers
from regulars.models.spend.gamma_gamma import GammaGammaFit
from regulars.periods import Unit

Mask = NDArray[np.bool_]

# Lowest and highest of the shape of the rates and their mean per week, of the two parameters of leaving at any time,
# and of the two of leaving after a purchase.
RATES = ((0.3, 0.02), (1.5, 0.15))
LEAVING = {"pareto-nbd": ((0.3, 5.0), (1.0, 50.0)), "bg-nbd": ((0.3, 1.0), (1.0, 5.0))}
# Spend is that published for the CDNOW sample (Fader & Hardie 2013).
SPEND = (6.25, 3.74, 15.44)


@dataclass(frozen=True)
class Size:
    """How many customers a shop has, and the weeks before and after its origin."""

    customers: int
    weeks: float
    ahead: float


@dataclass(frozen=True, eq=False)
class TrueShop:
    """A shop at its origin: each customer's history and spend so far, what came after, and the true parameters."""

    histories: Histories
    spent: Floats
    purchases_later: Floats
    value_later: Floats
    weeks: float
    model: str
    theta: Floats
    spend: GammaGammaFit


def true_shop(rng: np.random.Generator, size: Size) -> TrueShop:
    """Return a shop of this size: Pareto/NBD or BG/NBD, and Gamma-Gamma."""
    model = tuple(LEAVING)[int(rng.integers(len(LEAVING)))]
    (shape, mean), leaving = _between(rng, RATES), _between(rng, LEAVING[model])
    age = rng.uniform(0.1, 1.0, size=size.customers) * size.weeks
    who, when = _purchases(rng, model, rng.gamma(shape, size=size.customers) * mean / shape, leaving, age + size.ahead)
    p, q, gamma = SPEND
    worth = rng.gamma(p, size=who.size) * (gamma / rng.gamma(q, size=size.customers))[who]
    before = when <= age[who]
    recency = np.zeros(size.customers)
    np.maximum.at(recency, who[before], when[before])

    def total(chosen: Mask, of: Floats | None = None) -> Floats:
        weights = None if of is None else of[chosen]
        return np.bincount(who[chosen], weights, minlength=size.customers).astype(np.float64)

    count = np.ones(size.customers)
    known = Histories(frequency=total(before), recency=recency, age=age, count=count, unit=Unit.WEEK)
    return TrueShop(
        known,
        total(before, worth),
        total(~before),
        total(~before, worth),
        size.ahead,
        model,
        np.array([shape, shape / mean, *leaving]),
        GammaGammaFit(p, q, gamma, float("nan"), 1.0, np.zeros((3, 3)), Certificate(())),
    )


def _between(rng: np.random.Generator, ends: tuple[tuple[float, ...], tuple[float, ...]]) -> Floats:
    return np.exp(rng.uniform(*np.log(ends)))


def _purchases(
    rng: np.random.Generator, model: str, rate: Floats, leaving: Floats, watched: Floats
) -> tuple[Integers, Floats]:
    """Return who bought again and when, by customer and time."""
    one, two = leaving
    until = watched
    if model == "pareto-nbd":
        leaves = np.maximum(rng.gamma(one, size=rate.size) / two, np.finfo(float).tiny)
        until = np.minimum(watched, rng.exponential(size=rate.size) / leaves)
    number = rng.poisson(rate * until)
    who = np.repeat(np.arange(rate.size), number)
    when = rng.random(who.size) * until[who]
    order = np.lexsort((when, who))
    who, when = who[order], when[order]
    if model == "pareto-nbd":
        return who, when
    last = rng.geometric(np.maximum(rng.beta(one, two, size=rate.size), np.finfo(float).tiny))
    happens = np.arange(who.size) - np.searchsorted(who, who) < last[who]
    return who[happens], when[happens]
