"""The beta law of the chances to lapse, climbed by its mean and its size instead of by α and β.

Where contracts are all alike, α and β run away together along a ridge on which only their ratio is known. In
odds o = α/β and size s = α + β the ridge is one direction: s runs away and o keeps its standard error.

    α = s·o / (1 + o),   β = s / (1 + o)                                                  (1)
"""

from __future__ import annotations

import numpy as np

from regulars.models.renewals.cohorts import Floats


def odds_and_size(alpha: float, beta: float) -> tuple[float, float]:
    """Return o and s.

    >>> odds_and_size(1.0, 4.0)
    (0.25, 5.0)
    """
    return alpha / beta, alpha + beta


def alpha_and_beta(odds: float, size: float) -> tuple[float, float, Floats]:
    """Return α, β and their derivatives by log o and log s, shape (2, 2).

    >>> alpha, beta, _ = alpha_and_beta(0.25, 5.0)
    >>> alpha, beta
    (1.0, 4.0)
    """
    alpha, beta = float(size * odds / (1.0 + odds)), float(size / (1.0 + odds))
    moved = alpha / (1.0 + odds)
    return alpha, beta, np.array([[moved, alpha], [-moved, beta]])
