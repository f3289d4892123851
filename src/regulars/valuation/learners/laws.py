"""From a few numbers per customer to quantiles at every level, once per distinct numbers.

With p the chance of any, and Q the quantiles of the amount given any, the quantile at level τ is

    0 for τ <= 1 - p, and Q((τ - 1 + p)/p) above                                              (1)

Chances are rounded to a four-hundredth and shapes to a few hundredths, so that customers share rows; means are not.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import special

from regulars.models.histories import Floats, Integers
from regulars.valuation.backtest.forecast import LEVELS, Spread
from regulars.valuation.learners.moments import PER_LOG, Moments, of_curves

STEPS = 400
SEEN_PER_SHAPE, MOST_SHAPES = 200, 5

Quantiles = Callable[[int, Floats], Floats]


def hurdled(
    chance: Floats, shape: Integers, scale: Floats, quantiles: Quantiles, moments: Moments | None = None
) -> Spread:
    """Return (1) with Q = `scale` × `quantiles`, given a shape and levels in (0, 1).

    `moments` gives mean and mean square of `quantiles` by shape, where they are known.
    """
    step = np.rint(chance * STEPS).astype(np.int64)
    key, row = np.unique((shape - shape.min()) * (STEPS + 1) + step, return_inverse=True)
    table = np.zeros((key.size, len(LEVELS)))
    steps, shapes = key % (STEPS + 1), key // (STEPS + 1) + shape.min()
    share = np.maximum(steps, 1) / STEPS
    inner = (np.array(LEVELS) - 1.0 + share[:, None]) / share[:, None]
    inner[steps == 0] = 0.0
    for each in np.unique(shapes):
        mine = shapes == each
        levels = inner[mine]
        found = np.zeros(levels.shape)
        found[levels > 0.0] = quantiles(int(each), levels[levels > 0.0])
        table[mine] = found
    return Spread(table, row, scale, None if moments is None else _squares(chance, row, shapes, moments))


def _squares(chance: Floats, row: Integers, shapes: Integers, moments: Moments) -> Floats:
    """Return the variance p E[Q²] - (p E[Q])² of each row, p the mean chance of its customers."""
    p = np.bincount(row, chance) / np.bincount(row)
    mean, square = np.array([moments(int(each)) for each in shapes]).T
    return np.asarray(p * square - (p * mean) ** 2)


def shapes_of_residuals(forecast: Floats, actual: Floats) -> tuple[Callable[[Floats], Integers], Quantiles, Moments]:
    """Return which shape a forecast has; quantiles and moments of actual over forecast among those of like forecast."""
    shapes = int(np.clip(actual.size // SEEN_PER_SHAPE, 1, MOST_SHAPES))
    edges = np.quantile(forecast, np.arange(1, shapes) / shapes)
    which = np.searchsorted(edges, forecast)
    ratios = [np.sort(actual[which == each] / forecast[which == each]) for each in range(shapes)]
    ratios = [each if each.size else np.sort(actual / forecast) for each in ratios]

    def quantiles(shape: int, levels: Floats) -> Floats:
        seen = ratios[shape]
        return np.interp(levels, (np.arange(seen.size) + 0.5) / seen.size, seen)

    def moments(shape: int) -> tuple[float, float]:
        return float(ratios[shape].mean()), float(np.mean(ratios[shape] ** 2))

    return (lambda other: np.searchsorted(edges, other)), quantiles, moments


def log_normal(shape: int, levels: Floats) -> Floats:
    """Return the quantiles of a log-normal of median 1, whose variance is e^(shape / PER_LOG)."""
    return np.asarray(np.exp(np.exp(shape / PER_LOG / 2.0) * special.ndtri(levels)))


def hurdled_curves(chance: Floats, known: Floats, at: Floats, scale: Floats) -> tuple[Spread, Floats]:
    """Return (1) where the logarithm of Q/scale is a curve through `at` (customers, levels) at the levels `known`.

    Between the levels the curve is straight against the normal score of the level, which is exact for a log-normal,
    and beyond them it goes on as it ends. Beside it, the mean of Q.
    """
    z = special.ndtri(known)
    at = np.sort(at, axis=1)
    table = np.zeros((chance.size, len(LEVELS)))
    share = np.maximum(chance, 1e-12)[:, None]
    inner = (np.array(LEVELS) - 1.0 + share) / share
    above = inner > 0.0
    customer = np.nonzero(above)[0]
    table[above] = np.exp(_on_curve(z, at, customer, special.ndtri(inner[above])))
    everyone = np.arange(chance.size)
    mean = sum(
        np.exp(_on_curve(z, at, everyone, np.full(chance.size, special.ndtri(level)))) for level in LEVELS
    ) / len(LEVELS)
    first, second = of_curves(known, at)
    return Spread(table, everyone, scale, chance * second - (chance * first) ** 2), mean * scale


def _on_curve(z: Floats, at: Floats, customer: Integers, score: Floats) -> Floats:
    piece = np.clip(np.searchsorted(z, score), 1, z.size - 1)
    low, high = at[customer, piece - 1], at[customer, piece]
    return np.asarray(low + (high - low) * (score - z[piece - 1]) / (z[piece] - z[piece - 1]))


def shape_of(positive: Floats) -> Integers:
    """Return the whole number that stands for a positive number and those near it."""
    return np.rint(np.log(positive) * PER_LOG).astype(np.int64)


def counts(dispersion: float, beyond: float) -> Quantiles:
    """Return the quantiles of `beyond` + negative binomial of mean e^(shape / PER_LOG) and its dispersion."""

    def quantiles(shape: int, levels: Floats) -> Floats:
        mean = float(np.exp(shape / PER_LOG))
        upto = np.arange(int(mean + 20.0 * np.sqrt(mean + mean**2 / dispersion)) + 20)
        cumulative = np.cumsum(np.exp(log_probability(upto.astype(np.float64), np.array([mean]), dispersion)))
        return beyond + np.minimum(np.searchsorted(cumulative, levels), upto[-1]).astype(np.float64)

    return quantiles


def log_probability(number: Floats, mean: Floats, dispersion: float) -> Floats:
    """Return log P(number) of the negative binomial with variance mean + mean²/dispersion."""
    total = mean + dispersion
    return np.asarray(
        special.gammaln(number + dispersion)
        - special.gammaln(dispersion)
        - special.gammaln(number + 1.0)
        + dispersion * np.log(dispersion / total)
        + special.xlogy(number, mean / total)
    )


def dispersion_of(number: Floats, mean: Floats) -> float:
    """Return the dispersion, to a tenth of its logarithm, under which the numbers are most likely."""
    tried = np.exp(np.arange(-40, 70) / 10.0)
    return float(tried[int(np.argmax([log_probability(number, mean, each).sum() for each in tried]))])


def tweedie(dispersion: float) -> Quantiles:
    """Return the quantiles, over its mean, of a Tweedie law of power 3/2 and mean e^(shape / PER_LOG).

    It is a sum of a Poisson number of exponential values: with λ = 2√mean/φ the number and 1/λ the mean of each,
    P(Y/mean <= y) = e^-λ (1 + Σ λⁿ/n! P(n, λ y)), P the regularised incomplete gamma function (Dunn & Smyth 2005).
    """

    def quantiles(shape: int, levels: Floats) -> Floats:
        number = 2.0 * float(np.exp(shape / PER_LOG / 2.0)) / dispersion
        values = np.linspace(0.0, 1.0 + 12.0 / np.sqrt(number) + 12.0 / number, 600)
        n = np.arange(1, int(number + 12.0 * np.sqrt(number)) + 20)
        weight = np.exp(n * np.log(number) - number - special.gammaln(n + 1.0))
        below = np.exp(-number) + special.gammainc(n[:, None], number * values).T @ weight
        return np.where(levels > below[0], np.interp(levels, below, values), 0.0)

    return quantiles
