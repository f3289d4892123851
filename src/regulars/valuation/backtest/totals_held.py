r"""How often totals of groups lay in their intervals: forecast by the earlier windows alone, held against the last one.

The total of a group with expectation E and variance V by its customers' own laws is drawn as in a run,

    T = C · exp(s·t + g·z),   C ~ Gamma(E²/V, V/E),  t ~ Student with k degrees,  z ~ N(0, 1)        (1)

with s the shock of all customers together and g that of a single group, both found on the earlier windows. A gamma law
of mean E and variance V stands for chance, because no total is below zero. The parameters are taken as known here, so
these intervals are a little narrower than those of a run, and hold a little less.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from regulars.models.histories import Floats
from regulars.models.totals import FARTHEST
from regulars.valuation.backtest.by_group import Groups
from regulars.valuation.backtest.forecast import Forecast
from regulars.valuation.backtest.group_shock import FEWEST

NOMINAL = (0.5, 0.8, 0.9)
DRAWS = 1000


@dataclass(frozen=True)
class Shocks:
    """The shock of all customers together with its degrees of freedom, and that of a single group."""

    shared: float
    degrees: int
    own: float


@dataclass(frozen=True)
class TotalsHeld:
    """How many `totals` of groups told apart by `title` lay inside the middle interval of each `nominal` share."""

    title: str
    totals: int
    nominal: tuple[float, ...]
    inside: tuple[int, ...]


def totals_held(forecast: Forecast, actual: Floats, groups: Groups, shocks: Shocks, *, seed: int) -> TotalsHeld:
    """Return how many totals lay inside; those of a few customers, or without an expectation, are left out."""
    columns = (actual, forecast.mean, forecast.spread.least_variance(), np.ones(actual.size))
    sums = np.array([np.bincount(groups.of, values, minlength=len(groups.names)) for values in columns])
    known = (sums[3] >= FEWEST) & np.isfinite(sums).all(axis=0) & (np.nan_to_num(sums[1:3]) > 0.0).all(axis=0)
    streams = [(seed, group) for group in np.flatnonzero(known).tolist()]
    placed = [_place(total, shocks, stream) for total, stream in zip(sums[:3, known].T, streams, strict=True)]
    off = np.abs(2.0 * np.array(placed) - 1.0)
    return TotalsHeld(groups.title, len(placed), NOMINAL, tuple(int((off <= nominal).sum()) for nominal in NOMINAL))


def _place(total: Floats, shocks: Shocks, stream: tuple[int, int]) -> float:
    """Return the share of draws of (1) below what happened, half of those that are equal."""
    happened, expected, variance = total.tolist()
    rng = np.random.default_rng(stream)
    chance, shared, own = ((rng.permutation(DRAWS) + 0.5) / DRAWS for _ in range(3))
    drawn = special.gammaincinv(expected**2 / variance, chance) * variance / expected
    shock = shocks.shared * special.stdtrit(shocks.degrees, shared) + shocks.own * special.ndtri(own)
    drawn *= np.exp(np.clip(shock, -FARTHEST, FARTHEST))
    return float(np.mean(drawn < happened) + np.mean(drawn == happened) / 2.0)
