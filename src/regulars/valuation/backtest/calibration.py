r"""A map of probability levels that makes the past's intervals right, shrunk towards no map.

Where forecasts are right, the share of outcomes at or below the forecast's quantile at level τ is τ. At origin k it was
τ + d_k(τ). The map G(τ) = τ + c·d̄(τ), d̄ the mean over K origins, says which share to expect; the quantile promised at
level τ is then the forecast's own at G⁻¹(τ) (recalibration by the transforms: Kuleshov, Fenner & Ermon 2018, with the
outcomes of earlier windows in place of a held-out part). Its strength c is found as that of a drift is,

    c = max(0, 1 - Σ V(τ) / Σ d̄(τ)²),    V = (variance between origins + that of the shares)/K,         (1)

and the map is kept only where the one found on earlier origins would have brought the last one closer to uniform. It
changes levels alone, the same for all, so it is one map for every history and a forecast of 0 remains one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regulars.models.histories import Floats
from regulars.valuation.backtest.forecast import LEVELS
from regulars.valuation.backtest.pit import gap

GRID = np.array(LEVELS)
# Forecasts whose transforms are this far from uniform are called right; two origins cannot show less.
SMALLEST = 0.03


@dataclass(frozen=True)
class LevelMap:
    """G at the levels of every forecast: the share of outcomes to expect at or below the quantile of each level."""

    achieved: tuple[float, ...]

    @property
    def changes(self) -> bool:
        """Whether it is a map at all."""
        return self.achieved != LEVELS

    def expected(self, level: Floats) -> Floats:
        """Return G: the share of outcomes to expect at or below the forecast's quantile at `level`."""
        return np.asarray(np.interp(level, *_ends(GRID, np.array(self.achieved))))

    def level_for(self, share: Floats) -> Floats:
        """Return G⁻¹: the level of the forecast's quantile that this share of outcomes is to be at or below."""
        return np.asarray(np.interp(share, *_ends(np.array(self.achieved), GRID)))

    def read_off(self, quantiles: Floats | NDArray[np.float32]) -> Floats:
        """Return the quantiles promised at the levels of every forecast, between those there are by a straight line."""
        place = np.clip(np.interp(self.level_for(GRID), GRID, np.arange(GRID.size)), 0.0, GRID.size - 1.0)
        low = np.floor(place).astype(np.int64)
        high = np.minimum(low + 1, GRID.size - 1)
        return np.asarray(quantiles[:, low] + (place - low) * (quantiles[:, high] - quantiles[:, low]))

    def widening(self, quantiles: Floats | NDArray[np.float32]) -> Floats:
        """Return what the map multiplies a variance by, per row of quantiles.

        Each level stands for a band of a 25th of the outcomes, of which the map makes another share; where all levels
        are the same, what there is of a spread lies in the last band.
        """
        edges = np.concatenate([np.zeros(1), (GRID[1:] + GRID[:-1]) / 2.0, np.ones(1)])
        share = np.diff(self.expected(edges))
        before = quantiles.var(axis=1, dtype=np.float64)
        after = quantiles.astype(np.float64) ** 2 @ share - (quantiles @ share) ** 2
        alike = before <= 0.0
        return np.where(alike, share[-1] * GRID.size, after / np.where(alike, 1.0, before))


SAME = LevelMap(LEVELS)


def level_map(transforms: Sequence[Floats]) -> LevelMap:
    """Return the map behind the transforms of the outcomes at some origins, the latest first."""
    if len(transforms) < 2:
        return SAME
    earlier = _found(transforms[1:])
    last = transforms[0]
    if not gap(earlier.expected(last)) < gap(last):
        return SAME
    return _found(transforms)


def _found(transforms: Sequence[Floats]) -> LevelMap:
    """Return the map by (1)."""
    off = np.array([_shares(one) - GRID for one in transforms])
    origins = len(off)
    mean = off.mean(axis=0)
    sampling = np.mean([GRID * (1.0 - GRID) / one.size for one in transforms], axis=0)
    between = off.var(axis=0, ddof=1) if origins > 1 else np.zeros(GRID.size)
    variance = (np.maximum(between, SMALLEST**2) + sampling) / origins
    size = float((mean**2).sum())
    strength = max(0.0, 1.0 - float(variance.sum()) / size) if size > 0.0 else 0.0
    if strength == 0.0:
        return SAME
    achieved = np.maximum.accumulate(np.clip(GRID + strength * mean, 1e-6, 1.0 - 1e-6))
    return LevelMap(tuple((achieved + 1e-9 * np.arange(GRID.size)).tolist()))


def _shares(transforms: Floats) -> Floats:
    return np.searchsorted(np.sort(transforms), GRID, side="right") / transforms.size


def _ends(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    return np.concatenate([[0.0], x, [1.0]]), np.concatenate([[0.0], y, [1.0]])
