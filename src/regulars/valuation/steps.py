"""Steps of a scale that a person can read: 1, 2 or 5 times a power of ten."""

from __future__ import annotations

import math


def readable_step(top: float, most: int) -> float:
    """Return the smallest readable step of which `most` reach `top`, a number above zero.

    >>> readable_step(373.0, 20), readable_step(19.0, 20), readable_step(0.7, 20)
    (20.0, 1.0, 0.05)
    """
    least = top / most
    power = math.floor(math.log10(least))
    steps = (float(f"{digit}e{power + above}") for above in (0, 1) for digit in (1, 2, 5))
    return next(step for step in steps if step >= least * (1.0 - 1e-12))
