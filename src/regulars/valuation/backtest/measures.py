r"""How good a forecast was, customer by customer and in sum.

With quantiles q_i at levels τ_i, i = 1 … m, the continuous ranked probability score of an outcome y is

    CRPS = (2/m) Σ_i (y - q_i)(τ_i - 1{y < q_i})                                       (1)

(Gneiting & Raftery 2007, eq. 20-21, as the mean of the quantile scores; Laio & Tamea 2007). It rewards the true
distribution, its atom at 0 included, and is in the unit of the outcome. The others: root mean square error of the mean;
bias of the total with the standard error that the forecast itself gives it; Gini coefficient of the outcomes in
the order of the forecast over that in their own order; Somers' D over pairs with unequal outcomes, ties in the
forecast counting one half; Spearman's correlation, by which nothing is judged; the randomised probability integral
transform; coverage and width of the middle 80 %. Customers with equal forecasts stand in the order of a lot.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import special

from regulars.models.histories import Floats, Integers
from regulars.valuation.backtest.forecast import LEVELS, Forecast
from regulars.valuation.backtest.pit import gap, order_by_lot, transforms
from regulars.valuation.backtest.ranking import gini, somers_and_spearman

BLOCK = 65_536
LOW, MIDDLE, HIGH = LEVELS.index(0.1), LEVELS.index(0.5), LEVELS.index(0.9)
DECILES = 10


@dataclass(frozen=True, eq=False)
class Measures:
    """The measures of one forecast of `customers` customers; None where one is undefined.

    `crps`, `rmse`, `width` and `median_error` are means per customer in the unit of the outcome. `bias` is the forecast
    total over the actual one, less 1. `without_mean` counts customers whose mean is not finite, for which every measure
    of the mean is None; `without_variance` those whose variance is infinite, for which `bias_error` and `chi_square`
    are None and `least_bias_error` takes as much as the levels of their forecast show. `scores` holds (1) per customer,
    `transforms` the randomised probability integral transform, for comparisons and for other groups of customers.
    """

    customers: int
    actual: float
    expected: float | None
    crps: float
    rmse: float | None
    bias: float | None
    bias_error: float | None
    least_bias_error: float | None
    gini: float | None
    somers: float | None
    spearman: float | None
    chi_square: float | None
    pit_gap: float
    coverage: float
    width: float
    median_error: float
    capture: float | None
    without_mean: int
    without_variance: int
    scores: Floats
    transforms: Floats


def measured(forecast: Forecast, actual: Floats, *, seed: int) -> Measures:
    """Return the measures of a forecast against what happened, one entry per customer."""
    rng = np.random.default_rng(seed)
    by_block = [_block(forecast, actual, rows, rng) for rows in _blocks(actual.size)]
    scores, pit, inside, width, off = (np.concatenate(column) for column in zip(*by_block, strict=True))
    mean, total, variance = forecast.mean, float(actual.sum()), forecast.spread.variance()
    without_mean = int((~np.isfinite(mean)).sum())
    known = not without_mean
    order, correlation = somers_and_spearman(mean, actual) if known else (None, None)
    expected = float(mean.sum()) if known else None
    return Measures(
        customers=actual.size,
        actual=total,
        expected=expected,
        crps=float(scores.mean()),
        rmse=float(np.sqrt(np.mean((mean - actual) ** 2))) if known else None,
        bias=expected / total - 1.0 if expected is not None and total > 0.0 else None,
        bias_error=_relative(variance, total),
        least_bias_error=_relative(forecast.spread.least_variance(), total),
        gini=gini(mean, actual) if known else None,
        somers=order,
        spearman=correlation,
        chi_square=_chi_square(mean, actual, variance, seed) if known else None,
        pit_gap=gap(pit),
        coverage=float(inside.mean()),
        width=float(width.mean()),
        median_error=float(off.mean()),
        capture=_capture(mean, actual) if known else None,
        without_mean=without_mean,
        without_variance=int((~np.isfinite(variance)).sum()),
        scores=scores.astype(np.float32),
        transforms=pit.astype(np.float32),
    )


def _blocks(customers: int) -> Iterator[slice]:
    yield from (slice(start, start + BLOCK) for start in range(0, customers, BLOCK))


def _block(forecast: Forecast, actual: Floats, rows: slice, rng: np.random.Generator) -> tuple[Floats, ...]:
    """Return per customer: (1), randomised transform, inside the interval, its width, error of the median."""
    quantile, outcome = forecast.spread.of(rows), actual[rows]
    above = outcome[:, None] < quantile
    scores = 2.0 * ((outcome[:, None] - quantile) * (np.array(LEVELS) - above)).mean(axis=1)
    inside = ((quantile[:, LOW] <= outcome) & (outcome <= quantile[:, HIGH])).astype(np.float64)
    return (
        scores,
        transforms(quantile, outcome, rng),
        inside,
        quantile[:, HIGH] - quantile[:, LOW],
        np.abs(outcome - quantile[:, MIDDLE]),
    )


def _relative(variance: Floats, total: float) -> float | None:
    """Return the standard error of a sum of independent outcomes over the sum; None where it is not finite."""
    whole = float(variance.sum())
    return math.sqrt(whole) / total if total > 0.0 and math.isfinite(whole) else None


def _deciles(mean: Floats, seed: int) -> Integers:
    decile = np.empty(mean.size, dtype=np.int64)
    decile[order_by_lot(mean, seed)] = np.arange(mean.size) * DECILES // mean.size
    return decile


def _chi_square(mean: Floats, actual: Floats, variance: Floats, seed: int) -> float | None:
    """Return Σ over deciles of the forecast of (actual - expected)²/variance, by the forecast's own variance.

    None where a decile has no variance: a bare number has none, and some laws have an infinite one.
    """
    decile = _deciles(mean, seed)
    gap, spread = (np.bincount(decile, values, minlength=DECILES) for values in (actual - mean, variance))
    return float((gap**2 / spread).sum()) if ((spread > 0.0) & np.isfinite(spread)).all() else None


def chance_of(chi_square: float) -> float:
    """Return how likely a right forecast is to have a χ² of its deciles as large as this, or larger.

    >>> round(chance_of(18.307), 3)
    0.05
    """
    return float(special.chdtrc(DECILES, chi_square))


def _capture(mean: Floats, actual: Floats) -> float | None:
    """Return what the tenth with the highest forecast brought, over what the best tenth brought; equals share."""
    size = max(1, actual.size // DECILES)
    best = float(np.sort(actual)[-size:].sum())
    border = np.partition(mean, -size)[-size]
    above, at = mean > border, mean == border
    brought = float(actual[above].sum() + actual[at].mean() * (size - above.sum()))
    return brought / best if best > 0.0 else None
