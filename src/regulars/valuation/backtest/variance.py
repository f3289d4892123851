"""The variance of a forecast by the law behind it, which levels alone show only in part.

Of purchases it is E[N²] - E[N]² of the mixture over everything a customer may do; of value, with V = scale · M and
E[M²] = a E[N²] + b E[N] by the model of spend,

    Var V = scale² · (a E[N²] + b E[N] - (E M)²)                                            (1)

which is infinite where E[M²] is: under Gamma-Gamma for customers with p n_obs + q <= 2. The 25 levels of a forecast
leave out what lies beyond the last one: a twentieth of a usual variance, and all of it where hardly anyone buys.
"""

from __future__ import annotations

import numpy as np

from regulars.models.histories import Floats
from regulars.models.scoring import Scores
from regulars.models.spend.base import SpendFit


def of_purchases(scores: Scores) -> Floats:
    """Return the variance of the number of purchases per history."""
    return np.asarray(scores.squared - scores.purchases**2)


def of_value(spend: SpendFit, n_obs: Floats, scores: Scores) -> Floats:
    """Return (1) per history in squares of the scale, infinite where there is none."""
    by_square, by_number = spend.square_factors(n_obs)
    known = np.isfinite(by_square)
    mean = np.where(known, spend.mean_factor(n_obs), 0.0) * scores.purchases
    squared = np.where(known, by_square, 0.0) * scores.squared + np.where(known, by_number, 0.0) * scores.purchases
    return np.where(known, squared - mean**2, np.inf)
