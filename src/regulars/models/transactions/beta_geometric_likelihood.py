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

# Rows of what depends on x alone: its part of (1); by r, a, b; by rr, aa (and ab), bb.
ROWS = (1, 4, 7)


@dataclass(frozen=True, eq=False)
class Odds:
    """The odds of having dropped out per history: σ, ℓ, e^-|ℓ|, and b+m-1 (1 where m = 0)."""

    silence: Floats
    odds: Floats
    smaller: Floats
    last: Floats

    @classmethod
    def of(cls, theta: Floats, x: Floats, recency: Floats, age: Floats, chances: int) -> Odds:
        """Return them at `theta`; `chances` opportunities to leave come before the first repeat purchase."""
        r, alpha, a, b = theta
        silence = np.log1p((age - recency) / (alpha + recency))
        later = x + chances > 0.0
        last = np.where(later, b + (x + (chances - 1.0)), 1.0)
        odds = np.where(later, np.log(a / last) + (r + x) * silence, -np.inf)
        return cls(silence, odds, np.exp(-np.abs(odds)), last)

    @property
    def doubted(self) -> Floats:
        """Return log(1 + e^ℓ); logaddexp of numpy is not vectorised and takes six times as long."""
        return np.maximum(self.odds, 0.0) + np.log1p(self.smaller)

    @property
    def dropped(self) -> Floats:
        """Return δ."""
        return np.where(self.odds > 0.0, 1.0, self.smaller) / (1.0 + self.smaller)


def log_likelihood_alone(theta: Floats, x: Floats, recency: Floats, age: Floats, chances: int) -> Floats:
    """Return (1) per history."""
    odds = Odds.of(theta, x, recency, age, chances)
    return _value(theta, x, age, _by_purchases(theta, x, chances, slopes=0)[0], odds)


def log_likelihood(theta: Floats, x: Floats, recency: Floats, age: Floats, chances: int) -> tuple[Floats, Floats]:
    """Return (1) per history and its derivatives by r, α, a, b."""
    odds, known = Odds.of(theta, x, recency, age, chances), _by_purchases(theta, x, chances, slopes=1)
    return _value(theta, x, age, known[0], odds), _slopes(theta, x, recency, age, known, odds)


def curved_log_likelihood(
    theta: Floats, x: Floats, recency: Floats, age: Floats, chances: int
) -> tuple[Floats, Floats, Floats]:
    """Return (1) per history, its derivatives by r, α, a, b, and its second derivatives in this order."""
    r, alpha, a, _ = theta
    odds, known = Odds.of(theta, x, recency, age, chances), _by_purchases(theta, x, chances, slopes=2)
    gone, shape, end, start = odds.dropped, r + x, alpha + age, alpha + recency
    by_alpha = (recency - age) / (end * start)
    # By (2): ℓ' is σ, (r+x) ∂σ/∂α, 1/a and -1/(b+m-1).
    slopes = np.stack([odds.silence, shape * by_alpha, np.full(x.size, 1.0 / a), -1.0 / odds.last])
    first, other = np.triu_indices(4)
    second = slopes[first] * slopes[other]
    second *= gone * (1.0 - gone)
    second[0] += known[4]
    second[1] += age / (alpha * end) + gone * by_alpha
    second[4] += x / end**2 - r * age * (alpha + end) / (alpha * end) ** 2
    second[4] -= gone * slopes[1] * (1.0 / end + 1.0 / start)
    second[7] += known[5] - gone / a**2
    second[8] += known[5]
    second[9] += known[6] + gone / odds.last**2
    return _value(theta, x, age, known[0], odds), _slopes(theta, x, recency, age, known, odds), second


def _value(theta: Floats, x: Floats, age: Floats, known: Floats, odds: Odds) -> Floats:
    r, alpha, _, _ = theta
    return known - (r + x) * np.log1p(age / alpha) - x * np.log(alpha) + odds.doubted


def _slopes(theta: Floats, x: Floats, recency: Floats, age: Floats, known: Floats, odds: Odds) -> Floats:
    r, alpha, a, _ = theta
    gone, end = odds.dropped, alpha + age
    slopes = np.empty((4, x.size))
    slopes[0] = known[1] - np.log1p(age / alpha) + gone * odds.silence
    slopes[1] = (r * age / alpha - x - gone * (r + x) * (age - recency) / (alpha + recency)) / end
    slopes[2] = known[2] + gone / a
    slopes[3] = known[3] - gone / odds.last
    return slopes


def _by_purchases(theta: Floats, x: Floats, chances: int, *, slopes: int) -> Floats:
    """Return the first `ROWS` per history: one table over x for all, unless every customer has an a and b."""
    r, _, a, b = theta
    purchases = x.astype(np.int64)
    if np.ndim(a) or np.ndim(b):
        buys, by_r = log_ascending(r, purchases)
        (stays, by_b), (either, by_either) = (log_ascending(c, purchases + chances) for c in (b, a + b))
        return np.stack([buys + stays - either, by_r, -by_either, by_b - by_either])[: ROWS[slopes]]
    top = int(purchases.max(initial=0))
    buys = ascending(r, top, slopes)
    stays, either = (ascending(c, top + chances, slopes)[:, chances:] for c in (b, a + b))
    rows = [buys[0] + stays[0] - either[0]]
    for order in range(1, 1 + slopes):
        rows += [buys[order], -either[order], stays[order] - either[order]]
    return np.stack(rows)[:, purchases]
