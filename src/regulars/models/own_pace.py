r"""Customers whose pace from now on is not quite the one they had.

The models hold a customer's rate constant until the customer leaves. Where rates wander, each customer's time ahead
runs at a speed of its own: G, log-normal with mean 1 and variance v, independent between customers and of everything
else in the model. Given the history,

    P(N(t) = n) = E P(N(G t) = n | G) ≈ Σ_j w_j P(N(g_j t) = n)                             (1)

with w_j and g_j of the Gauss-Hermite rule (Abramowitz & Stegun 25.4.46) in log G, g_j scaled to Σ w_j g_j = 1. Because
the whole clock of the future is sped up, counts, the chance of none, dropout and discounting remain those of one law.
Of a customer who never leaves the mean stays and the variance grows by v E[N(N-1)]; where customers leave, the mean
falls a little, because nobody buys twice as long in twice the time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from regulars.models.branches import Branch, Living
from regulars.models.lives import Floats, Lives

# Speeds that stand for all: quantiles of some 40 purchases are off by 0.2 % on average at v = 0.1, by 2 % at 0.3.
SPEEDS = 5
# Enough for the many times of a discounted sum: off by less than 0.01 % at v = 0.3.
FEW = 3
# The rate of who bought much is so sure that five speeds are five humps in the law of the purchases. Where x v is
# beyond `HUMPS`, a rule of as many is taken: at x v = 100 quantiles are off by 3 % on average, with five by 10 %.
MANY = 15
HUMPS = 12.0
# Speeds of a smaller share than this are left out: the fastest of many would be worth pages of counts.
SMALLEST = 1e-6


@dataclass(frozen=True)
class OwnPace:
    """The law of the customers' own speeds: mean 1, and this variance.

    >>> OwnPace(0.1).speeds[0].round(2).tolist()
    [0.39, 0.63, 0.95, 1.45, 2.3]
    """

    variance: float = 0.0

    @cached_property
    def speeds(self) -> tuple[Floats, Floats]:
        """Return speeds that stand for all of them, and their shares; the one speed 1 without a variance."""
        return self._rule(SPEEDS)

    @cached_property
    def few(self) -> tuple[Floats, Floats]:
        """Return fewer speeds that stand for all: enough for expectations, which are smooth in the speed."""
        return self._rule(FEW)

    def for_counts(self, x: float) -> tuple[Floats, Floats]:
        """Return speeds that stand for all in the law of the purchases of customers with x so far, and their shares."""
        return self._many if self.variance * x > HUMPS else self.speeds

    @cached_property
    def _many(self) -> tuple[Floats, Floats]:
        return self._rule(MANY)

    def _rule(self, size: int) -> tuple[Floats, Floats]:
        if self.variance == 0.0:
            return np.ones(1), np.ones(1)
        points, weights = np.polynomial.hermite_e.hermegauss(size)
        some = weights > SMALLEST * weights.sum()
        points, share = points[some], weights[some] / weights[some].sum()
        speed = np.exp(math.sqrt(math.log1p(self.variance)) * points)
        return speed / (share @ speed), share

    def over(self, branches: Sequence[Branch]) -> tuple[Branch, ...]:
        """Return the same futures, each passing at the customers' own speeds."""
        if self.variance == 0.0:
            return tuple(branches)
        return tuple(replace(branch, living=branch.living.inside(self._sped)) for branch in branches)

    def _sped(self, living: Living) -> Living:
        return AtOwnPace(living, self)

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
        """Return speeds drawn from the law."""
        spread = math.log1p(self.variance)
        return np.exp(math.sqrt(spread) * rng.standard_normal(shape) - spread / 2.0)


STEADY = OwnPace()


@dataclass(frozen=True, eq=False)
class AtOwnPace(Living):
    """The future `plain` of living customers, at speeds of their own: every expectation and chance by (1)."""

    plain: Living
    own: OwnPace

    @property
    def time_scale(self) -> float:
        """The shortest time on which predictions change with age."""
        return self.plain.time_scale

    @property
    def fewest_nodes(self) -> int:
        """How many times a sum over the time ahead looks at, at least."""
        return self.plain.fewest_nodes

    @property
    def few_speeds(self) -> tuple[Floats, Floats]:
        """The speeds that stand for all in expectations, and their shares."""
        return self.own.few

    def pace(self, x: float, age: float) -> tuple[float, float]:
        """Return shape and rate of a gamma law of Poisson rates that buy no less than the fastest of them."""
        shape, rate = self.plain.pace(x, age)
        return shape, rate / float(self.own.for_counts(x)[0].max())

    def purchases(self, x: Floats, age: Floats, t: float | Floats) -> Floats:
        """Return the expected purchases in t."""
        speeds, share = self.own.speeds
        if np.ndim(t) == 0:
            return np.asarray(share @ self.plain.purchases_by(x, age, np.asarray(t) * speeds))
        return _average([self.plain.purchases(x, age, t * speed) for speed in speeds], share)

    def purchases_by(self, x: Floats, age: Floats, times: Floats) -> Floats:
        """Return the expected purchases in each of the times."""
        speeds, share = self.own.few
        by_speed = self.plain.purchases_by(x, age, np.outer(speeds, times).ravel())
        return np.asarray(np.tensordot(share, by_speed.reshape(speeds.size, times.size, -1), axes=1))

    def pmf(self, x: Floats, age: Floats, t: float, n: Floats) -> Floats:
        """Return P(n purchases in t)."""
        speeds, share = self.own.for_counts(float(x.max()))
        return _average([self.plain.pmf(x, age, t * float(speed), n) for speed in speeds], share)

    def draw(self, x: Floats, age: Floats, rng: np.random.Generator) -> Lives:
        """Return the hidden lives from T on: rates are higher and lives shorter where time passes faster."""
        lives = self.plain.draw(x, age, rng)
        speed = self.own.draw(lives.rate.shape, rng)
        with np.errstate(over="ignore"):  # a life near the end of what numbers hold is endless at a slower pace
            lifetime = lives.lifetime / speed
        return replace(lives, rate=lives.rate * speed, lifetime=lifetime)


def _average(at_speeds: list[Floats], share: Floats) -> Floats:
    total = np.zeros(at_speeds[0].shape)
    for weight, one in zip(share, at_speeds, strict=True):
        total += weight * one
    return total
