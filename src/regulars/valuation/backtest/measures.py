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

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

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
    of the mean is None. `scores` holds (1) per customer, `transforms` the randomised probability
    integral transform, for comparisons and for other groups of customers.
    """

    customers: int
    actual: float
    expected: float | None
    crps: float
    rmse: float | None
    bias: float | None
    bias_error: float | None
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
    scores: Floats
    transforms: Floats


def measured(forecast: Forecast, actual: Floats, *, seed: int) -> Measures:
    """Return the measures of a forecast against what happened, one entry per customer."""
    rng = np.random.default_rng(seed)
    by_block = [_block(forecast, actual, rows, rng) for rows in _blocks(actual.size)]
    scores, variance, pit, inside, width, off = (np.concatenate(column) for column in zip(*by_block, strict=True))
    mean, total = forecast.mean, float(actual.sum())
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
        bias_error=float(np.sqrt(variance.sum())) / total if total > 0.0 else None,
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
        scores=scores.astype(np.float32),
        transforms=pit.astype(np.float32),
    )


def _blocks(customers: int) -> Iterator[slice]:
    yield from (slice(start, start + BLOCK) for start in range(0, customers, BLOCK))


def _block(forecast: Forecast, actual: Floats, rows: slice, rng: np.random.Generator) -> tuple[Floats, ...]:
    """Return per customer: (1), variance, randomised transform, inside the interval, its width, error of the median."""
    quantile, outcome = forecast.spread.of(rows), actual[rows]
    above = outcome[:, None] < quantile
    scores = 2.0 * ((outcome[:, None] - quantile) * (np.array(LEVELS) - above)).mean(axis=1)
    inside = ((quantile[:, LOW] <= outcome) & (outcome <= quantile[:, HIGH])).astype(np.float64)
    return (
        scores,
        quantile.var(axis=1),
        transforms(quantile, outcome, rng),
        inside,
        quantile[:, HIGH] - quantile[:, LOW],
        np.abs(outcome - quantile[:, MIDDLE]),
    )


def _deciles(mean: Floats, seed: int) -> Integers:
    decile = np.empty(mean.size, dtype=np.int64)
    decile[order_by_lot(mean, seed)] = np.arange(mean.size) * DECILES // mean.size
    return decile


def _chi_square(mean: Floats, actual: Floats, variance: Floats, seed: int) -> float | None:
    """Return Σ over deciles of the forecast of (actual - expected)²/variance, by the forecast's own variance."""
    decile = _deciles(mean, seed)
    gap, spread = (np.bincount(decile, values, minlength=DECILES) for values in (actual - mean, variance))
    return float((gap**2 / spread).sum()) if (spread > 0.0).all() else None


def _capture(mean: Floats, actual: Floats) -> float | None:
    """Return what the tenth with the highest forecast brought, over what the best tenth brought; equals share."""
    size = max(1, actual.size // DECILES)
    best = float(np.sort(actual)[-size:].sum())
    border = np.partition(mean, -size)[-size]
    above, at = mean > border, mean == border
    brought = float(actual[above].sum() + actual[at].mean() * (size - above.sum()))
    return brought / best if best > 0.0 else None
