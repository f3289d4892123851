"""The steps of a power, n^c - (n-1)^c: the age a contract gains at its n-th renewal in the Weibull models."""

from __future__ import annotations

import numpy as np

from regulars.models.renewals.cohorts import Floats

# e^600 renewals' worth of age: nothing survives one such step, and its products stay finite.
MOST = 600.0


def power(c: float, n: Floats) -> Floats:
    """Return n^c for n >= 0, with an end at e^600 where every digit of survival is gone.

    >>> power(2.0, np.array([0.0, 3.0])).round(9).tolist()
    [0.0, 9.0]
    """
    return np.where(n > 0.0, np.exp(np.minimum(c * np.log(np.maximum(n, 1.0)), MOST)), 0.0)


def steps_of_power(c: float, n: Floats) -> tuple[Floats, Floats]:
    """Return n^c - (n-1)^c for whole n >= 1, and its derivative by c.

    With w = log(1 - 1/n) the step is n^c (1 - e^(c w)) and the derivative log(n)·step - n^c w e^(c w).

    >>> [values.round(9).tolist() for values in steps_of_power(2.0, np.array([1.0, 2.0]))]
    [[1.0, 3.0], [0.0, 2.772588722]]
    """
    whole = power(c, n)
    before = np.log1p(-1.0 / np.maximum(n, 2.0))  # w, for n = 1 replaced below
    first = n < 2.0
    left = np.where(first, 0.0, np.exp(c * before))
    step = whole * np.where(first, 1.0, -np.expm1(c * before))
    return step, np.log(n) * step - whole * before * left
