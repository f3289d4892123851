"""Sums over the whole numbers below x: the gamma functions of a likelihood, without gamma functions.

log Γ(c + x) / Γ(c) = Σ_{j<x} log(c + j) for whole x, so a table over j answers every
history at once, and no large numbers are ever subtracted from each other.

Where c differs from history to history, no table serves. Then with c lifted to d = c + m above `HIGH` (m whole),

    log Γ(d + x)/Γ(d) = x log d + (d+x-1/2) log1p(x/d) - x + R(d+x) - R(d)                 (1)
    ψ(d + x) - ψ(d)   = log1p(x/d) + R'(d+x) - R'(d),   R(z) = 1/12z - 1/360z³ + 1/1260z⁵ - 1/1680z⁷

(Stirling's series, Abramowitz & Stegun 6.1.40), in which nothing larger than x cancels.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


# Stirling's series to the power -7 is exact to 1e-15 from here on.
HIGH = 16.0


def log_ascending(c: float | Floats, x: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return log Γ(c + x) / Γ(c) and its derivative by c, for whole numbers x >= 0; `c` a number or one for each.

    >>> value, slope = log_ascending(0.5, np.array([0, 2]))
    >>> [round(v, 6) for v in value.tolist()], [round(v, 6) for v in slope.tolist()]
    ([0.0, -0.287682], [0.0, 2.666667])
    """
    if isinstance(c, np.ndarray) and c.ndim:
        return _one_by_one(c, x)
    value, slope = ascending(float(c), int(x.max(initial=0)), slopes=1)
    return value[x], slope[x]


def ascending(c: float | Floats, top: int, slopes: int) -> Floats:
    """Return log Γ(c + x) / Γ(c) for x = 0 … top and as many derivatives by c as `slopes` says, up to the second.

    Shape (1 + slopes, 1 + top): Σ_{j<x} of log(c + j), 1/(c + j) and -1/(c + j)². Where `c` is a column of numbers,
    shape (…, 1), that of the answer is (1 + slopes, …, 1 + top).

    >>> ascending(0.5, 2, slopes=2).round(6).tolist()
    [[0.0, -0.693147, -0.287682], [0.0, 2.0, 2.666667], [0.0, -4.0, -4.444444]]
    """
    steps = c + np.arange(top, dtype=np.float64)
    sums = np.zeros((1 + slopes, *steps.shape[:-1], 1 + top))
    np.log(steps).cumsum(axis=-1, out=sums[0, ..., 1:])
    if slopes > 0:
        inverse = 1.0 / steps
        inverse.cumsum(axis=-1, out=sums[1, ..., 1:])
        if slopes > 1:
            (-inverse * inverse).cumsum(axis=-1, out=sums[2, ..., 1:])
    return sums


def cumulated(steps: Floats) -> Floats:
    """Return the sums of the first 0, 1, 2 … steps.

    >>> cumulated(np.array([1.0, 2.0])).tolist()
    [0.0, 1.0, 3.0]
    """
    return np.concatenate([np.zeros(1), np.cumsum(steps)])


def _one_by_one(c: Floats, x: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return (1) and its derivative: the first factors are multiplied until c is high enough for the series."""
    value, slope = np.zeros(c.shape), np.zeros(c.shape)
    for step in range(int(np.ceil(max(0.0, HIGH - float(c.min(initial=HIGH)))))):
        # Log(c + step) is in the ascending factorial while step < x; beyond, it is lifted on both sides.
        inside = step < x
        value += np.where(inside, np.log(c + step), 0.0)
        slope += np.where(inside, 1.0 / (c + step), 0.0)
    lifted = np.minimum(np.ceil(np.maximum(HIGH - float(c.min(initial=HIGH)), 0.0)), x)
    d, rest = c + lifted, x - lifted
    far, far_slope = _stirling_tail(np.maximum(d, HIGH) + rest)
    near, near_slope = _stirling_tail(np.maximum(d, HIGH))
    grown = np.log1p(rest / d)
    series = rest * np.log(d) + (d + rest - 0.5) * grown - rest + far - near
    left = rest > 0.0
    value += np.where(left, series, 0.0)
    slope += np.where(left, grown + 0.5 * rest / (d * (d + rest)) + far_slope - near_slope, 0.0)
    return value, slope


def _stirling_tail(z: Floats) -> tuple[Floats, Floats]:
    """Return R(z) of (1) and its derivative."""
    w = 1.0 / z**2
    value = (1.0 / 12.0 - w * (1.0 / 360.0 - w * (1.0 / 1260.0 - w / 1680.0))) / z
    slope = -(1.0 / 12.0 - w * (3.0 / 360.0 - w * (5.0 / 1260.0 - w * 7.0 / 1680.0))) * w
    return value, slope
