"""The law of what an uncertain number of purchases is worth: a mixture of beta-primes over a grid.

M given n purchases is beta-prime(p n, c). Its distribution function on a grid of log m depends on
n and c only, so a mixture over n is one matrix product for all ages, and a quantile is read off
a cubic that knows the density at both ends of its cell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from regulars.models.histories import Floats, Integers
from regulars.models.purchase_counts import Mixed, PurchaseCounts

# Probability beyond either end of the grid, for the fewest and the most purchases.
BEYOND = 1e-6
# Cells per width of the finest feature, in log m.
CELLS = 3.0
MOST_CELLS = 4096
# Quantiles that are looked up at once: temporaries stay below 128 KB.
CACHED_ROWS = 8192


@dataclass(frozen=True, eq=False)
class SumTable:
    """P(M <= m) without the atom at 0, and its density in log m, shape (rows of the counts, grid)."""

    log_m: Floats
    below: Floats
    density: Floats

    @classmethod
    def of(cls, p: float, c: float, counts: PurchaseCounts) -> SumTable:
        """Return the table of the mixture over `counts` of beta-prime(p n, c)."""
        shape = p * counts.number
        log_m = _grid(shape, c, _finest(p, c, counts))
        # z = m/(1+m); the logistic function keeps both z and 1 - z exact.
        log_z, log_rest = -np.logaddexp(0.0, -log_m), -np.logaddexp(0.0, log_m)
        below = _components(shape, c, log_m, np.exp(log_z))
        log_density = shape[:, None] * log_z + c * log_rest - special.betaln(shape, c)[:, None]
        return cls(log_m, counts.average(below), counts.average(np.exp(log_density)))

    def quantiles(self, none: Floats, rows: Mixed, level: Floats) -> Floats:
        """Return m with P(N = 0) + P(M <= m) = level, both mixed over `rows`; 0 where level <= P(N = 0)."""
        wanted = level - rows.of(none)
        answer = np.zeros(level.shape)
        positive = np.flatnonzero(wanted > 0.0)
        for first in range(0, positive.size, CACHED_ROWS):
            some = positive[first : first + CACHED_ROWS]
            answer[some] = np.exp(self._log_quantiles(rows.take(some), wanted[some]))
        return answer

    def _log_quantiles(self, rows: Mixed, wanted: Floats) -> Floats:
        cell = self._cell(rows, wanted)
        step = self.log_m[1] - self.log_m[0]
        low, high = rows.of(self.below, cell), rows.of(self.below, cell + 1)
        rise = np.maximum(high - low, np.finfo(float).tiny)
        first, last = (rows.of(self.density, end) * step / rise for end in (cell, cell + 1))
        target = np.clip((wanted - low) / rise, 0.0, 1.0)
        return self.log_m[cell] + step * _inverse_of_cubic(first, last, target)

    def _cell(self, rows: Mixed, wanted: Floats) -> Integers:
        """Return the last cell whose left end is not above `wanted` (bisection, all at once)."""
        low, high = np.zeros(wanted.shape, dtype=np.int64), np.full(wanted.shape, self.log_m.size - 1)
        while (high - low > 1).any():
            middle = (low + high) // 2
            left = rows.of(self.below, middle) <= wanted
            low, high = np.where(left, middle, low), np.where(left, high, middle)
        return low


def _components(shape: Floats, c: float, log_m: Floats, z: Floats) -> Floats:
    """Return P(M_n <= m), computed only where it is neither 0 nor 1 to fifteen digits."""
    centre = (special.digamma(shape) - special.digamma(c))[:, None]
    deviation = np.sqrt(special.polygamma(1, shape) + special.polygamma(1, c))[:, None]
    distance = log_m - centre
    inside = (distance > -9.0 * deviation - 35.0 / shape[:, None]) & (distance < 9.0 * deviation + 35.0 / c)
    below = (distance > 0.0).astype(np.float64)
    row, column = np.nonzero(inside)
    below[row, column] = special.betainc(shape[row], c, z[column])
    return below


def _finest(p: float, c: float, counts: PurchaseCounts) -> float:
    """Return the width of the finest feature of the mixture in log m.

    Components of n and n+1 purchases stand apart only while n < p; beyond, the mixture is as wide as the spread
    of N, of n purchases and of the customer's own scale together.
    """
    apart = special.polygamma(1, p * min(counts.number[-1], max(1.0, p)))
    buys = np.maximum(counts.some.sum(axis=1), np.finfo(float).tiny)
    mean = counts.some @ counts.number / buys
    spread = counts.some @ counts.number**2 / buys / mean**2 - 1.0
    together = float(np.min(np.maximum(spread, 0.0) + 1.0 / (p * mean)))
    return float(np.sqrt(min(apart, together) + special.polygamma(1, c)))


def _grid(shape: Floats, c: float, width: float) -> Floats:
    """Return equally spaced log m from the low end of one purchase to the high end of the most."""
    z_low = special.betaincinv(shape[0], c, BEYOND)
    rest_high = special.betaincinv(c, shape[-1], BEYOND)
    tiny = np.finfo(float).tiny
    low = np.log(max(z_low, tiny)) - np.log1p(-min(z_low, 1.0 - 1e-16))
    high = np.log1p(-min(rest_high, 1.0 - 1e-16)) - np.log(max(rest_high, tiny))
    cells = int(np.clip(CELLS * (high - low) / width, 8, MOST_CELLS))
    return np.linspace(low, high, cells + 1)


def _inverse_of_cubic(first: Floats, last: Floats, target: Floats) -> Floats:
    """Return s in [0, 1] where the cubic from 0 to 1 with these end slopes reaches `target`.

    Newton's steps kept between the bounds found so far: the cubic of a distribution function rises.
    """
    low, high, s = np.zeros(target.shape), np.ones(target.shape), target.copy()
    for _ in range(6):
        value = s * (first + s * (3.0 - 2.0 * first - last + s * (first + last - 2.0)))
        slope = first + s * (2.0 * (3.0 - 2.0 * first - last) + 3.0 * s * (first + last - 2.0))
        low, high = np.where(value <= target, s, low), np.where(value >= target, s, high)
        step = s - (value - target) / np.where(slope > 0.0, slope, np.inf)
        s = np.where((step > low) & (step < high), step, (low + high) / 2.0)
    return s
