"""How long customers stay when leaving becomes more likely with age: Gompertz lifetimes, gamma differences.

A customer with η ~ Gamma(s, β) leaves at the rate η b e^(bt), so that over all customers

    P(still one at t) = S(t) = exp(-s q(t)),   q(t) = log(1 + (e^(bt) - 1)/β)             (1)
    rate of leaving   = s b/w(t),              w(t) = β e^(-bt) + 1 - e^(-bt)             (2)

and whoever is still one at T goes on by the same law with w(T) in the place of β: from
β + e^(bT) - 1 = w(T) e^(bT) follows S(T+t)/S(T) = (1 + (e^(bt) - 1)/w(T))^(-s).             (3)
As b → 0 along β = b·β' it is the exponential lifetime of Pareto/NBD: S(t) → (1 + t/β')^(-s).

Bemmaor & Glady (2012), Modeling Purchasing Behavior with Sudden "Death": A Flexible Customer Lifetime Model,
Management Science 58(5), section 2.2.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from regulars.models.lives import Floats
from regulars.models.panels import NODES, gauss_legendre

# S below e^-40 is nothing; beyond exponents of 600 the 1 in (1) is lost in rounding.
NEGLIGIBLE = 40.0
LARGEST_EXPONENT = 600.0
# Length in y of a panel where no bend of (1) is near, see `bend`.
PANEL = 4.0
BENT = 0.6
# Numbers in a temporary array: they stay in a core's cache.
AT_ONCE = 4096


@dataclass(frozen=True, eq=False)
class Gompertz:
    """The law (1) of the time to leaving; `beta` may differ from customer to customer, as it does after (3)."""

    b: float
    s: float
    beta: Floats

    def after(self, time: Floats) -> Gompertz:
        """Return the law of what is left of the lifetime of customers still there after `time`, by (3)."""
        return Gompertz(self.b, self.s, self.wear(time))

    def wear(self, time: Floats | float) -> Floats:
        """Return w of (2), as a sum of two positive terms."""
        z = self.b * np.asarray(time)
        return np.asarray(self.beta * np.exp(-z) - np.expm1(-z), dtype=np.float64)

    def left(self, time: Floats | float) -> Floats:
        """Return q of (1): minus log P(still there) over s."""
        z = self.b * np.asarray(time)
        near = np.minimum(z, LARGEST_EXPONENT)
        return np.asarray(np.log1p(np.expm1(near) / self.beta) + (z - near), dtype=np.float64)

    @property
    def scale(self) -> Floats:
        """The shortest time on which the chance of being there changes."""
        return np.minimum(self.beta / (1.0 + self.s), 1.0) / self.b

    @property
    def bend(self) -> float:
        """How many times shorter panels have to be: in y, (1) bends within π/(1 + log β) where b·t passes log β."""
        return max(1.0, BENT * (1.0 + math.log(float(self.beta.max(initial=1.0)))))

    @property
    def reach(self) -> Floats:
        """The time beyond which nobody is left to speak of: s·q = 40."""
        q = NEGLIGIBLE / self.s
        near = np.log1p(self.beta * np.expm1(min(q, LARGEST_EXPONENT)))
        return (near + max(q - LARGEST_EXPONENT, 0.0)) / self.b

    def mean_time(self, until: Floats | float) -> Floats:
        """Return ∫₀ᵗ S(u) du, the expected time there until t."""
        shape = np.broadcast_shapes(np.shape(until), self.beta.shape)
        end, soonest = np.broadcast_to(np.minimum(until, self.reach), shape), np.broadcast_to(self.scale, shape)
        total = np.zeros(shape)
        for tau, weight in times(end, soonest, self.bend):
            total += (weight * np.exp(-self.s * self.left(tau))).sum(axis=0)
        return total


def times(until: Floats, soonest: Floats, bend: float, at_once: int = AT_ONCE) -> Iterator[tuple[Floats, Floats]]:
    """Yield nodes and weights of a quadrature over [0, until], in y with τ = soonest·(e^y - 1), `bend` as above.

    Some nodes at a time, on the first axis: as many as make arrays of about `at_once` numbers.
    """
    length = np.log1p(until / soonest)
    panels = max(1, math.ceil(float(length.max(initial=0.0)) * bend / PANEL))
    points, weights = gauss_legendre(NODES)
    place = ((np.arange(panels)[:, None] + points) / panels).ravel()
    share = np.tile(weights / panels, panels)
    step = max(1, at_once // max(length.size, 1))
    for start in range(0, place.size, step):
        some = (slice(start, start + step), *(None,) * length.ndim)
        rise = np.expm1(place[some] * length)
        yield soonest * rise, share[some] * length * soonest * (1.0 + rise)
