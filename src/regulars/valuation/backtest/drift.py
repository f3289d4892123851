r"""How far forecasts of totals have been off in one direction, and by how much they are off from window to window.

With r_k = log(actual / forecast) of the total at origin k, r_k = D + shock_k + sampling error, the mean of K windows
estimates the drift D with variance V = (s² + e²)/K: s² the variance of the shocks, e² that of the forecast's own error.
The drift believed is shrunk towards none as by James & Stein (1961), positive part:

    D̂ = r̄ · max(0, 1 - V / r̄²)                                                            (1)

so a drift that is no larger than what shocks alone would make of K windows is not corrected at all. The shocks'
variance is what the windows show, and never below `SMALLEST`², because two or three windows cannot show less. The next
window's total is uncertain by

    variance of log total = s² + V                                                          (2)

on top of what the model itself says. One window cannot tell a drift from a shock: nothing is corrected then, and
all of what was missed counts as shock.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# A total that is off by no more than this is called right (definitions: a bias within 5 %).
SMALLEST = 0.05


@dataclass(frozen=True)
class Drift:
    """The correction (1) of the log of a total, and the standard deviation (2) of the shock of the next window.

    `seen` holds log(actual / forecast) per window, latest first.
    """

    correction: float
    shock: float
    seen: tuple[float, ...]

    @property
    def factor(self) -> float:
        """What a forecast total is multiplied by."""
        return math.exp(self.correction)


NONE = Drift(0.0, 0.0, ())


def drift(seen: Sequence[float], errors: Sequence[float]) -> Drift:
    """Return the drift behind log(actual / forecast) at some origins; `errors` are the forecasts' own.

    >>> found = drift([0.30, 0.28, 0.32], [0.01, 0.01, 0.01])
    >>> round(found.correction, 2), drift([0.30, -0.28], [0.01, 0.01]).correction
    (0.3, 0.0)
    """
    windows = len(seen)
    if not windows:
        return NONE
    if windows == 1:
        return Drift(0.0, max(abs(seen[0]), SMALLEST), tuple(seen))
    mean = float(np.mean(seen))
    sampling = float(np.mean(np.square(errors)))
    shocks = max(float(np.var(seen, ddof=1)) - sampling, SMALLEST**2)
    variance = (shocks + sampling) / windows
    believed = mean - variance / mean if mean**2 > variance else 0.0
    return Drift(believed, math.sqrt(shocks + variance), tuple(seen))
