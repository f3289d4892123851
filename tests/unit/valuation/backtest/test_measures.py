"""Each measure against its definition, computed another way."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from regulars.valuation.backtest.forecast import LEVELS, Forecast, Spread, empirical
from regulars.valuation.backtest.measures import measured

SIZE = 4_000


def gammas(shape: np.ndarray, scale: float = 10.0) -> Forecast:
    """Return the forecast of gamma variables, every customer with a shape of its own."""
    quantiles = np.asarray(stats.gamma.ppf(np.array(LEVELS), shape[:, None]))
    return Forecast(shape * scale, Spread(quantiles, np.arange(shape.size), np.full(shape.size, scale)))


@pytest.fixture(scope="module")
def shape() -> np.ndarray:
    return np.random.default_rng(3).gamma(2.0, 1.0, SIZE) + 0.5


@pytest.fixture(scope="module")
def actual(shape: np.ndarray) -> np.ndarray:
    return np.random.default_rng(4).gamma(shape) * 10.0


def test_the_score_is_near_its_integral(shape: np.ndarray, actual: np.ndarray) -> None:
    found = measured(gammas(shape), actual, seed=0)
    # CRPS = E|X - y| - E|X - X'|/2 by simulation.
    rng = np.random.default_rng(5)
    one, two = rng.gamma(shape, size=(400, SIZE)) * 10.0, rng.gamma(shape, size=(400, SIZE)) * 10.0
    expected = np.abs(one - actual).mean() - np.abs(one - two).mean() / 2.0
    assert found.crps == pytest.approx(expected, rel=0.02)


def test_the_truth_scores_better_than_what_is_beside_it(shape: np.ndarray, actual: np.ndarray) -> None:
    truth = measured(gammas(shape), actual, seed=0)
    for wrong in (gammas(shape * 1.3), gammas(shape, 12.0), gammas(np.full(SIZE, shape.mean()))):
        assert measured(wrong, actual, seed=0).crps > truth.crps


def test_a_right_forecast_passes_and_a_wrong_one_does_not(shape: np.ndarray, actual: np.ndarray) -> None:
    bound = 0.03 + 1.36 / math.sqrt(SIZE)
    right, wrong = (measured(forecast, actual, seed=0) for forecast in (gammas(shape), gammas(shape * 1.3)))
    assert right.pit_gap < bound < wrong.pit_gap
    assert right.coverage == pytest.approx(0.8, abs=0.02)
    assert right.bias is not None
    assert right.bias_error is not None
    assert abs(right.bias) < 2.5 * right.bias_error
    assert wrong.bias == pytest.approx(0.3, abs=0.05)
    assert right.chi_square is not None
    assert wrong.chi_square is not None
    assert right.chi_square < stats.chi2.ppf(0.999, 10) < wrong.chi_square


def test_the_transform_of_counts_is_uniform_too() -> None:
    rng = np.random.default_rng(6)
    rate = rng.gamma(1.0, 0.7, SIZE)
    forecast = Forecast(
        rate, Spread(np.asarray(stats.poisson.ppf(np.array(LEVELS), rate[:, None])), np.arange(SIZE), np.ones(SIZE))
    )
    assert measured(forecast, rng.poisson(rate).astype(float), seed=1).pit_gap < 0.03 + 1.36 / math.sqrt(SIZE)
    assert measured(forecast, rng.poisson(rate * 2.0).astype(float), seed=1).pit_gap > 0.1


def test_gini_and_order_are_what_counting_says() -> None:
    rng = np.random.default_rng(7)
    actual = rng.poisson(1.0, 60).astype(float)
    mean = np.round(actual + rng.normal(0.0, 1.0, 60), 0)
    found = measured(Forecast.point(mean), actual, seed=0)
    pairs = [(a, b) for a, b in itertools.combinations(range(60), 2) if actual[a] != actual[b]]
    points = [0.5 if mean[a] == mean[b] else float((mean[a] > mean[b]) == (actual[a] > actual[b])) for a, b in pairs]
    assert found.somers == pytest.approx(sum(points) / len(points))
    perfect = measured(Forecast.point(actual), actual, seed=0)
    assert (perfect.gini, perfect.somers, perfect.crps, perfect.capture) == (1.0, 1.0, 0.0, 1.0)
    same = measured(Forecast.point(np.ones(60)), actual, seed=0)
    assert same.gini == pytest.approx(0.0, abs=1e-12)
    assert same.somers == 0.5


def test_equal_forecasts_take_no_credit_for_the_order_of_the_customers() -> None:
    # The later a customer stands in the table, the more it brings; one forecast for all cannot know that.
    actual = np.arange(SIZE, dtype=np.float64)
    same = measured(gammas(np.full(SIZE, 2.0), actual.mean() / 2.0), actual, seed=0)
    assert same.capture == pytest.approx(actual.mean() / actual[-SIZE // 10 :].mean())
    deciles = stats.chi2.ppf(0.999, 10)
    assert same.chi_square is not None
    assert same.chi_square < deciles
    half = measured(Forecast.point((actual >= SIZE // 2).astype(float)), actual, seed=0)
    assert half.capture == pytest.approx(actual[SIZE // 2 :].mean() / actual[-SIZE // 10 :].mean())


def test_what_is_undefined_is_none() -> None:
    found = measured(Forecast.point(np.ones(3)), np.zeros(3), seed=0)
    assert (found.bias, found.bias_error, found.gini, found.somers, found.capture) == (None,) * 5
    without_mean = Forecast(np.array([np.nan, 1.0, 1.0]), Spread.points(np.ones(3)))
    found = measured(without_mean, np.ones(3), seed=0)
    assert (found.expected, found.rmse, found.bias, found.gini, found.spearman) == (None,) * 5
    assert found.without_mean == 1
    assert found.crps == 0.0


def test_quantiles_of_what_happened() -> None:
    assert empirical(np.array([0.0, 0.0, 0.0, 9.0])).tolist() == [0.0] * 19 + [9.0] * 6
