r"""By how much the totals of single cohorts were off, beyond chance and beyond what was off in all of them.

At an origin let all totals be off by the factor f = ΣA / ΣE. A cohort's total A_g then differs from f·E_g by its own
chance, of variance f²·V_g by the forecast itself, and by a shock of the cohort's own, of variance σ²·(f·E_g)². Over
cohorts and origins

    σ² = max(0, Σ [(A_g - f·E_g)² - f²·V_g] / Σ (f·E_g)²)                                            (1)

which weighs cohorts by the square of their totals, as an error in money does.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from regulars.models.histories import Floats, Integers
from regulars.valuation.backtest.as_known import AsKnown
from regulars.valuation.backtest.forecast import Forecast

# Totals of fewer customers are nearly all chance.
FEWEST = 30


def group_shock(found: Sequence[tuple[Forecast, Floats, Integers]]) -> float | None:
    """Return the root of (1) from forecast, outcome and cohort of each customer at some origins.

    None where no origin has two cohorts of customers to hold against each other.
    """
    excess, size = 0.0, 0.0
    for forecast, actual, group in found:
        columns = (actual, forecast.mean, forecast.spread.least_variance(), np.ones(group.size))
        totals = np.array([np.bincount(group, values) for values in columns])
        totals = totals[:, totals[3] >= FEWEST]
        if totals.shape[1] < 2 or not (np.isfinite(totals).all() and totals[1].sum() > 0.0):
            continue
        happened, expected, chance, _ = totals
        factor = happened.sum() / expected.sum()
        excess += float(((happened - factor * expected) ** 2 - factor**2 * chance).sum())
        size += float(((factor * expected) ** 2).sum())
    return math.sqrt(max(0.0, excess / size)) if size > 0.0 else None


def months_of_acquisition(known: AsKnown) -> Integers:
    """Return the month of each customer's first purchase, counted from the earliest."""
    first = (np.datetime64(known.origin, "D") - known.age).astype("datetime64[M]").astype(np.int64)
    return np.asarray(first - first.min(), dtype=np.int64)
