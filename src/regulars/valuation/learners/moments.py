"""Mean and mean square of what a buyer's law says, by its shape: what the variance of a learner's forecast is made of.

With p the chance of any and Q the amount given any, the variance is p E[Q²] - (p E[Q])².
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import special

from regulars.models.histories import Floats

Moments = Callable[[int], tuple[float, float]]
# Customers with so similar means share the quantiles of their counts.
PER_LOG = 20.0


def of_counts(dispersion: float, beyond: float) -> Moments:
    """Return the moments of `beyond` + negative binomial of mean e^(shape / PER_LOG) and its dispersion."""

    def moments(shape: int) -> tuple[float, float]:
        mean = float(np.exp(shape / PER_LOG))
        return beyond + mean, mean + mean**2 / dispersion + (beyond + mean) ** 2

    return moments


def of_log_normal(shape: int) -> tuple[float, float]:
    """Return the moments of a log-normal of median 1, whose variance is e^(shape / PER_LOG)."""
    variance = float(np.exp(shape / PER_LOG))
    return float(np.exp(variance / 2.0)), float(np.exp(2.0 * variance))


def of_tweedie(dispersion: float) -> Moments:
    """Return the moments, over its mean, of a Tweedie law of power 3/2: its variance is dispersion · mean^(3/2)."""
    return lambda shape: (1.0, 1.0 + dispersion * float(np.exp(-shape / PER_LOG / 2.0)))


def of_curves(known: Floats, at: Floats) -> tuple[Floats, Floats]:
    """Return the moments of Q whose logarithm is a curve through `at` (customers, levels) at the levels `known`.

    On a piece log Q = a + b z with z normal, so E[Q^k] over it is e^(ka + k²b²/2) (Φ(z₂ - kb) - Φ(z₁ - kb)); the outer
    pieces go on without end.
    """
    z, at = special.ndtri(known), np.sort(at, axis=1)
    slope = np.diff(at, axis=1) / np.diff(z)
    start = at[:, :-1] - slope * z[:-1]
    ends = np.concatenate([[-np.inf], z[1:-1], [np.inf]])

    def moment(k: int) -> Floats:
        share = special.ndtr(ends[1:] - k * slope) - special.ndtr(ends[:-1] - k * slope)
        return np.asarray((np.exp(k * start + (k * slope) ** 2 / 2.0) * share).sum(axis=1))

    return moment(1), moment(2)
