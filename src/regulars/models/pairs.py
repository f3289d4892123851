"""The order in which second derivatives stand: the upper triangle, one row after the other."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


@cache
def pairs(size: int) -> tuple[Integers, Integers]:
    """Return the first and the other parameter of each pair, as `np.triu_indices` does in forty times the time.

    >>> first, other = pairs(2)
    >>> list(zip(first.tolist(), other.tolist()))
    [(0, 0), (0, 1), (1, 1)]
    """
    first, other = np.triu_indices(size)
    return first, other
