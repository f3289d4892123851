"""Quantiles of what learners forecast, against scipy's laws, brute force and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from regulars.valuation.backtest.forecast import LEVELS
from regulars.valuation.learners.laws import (
    counts,
    dispersion_of,
    hurdled,
    hurdled_curves,
    log_normal,
    log_probability,
    shape_of,
    shapes_of_residuals,
    tweedie,
)
from regulars.valuation.learners.moments import PER_LOG

EVERY = np.array(LEVELS)


def test_a_hurdle_puts_its_atom_at_zero_and_the_law_above() -> None:
    chance, scale = np.array([0.0, 0.01, 0.3, 0.3, 1.0]), np.array([5.0, 5.0, 1.0, 2.0, 10.0])
    spread = hurdled(chance, np.zeros(5, dtype=np.int64), scale, lambda _, levels: 1.0 + levels)
    found = spread.of(slice(None))
    assert (found[:2] == 0.0).all()  # the highest level is .98
    above = EVERY > 0.7
    np.testing.assert_allclose(found[2], np.where(above, 1.0 + (EVERY - 0.7) / 0.3, 0.0))
    np.testing.assert_allclose(found[3], 2.0 * found[2])
    np.testing.assert_allclose(found[4], 10.0 * (1.0 + EVERY))
    assert spread.multiples.shape[0] == 4  # customers alike share a row


def test_shapes_reach_the_law_they_stand_for() -> None:
    shape = np.array([-3, 7, -3])
    found = hurdled(np.ones(3), shape, np.ones(3), lambda each, levels: each + levels).of(slice(None))
    np.testing.assert_allclose(found, shape[:, None] + EVERY)


@pytest.mark.parametrize(("mean", "dispersion"), [(0.05, 0.3), (1.0, 1.0), (40.0, 0.2), (300.0, 50.0), (3.0, 900.0)])
def test_counts_are_those_of_the_negative_binomial(mean: float, dispersion: float) -> None:
    shape = int(shape_of(np.array([mean]))[0])
    law = stats.nbinom(dispersion, dispersion / (dispersion + np.exp(shape / PER_LOG)))
    np.testing.assert_array_equal(counts(dispersion, 1.0)(shape, EVERY), 1.0 + law.ppf(EVERY))
    number = np.arange(30.0)
    np.testing.assert_allclose(
        log_probability(number, np.array([np.exp(shape / PER_LOG)]), dispersion), law.logpmf(number), rtol=1e-9
    )


def test_the_dispersion_is_recovered() -> None:
    rng = np.random.default_rng(1)
    mean = rng.gamma(2.0, 2.0, 20_000)
    number = rng.poisson(mean * rng.gamma(0.7, 1.0 / 0.7, mean.size)).astype(np.float64)
    assert dispersion_of(number, mean) == pytest.approx(0.7, rel=0.1)


def test_a_log_normal_has_the_variance_of_its_shape() -> None:
    shape = int(shape_of(np.array([0.49]))[0])
    np.testing.assert_allclose(log_normal(shape, EVERY), stats.lognorm.ppf(EVERY, np.exp(shape / PER_LOG / 2.0)))


@pytest.mark.parametrize(("mean", "dispersion"), [(2.0, 3.0), (50.0, 4.0), (400.0, 1.5)])
def test_tweedie_quantiles_are_those_of_sums_of_exponential_values(mean: float, dispersion: float) -> None:
    shape = int(shape_of(np.array([mean]))[0])
    mean = float(np.exp(shape / PER_LOG))
    rng = np.random.default_rng(2)
    number = rng.poisson(2.0 * np.sqrt(mean) / dispersion, 400_000)
    drawn = rng.standard_gamma(number) * dispersion * np.sqrt(mean) / 2.0
    assert drawn.mean() == pytest.approx(mean, rel=0.01)
    assert drawn.var() == pytest.approx(dispersion * mean**1.5, rel=0.02)
    found = tweedie(dispersion)(shape, EVERY) * mean
    reached = np.array([(drawn <= each).mean() for each in found])
    atom = (drawn == 0.0).mean()
    np.testing.assert_allclose(reached, np.maximum(EVERY, atom), atol=0.004)


def test_residuals_give_the_quantiles_of_forecasts_alike() -> None:
    rng = np.random.default_rng(3)
    forecast = np.exp(rng.normal(0.0, 1.0, 5000))
    actual = forecast * rng.gamma(np.where(forecast > 1.0, 10.0, 1.0))
    shape, quantiles, _ = shapes_of_residuals(forecast, actual)
    low, high = shape(np.array([0.1, 10.0]))
    levels = np.array([0.1, 0.5, 0.9])
    np.testing.assert_allclose(quantiles(int(low), levels), stats.gamma.ppf(levels, 1.0), rtol=0.15)
    np.testing.assert_allclose(quantiles(int(high), levels), stats.gamma.ppf(levels, 10.0), rtol=0.1)


def test_curves_through_levels_of_a_log_normal_are_that_log_normal() -> None:
    known = np.array([0.05, 0.35, 0.5, 0.95])
    sigma, chance, scale = np.array([0.5, 1.2]), np.array([1.0, 0.4]), np.array([1.0, 20.0])
    at = sigma[:, None] * stats.norm.ppf(known)
    spread, mean = hurdled_curves(chance, known, at[:, ::-1], scale)  # crossed levels are put in order
    found = spread.of(slice(None))
    np.testing.assert_allclose(found[0], stats.lognorm.ppf(EVERY, 0.5))
    inner = np.maximum((EVERY - 0.6) / 0.4, 1e-9)
    np.testing.assert_allclose(found[1], np.where(EVERY > 0.6, 20.0 * stats.lognorm.ppf(inner, 1.2), 0.0))
    expected = [stats.lognorm.ppf(EVERY, s).mean() * k for s, k in zip(sigma, scale, strict=True)]
    np.testing.assert_allclose(mean, expected)
