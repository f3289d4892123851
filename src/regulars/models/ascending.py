"""Sums over the whole numbers below x: the gamma functions of a likelihood, without gamma functions.

log Γ(c + x) / Γ(c) = Σ_{j<x} log(c + j) for whole x, so a table over j answers every
history at once, and no large numbers are ever subtracted from each other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def log_ascending(c: float, x: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return log Γ(c + x) / Γ(c) and its derivative by c, for whole numbers x >= 0.

    >>> value, slope = log_ascending(0.5, np.array([0, 2]))
    >>> [round(v, 6) for v in value.tolist()], [round(v, 6) for v in slope.tolist()]
    ([0.0, -0.287682], [0.0, 2.666667])
    """
    steps = c + np.arange(int(x.max(initial=0)), dtype=np.float64)
    return cumulated(np.log(steps))[x], cumulated(1.0 / steps)[x]


def cumulated(steps: Floats) -> Floats:
    """Return the sums of the first 0, 1, 2 … steps.

    >>> cumulated(np.array([1.0, 2.0])).tolist()
    [0.0, 1.0, 3.0]
    """
    return np.concatenate([np.zeros(1), np.cumsum(steps)])
