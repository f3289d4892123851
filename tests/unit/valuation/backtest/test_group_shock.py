"""The shock of single cohorts: found where it was put, none where there is only chance."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import pdtrik

from regulars.models.histories import Floats, Integers
from regulars.valuation.backtest.forecast import LEVELS, Forecast, Spread
from regulars.valuation.backtest.group_shock import FEWEST, group_shock

COHORTS, SIZE, MEAN = 60, 400, 2.0
SQUARES = np.array([MEAN])


def said(shock: float, seed: int, factor: float = 1.0) -> tuple[Forecast, Floats, Integers]:
    """Return forecasts of Poisson purchases, and what came when each cohort had a factor of its own."""
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(COHORTS), SIZE)
    actual = rng.poisson(MEAN * factor * np.exp(rng.normal(0.0, shock, COHORTS))[group]).astype(np.float64)
    levels = np.maximum(np.ceil(pdtrik(np.array(LEVELS), MEAN)), 0.0)[None, :]
    spread = Spread(levels, np.zeros(group.size, dtype=np.int64), np.ones(group.size))
    return Forecast(np.full(group.size, MEAN), spread), actual, group


@pytest.mark.parametrize("shock", [0.1, 0.3])
def test_it_is_found_again(shock: float) -> None:
    found = group_shock([said(shock, seed, factor=1.5) for seed in (1, 2, 3)], 0.05)
    assert found == pytest.approx(shock, rel=0.2)


def test_chance_alone_is_none() -> None:
    found = group_shock([said(0.0, seed, factor=0.7) for seed in (1, 2, 3)], 0.05)
    assert found is not None
    assert found < 0.03


def test_too_few_customers_or_cohorts_cannot_tell() -> None:
    forecast, actual, group = said(0.3, 1)
    one = np.zeros(group.size, dtype=np.int64)
    assert group_shock([(forecast, actual, one)], 0.05) is None
    few = np.arange(group.size) // (FEWEST - 1)
    assert group_shock([(forecast, actual, few)], 0.05) is None
    assert group_shock([], 0.05) is None


def test_it_is_right_on_average_where_one_group_brings_most() -> None:
    """What all are off by holds a part of it already; without the shares in (1) it would be found as a third of it."""
    rng, sizes, shock = np.random.default_rng(4), np.array([3000, 300, 300, 200, 200]), 0.3
    group = np.repeat(np.arange(sizes.size), sizes)
    spread = Spread(np.full((1, len(LEVELS)), MEAN), np.zeros(group.size, dtype=np.int64), np.ones(group.size), SQUARES)
    forecast = Forecast(np.full(group.size, MEAN), spread)
    origins, together = [], []
    for _ in range(300):
        own = np.exp(rng.normal(-(shock**2) / 2.0, shock, sizes.size))
        origins.append((forecast, rng.poisson(MEAN * own[group]).astype(np.float64), group))
        together.append(own @ sizes / sizes.sum())
    shared = float(np.std(together))
    found, beside_none = group_shock(origins, shared), group_shock(origins, 0.0)
    assert found is not None
    assert shared**2 + found**2 == pytest.approx(np.expm1(shock**2), rel=0.15)
    assert beside_none == pytest.approx(math.sqrt(math.expm1(shock**2)), rel=0.1)


def test_what_was_expected_to_bring_nothing_tells_nothing() -> None:
    """Daily buyers who stayed away for years: squares of what they were expected to bring once vanished."""
    forecast, actual, group = said(0.1, 5)
    usual = group_shock([(forecast, actual, group)], 0.05)
    gone, scale = group == COHORTS - 1, np.ones(group.size)
    scale[gone] = 1e-170
    mean, spread = np.where(gone, forecast.mean * scale, forecast.mean), forecast.spread
    with_gone = Forecast(mean, Spread(spread.multiples, spread.row, scale))
    assert group_shock([(with_gone, actual, group)], 0.05) == pytest.approx(usual, rel=0.2)
    nobody = Forecast(forecast.mean * 1e-170, Spread(spread.multiples, spread.row, scale * 1e-170))
    assert group_shock([(nobody, actual, group)], 0.05) is None
