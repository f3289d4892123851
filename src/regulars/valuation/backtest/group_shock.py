r"""By how much the totals of single groups were off, beyond chance and beyond what was off in all of them.

At an origin let all totals be off by the factor f = ΣA / ΣE. A group's total A_g differs from f·E_g by chance, of
variance f²·V_g by the forecast itself, and by a shock of the group's own, of variance σ²·(f·E_g)². With s_g the group's
share of ΣE, f has moved with the group, so that D_g = A_g - f·E_g has

    Var D_g = (1 - 2s_g)·v_g + s_g² Σ_h v_h,   v_h = f²·(V_h + σ²·E_h²)                              (1)

and over groups and origins, each with the weight w_g of its relative error,

    σ² = max(0, Σ w_g [D_g²/f² - ((1 - 2s_g)V_g + s_g² ΣV)]/E_g² / Σ w_g [(1 - 2s_g) + s_g² ΣE²/E_g²]),

    w_g = 1/(s_0² + V_g/E_g²)²                                                                       (2)

the inverse of the variance of such a square where shocks are s_0, a total off by what definitions call right: a group
tells as much as chance leaves of it, whether it brings much or little, because σ is a share of each group's own total.
The shares matter where a few groups bring most: of a group that brings nearly all, hardly anything is left beside f.

The total of all has the variance σ² Σ s_h² from the groups' own shocks alone. The shock of all totals together, of
scale S, holds that already, as far as it is that large, so what a single group has on top of it is of variance

    σ² - min(S², σ² Σ s_h²)                                                                          (3)
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from regulars.models.histories import Floats, Integers
from regulars.valuation.backtest.as_known import AsKnown
from regulars.valuation.backtest.drift import SMALLEST
from regulars.valuation.backtest.forecast import Forecast

# Totals of fewer customers are nearly all chance.
FEWEST = 30
# A group that was expected to bring less than this share of all has no relative error to speak of.
NOTHING = 1e-12


def group_shock(found: Sequence[tuple[Forecast, Floats, Integers]], shared: float) -> float | None:
    """Return the root of (3) from forecast, outcome and group of each customer at some origins, averaged over these.

    `shared` is the shock of all totals together. None where no origin has two groups of customers to hold against
    each other.
    """
    excess, size, held = 0.0, 0.0, []
    for forecast, actual, group in found:
        columns = (actual, forecast.mean, forecast.spread.least_variance(), np.ones(group.size))
        totals = np.array([np.bincount(group, values) for values in columns])
        # A missing mean leaves the origin out, not its group.
        least = NOTHING * max(totals[0].sum(), totals[1].sum())
        totals = totals[:, (totals[3] >= FEWEST) & ~(totals[1] <= least)]
        if totals.shape[1] < 2 or not np.isfinite(totals).all():
            continue
        happened, expected, chance, _ = totals
        factor = happened.sum() / expected.sum()
        if not factor > 0.0:
            continue
        weight = 1.0 / (SMALLEST**2 + chance / expected**2) ** 2 / expected**2
        off = (happened / factor - expected) ** 2
        excess += float(weight @ (off - _left(chance, expected)))
        size += float(weight @ _left(expected**2, expected))
        held.append(float(((expected / expected.sum()) ** 2).sum()))
    if not size > 0.0:
        return None
    own = max(0.0, excess / size)
    return math.sqrt(own - min(shared**2, own * sum(held) / len(held)))


def _left(variance: Floats, expected: Floats) -> Floats:
    """Return what (1) leaves of the groups' own variances."""
    share = expected / expected.sum()
    return (1.0 - 2.0 * share) * variance + share**2 * variance.sum()


def months_of_acquisition(known: AsKnown) -> Integers:
    """Return the month of each customer's first purchase, counted from the earliest."""
    first = (np.datetime64(known.origin, "D") - known.age).astype("datetime64[M]").astype(np.int64)
    return np.asarray(first - first.min(), dtype=np.int64)
