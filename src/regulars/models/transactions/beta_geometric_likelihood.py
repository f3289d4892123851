"""The likelihood of BG/NBD and MBG/NBD with its first and second derivatives; `beta_geometric` tells the story.

With m opportunities survived, σ = log((α+T)/(α+t_x)) and the log odds ℓ = log(a/(b+m-1)) + (r+x) σ of having dropped
out (no odds where m = 0),

    log L = log Γ(r+x)/Γ(r) - (r+x) log(1+T/α) - x log α + log B(a, b+m)/B(a, b) + log(1 + e^ℓ)          (1)

where log1p keeps α ≫ T exact. The last term has the derivatives δ ℓ' and δ(1-δ) ℓ'ℓ' + δ ℓ'', where
δ = e^ℓ/(1+e^ℓ) is the chance of having dropped out.                                                     (2)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.models.ascending import ascending, log_ascending
from regulars.models.lives import Floats
from regulars.models.pairs import pairs

# Rows of what depends on x alone: its part of (1); by r, a, b; by rr, aa (and ab), bb.
ROWS = (1, 4, 7)


@dataclass(frozen=True, eq=False)
class Terms:
    """What (1) and its derivatives are made of: `ROWS`, log(1+T/α), σ, ℓ, e^-|ℓ|, b+m-1 (1 where m = 0)."""

    theta: Floats
    x: Floats
    recency: Floats
    age: Floats
    known: Floats
    waited: Floats
    silence: Floats
    odds: Floats
    smaller: Floats
    last: Floats

    @classmethod
    def of(cls, theta: Floats, x: Floats, recency: Floats, age: Floats, *, chances: int, slopes: int) -> Terms:
        """Return them for as many derivatives as asked; `chances` to leave come before the first repeat purchase.

        Without derivatives each of `theta` may be a column: a number per set of parameters.
        """
        r, alpha, a, b = theta
        silence = np.log1p((age - recency) / (alpha + recency))
        later = x + chances > 0.0
        last = np.where(later, b + (x + (chances - 1.0)), 1.0)
        odds = np.where(later, np.log(a / last) + (r + x) * silence, -np.inf)
        known, waited = _by_purchases(theta, x, chances, slopes), np.log1p(age / alpha)
        return cls(theta, x, recency, age, known, waited, silence, odds, np.exp(-np.abs(odds)), last)

    @property
    def value(self) -> Floats:
        """Return (1)."""
        r, alpha, _, _ = self.theta
        # logaddexp of numpy is not vectorised and takes six times as long.
        doubted = np.maximum(self.odds, 0.0) + np.log1p(self.smaller)
        return np.asarray(self.known[0] - (r + self.x) * self.waited - self.x * np.log(alpha) + doubted)

    @property
    def dropped(self) -> Floats:
        """Return δ."""
        return np.where(self.odds > 0.0, 1.0, self.smaller) / (1.0 + self.smaller)

    def slopes(self, dropped: Floats) -> Floats:
        """Return the derivatives of (1) by r, α, a, b, shape (4, histories)."""
        r, alpha, a, _ = self.theta
        x, age, recency = self.x, self.age, self.recency
        slopes = np.empty((4, x.size))
        slopes[0] = self.known[1] - self.waited + dropped * self.silence
        slopes[1] = (r * age / alpha - x - dropped * (r + x) * (age - recency) / (alpha + recency)) / (alpha + age)
        slopes[2] = self.known[2] + dropped / a
        slopes[3] = self.known[3] - dropped / self.last
        return slopes

    def curvature(self, dropped: Floats) -> Floats:
        """Return the second derivatives of (1), shape (10, histories): rr, rα, ra, rb, αα and on."""
        r, alpha, a, _ = self.theta
        x, age, end, start = self.x, self.age, alpha + self.age, alpha + self.recency
        by_alpha = (self.recency - age) / (end * start)
        # By (2): ℓ' is σ, (r+x) ∂σ/∂α, 1/a and -1/(b+m-1).
        slopes = np.empty((4, x.size))
        slopes[0], slopes[2] = self.silence, 1.0 / a
        np.multiply(r + x, by_alpha, out=slopes[1])
        np.divide(-1.0, self.last, out=slopes[3])
        first, other = pairs(4)
        second = slopes[first]
        second *= slopes[other]
        second *= dropped * (1.0 - dropped)
        second[0] += self.known[4]
        second[1] += age / (alpha * end) + dropped * by_alpha
        second[4] += x / end**2 - r * age * (alpha + end) / (alpha * end) ** 2
        second[4] -= dropped * slopes[1] * (1.0 / end + 1.0 / start)
        second[7] += self.known[5] - dropped / a**2
        second[8] += self.known[5]
        second[9] += self.known[6] + dropped / self.last**2
        return second


def _by_purchases(theta: Floats, x: Floats, chances: int, slopes: int) -> Floats:
    """Return the first `ROWS` per history: one table over x for all, unless every customer has an a and b."""
    r, _, a, b = theta
    purchases = x.astype(np.int64)
    if np.ndim(a) == 1 or np.ndim(b) == 1:
        buys, by_r = log_ascending(r, purchases)
        (stays, by_b), (either, by_either) = (log_ascending(c, purchases + chances) for c in (b, a + b))
        return np.stack([buys + stays - either, by_r, -by_either, by_b - by_either])[: ROWS[slopes]]
    top = int(purchases.max(initial=0))
    columns = np.array([r, b, a + b]).reshape(3, -1, 1)
    sums = ascending(columns, top + chances, slopes)
    buys, stays, either = sums[:, 0, :, : top + 1], sums[:, 1, :, chances:], sums[:, 2, :, chances:]
    rows = [buys[0] + stays[0] - either[0]]
    for order in range(1, 1 + slopes):
        rows += [buys[order], -either[order], stays[order] - either[order]]
    table = np.array(rows)
    return (table if np.ndim(r) else table[:, 0])[..., purchases]
