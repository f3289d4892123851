"""The futures a customer may have: a few branches, each with its chance and a law that knows (x, T) only.

Given a branch, the future of a customer alive at T depends on the number of purchases and on the age. What
else the history tells is in the chances, which differ from history to history:

    P(N = n) = Σ_b w_b P_b(N = n) + [n = 0] (1 - Σ_b w_b),   P(alive) = Σ_b w_b              (1)

Most models have one branch, whose chance is P(alive). A model with a hidden phase has one per phase, a pool of
models those of all its members.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from regulars.models.ages import AgeGrid, age_grid
from regulars.models.laws import GammaLaw
from regulars.models.lives import Floats, Lives, Purchases, count, simulate

if TYPE_CHECKING:
    from regulars.models.histories import Integers


class Living(Protocol):
    """The future of customers who are alive at T, in one branch."""

    @property
    def time_scale(self) -> float:
        """The shortest time on which predictions change with age."""
        ...

    @property
    def fewest_nodes(self) -> int:
        """How many times a sum over the time ahead looks at, at least."""
        return 24

    def pace(self, x: float, age: float) -> tuple[float, float]:
        """Return shape and rate of a gamma law of Poisson rates that buy no less than these customers."""
        ...

    def purchases(self, x: Floats, age: Floats, t: float | Floats) -> Floats:
        """Return the expected purchases in the t units after T."""
        ...

    def purchases_by(self, x: Floats, age: Floats, times: Floats) -> Floats:
        """Return the expected purchases in each of the `times` after T, shape (times, histories)."""
        return np.stack([self.purchases(x, age, float(t)) for t in times])

    def pmf(self, x: Floats, age: Floats, t: float, n: Floats) -> Floats:
        """Return P(n purchases in the t units after T), shape (histories, len(n))."""
        ...

    def draw(self, x: Floats, age: Floats, rng: np.random.Generator) -> Lives:
        """Return the hidden lives from T on; `x` and `age` of any one shape."""
        ...

    def age_grid(self, ages: Floats, frequency: float) -> AgeGrid:
        """Return the few ages from which predictions are carried to all of these distinct ones."""
        return age_grid(ages, self.time_scale, frequency)

    def inside(self, change: Callable[[Living], Living]) -> Living:
        """Return the same future after a change of what happens by its own clock."""
        return change(self)

    def draw_counts(self, x: Floats, age: Floats, t: float, rng: np.random.Generator) -> Floats:
        """Return simulated numbers of purchases in the t units after T."""
        return count(self.draw(x, age, rng), t, rng)

    def draw_new(self, customers: int, t: float, rng: np.random.Generator) -> Purchases:
        """Return simulated purchases of new customers in the t units after their first."""
        lives = self.draw(np.zeros(customers), np.zeros(customers), rng)
        return simulate(lives, np.full(customers, t), rng)


@dataclass(frozen=True, eq=False)
class Branch:
    """One future, and per history the chance that it is the customer's."""

    weight: Floats
    living: Living


class OneFuture(Protocol):
    """A model in which the future of a living customer depends on (x, T) and on nothing hidden."""

    def log_odds_dropped(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> Floats:
        """Return log P(dropped out by T) / P(alive at T) per history; minus infinity where alive for certain."""
        ...

    def living_rate(self, theta: Floats, x: float, age: float) -> tuple[float, float]:
        """Return shape and rate of the gamma law of the purchase rate of a customer alive at T."""
        ...

    def time_scale(self, theta: Floats) -> float:
        """Return the shortest time on which predictions change with age."""
        ...

    def living_purchases(self, theta: Floats, x: Floats, age: Floats, t: float | Floats) -> Floats:
        """Return the expected purchases in the t units after T of a customer alive at T."""
        ...

    def living_pmf(self, theta: Floats, x: Floats, age: Floats, t: float, n: Floats) -> Floats:
        """Return P(n purchases in the t units after T | alive at T), shape (histories, len(n))."""
        ...

    def draw_living(self, theta: Floats, x: Floats, age: Floats, rng: np.random.Generator) -> Lives:
        """Return the hidden lives from T on of customers alive at T; `x` and `age` of any one shape."""
        ...


@dataclass(frozen=True, eq=False)
class LivingOf(Living):
    """The one future of a model at its parameters."""

    model: OneFuture
    theta: Floats

    @property
    def time_scale(self) -> float:
        """The shortest time on which predictions change with age."""
        return self.model.time_scale(self.theta)

    def pace(self, x: float, age: float) -> tuple[float, float]:
        """Return the law of the purchase rate."""
        return self.model.living_rate(self.theta, x, age)

    def purchases(self, x: Floats, age: Floats, t: float | Floats) -> Floats:
        """Return the expected purchases in t."""
        return self.model.living_purchases(self.theta, x, age, t)

    def purchases_by(self, x: Floats, age: Floats, times: Floats) -> Floats:
        """Return the expected purchases in each of the times; in one call, unless covariates move the parameters."""
        if any(np.ndim(parameter) for parameter in self.theta):
            return super().purchases_by(x, age, times)
        many = times.size
        return self.purchases(np.tile(x, many), np.tile(age, many), np.repeat(times, x.size)).reshape(many, x.size)

    def pmf(self, x: Floats, age: Floats, t: float, n: Floats) -> Floats:
        """Return P(n purchases in t)."""
        return self.model.living_pmf(self.theta, x, age, t, n)

    def draw(self, x: Floats, age: Floats, rng: np.random.Generator) -> Lives:
        """Return the hidden lives from T on."""
        return self.model.draw_living(self.theta, x, age, rng)


class SingleBranch:
    """Gives a model with one future its `branches`."""

    def branches(self: OneFuture, theta: Floats, x: Floats, recency: Floats, age: Floats) -> tuple[Branch, ...]:
        """Return the one future of living customers, with P(alive) as its chance."""
        alive = np.exp(-np.logaddexp(0.0, self.log_odds_dropped(theta, x, recency, age)))
        return (Branch(alive, LivingOf(self, theta)),)

    def pace_law(self: OneFuture, theta: Floats) -> GammaLaw:
        """Return how new customers differ in the rate of their purchases."""
        return GammaLaw(*self.living_rate(theta, 0.0, 0.0))


def alive(weights: Floats) -> Floats:
    """Return the sum of the chances, shape (branches, histories), over branches; rounding may not lift it above 1."""
    return np.minimum(weights.sum(axis=0), 1.0)


def chosen(branches: Sequence[Branch], shape: tuple[int, ...], rng: np.random.Generator) -> Integers:
    """Return which branch each customer is drawn into, -1 for those who are gone; histories on the last axis."""
    u, low = rng.random(shape), np.zeros(shape[-1])
    which = np.full(shape, -1)
    for place, branch in enumerate(branches):
        which[(u >= low) & (u < low + branch.weight)] = place
        low = low + branch.weight
    return which


def draw_counts(
    branches: Sequence[Branch], x: Floats, age: Floats, t: float, draws: int, rng: np.random.Generator
) -> Floats:
    """Return simulated numbers of purchases in t, shape (draws, histories)."""
    shape = (draws, x.size)
    which = chosen(branches, shape, rng)
    number = np.zeros(shape)
    for place, branch in enumerate(branches):
        here = which == place
        some = np.broadcast_to(x, shape)[here], np.broadcast_to(age, shape)[here]
        number[here] = branch.living.draw_counts(*some, t, rng)
    return number


def draw_purchases(branches: Sequence[Branch], n: int, t: float, rng: np.random.Generator) -> Purchases:
    """Return the purchases in t of `n` new customers, whose branches these are, sorted by customer and time."""
    which = chosen(branches, (n,), rng)
    customer, time = [], []
    for place, branch in enumerate(branches):
        rows = np.flatnonzero(which == place)
        bought = branch.living.draw_new(rows.size, t, rng)
        customer.append(rows[bought.customer])
        time.append(bought.time)
    who, when = np.concatenate(customer), np.concatenate(time)
    order = np.argsort(who, kind="stable")  # each customer is in one branch, whose times are in order
    return Purchases(who[order], when[order])
