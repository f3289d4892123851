"""What happens to a living BG/NBD customer in t, as an average over the dropout probability.

    expected purchases  ∫₀¹ Beta(p; a, c) g(p) dp,   g(p) = (1 - (1 + p t/A)^(-k)) / p       (1)
    chance to stay      ∫₀¹ Beta(p; a, c) (1 + p t/A)^(-k) dp                                (2)

with k the shape and A the rate of the purchase rate's gamma law; (2) because dropouts are the purchases
thinned by p, a Poisson process of rate λp. All terms are positive, so both hold for any parameters,
where the closed forms through 2F1 overflow or cancel; they cost a few hundred evaluations. In
y = log(p/(1-p)) the density is smooth and log-concave; Gauss-Legendre panels cover it, and the two
ends, where the integrand no longer changes, are incomplete beta functions.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import special

from regulars.models.lives import Floats
from regulars.models.panels import gauss_legendre

NODES = 20
# Values that are worked on at once: temporaries stay below 128 KB, and few customers are not one call per node.
CACHED = 16_000
# A panel spans at most this much of y, and this many standard deviations of the density.
LONGEST = 3.0
DEVIATIONS = 3.0
# Relative change of the integrand that is neglected in the two ends.
FLAT = 1e-13


def expected_purchases(a: float | Floats, c: Floats, k: Floats, scale: Floats, t: Floats) -> Floats:
    """Return (1) per customer; arrays of one length, `a` a number or one of them."""
    return _average(a, c, k, t / scale, lambda p: _buys(p, k, scale, t), k * t / scale)


def stays(a: float, c: Floats, k: Floats, scale: Floats, t: Floats) -> Floats:
    """Return (2) per customer; arrays of one length."""
    return _average(a, c, k, t / scale, lambda p: np.exp(-k * np.log1p(p * t / scale)), np.ones(c.shape))


def _average(
    a: float | Floats, c: Floats, k: Floats, time: Floats, of: Callable[[Floats], Floats], at_zero: Floats
) -> Floats:
    """Return the average of `of` over p ~ Beta(a, c); it changes with p k t/A and is `at_zero` at p = 0."""
    mode, spread = np.log(a / c), np.sqrt(1.0 / a + 1.0 / c)
    low = np.maximum(np.log(FLAT / ((k + 1.0) * time)), mode - 40.0 / a - 9.0 * spread)
    high = np.minimum(-np.log(FLAT), mode + 40.0 / c + 9.0 * spread)
    high = np.maximum(high, low)
    panels = int(np.ceil(np.max((high - low) / np.minimum(LONGEST, DEVIATIONS * spread))))
    points, weights = gauss_legendre(NODES)
    mass, total = np.zeros(c.shape), np.zeros(c.shape)
    at_mode = a * special.log_expit(mode) + c * special.log_expit(-mode)
    at_once = max(1, CACHED // max(c.size, 1))
    for panel in range(max(panels, 1)):
        for first in range(0, NODES, at_once):
            point, weight = points[first : first + at_once, None], weights[first : first + at_once, None]
            y = low + (high - low) * (panel + point) / max(panels, 1)
            density = weight * np.exp(a * special.log_expit(y) + c * special.log_expit(-y) - at_mode)
            mass += density.sum(axis=0)
            total += (density * of(special.expit(y))).sum(axis=0)
    left, right = special.betainc(a, c, special.expit(low)), special.betainc(c, a, special.expit(-high))
    inside = np.where(mass > 0.0, total / np.where(mass > 0.0, mass, 1.0), 0.0) * np.maximum(1.0 - left - right, 0.0)
    return inside + left * at_zero + right * of(np.ones(c.shape))


def _buys(p: Floats, k: Floats, scale: Floats, t: Floats) -> Floats:
    """Return g(p)."""
    return -np.expm1(-k * np.log1p(p * t / scale)) / p
