"""The paired bootstrap: its error is that of theory, its pairing counts, and it finds what is worse and no more."""

from __future__ import annotations

import numpy as np
import pytest

from contest.bootstrap import MEASURES, Forecasted, Measure, difference

SIZE = 600
CRPS, RMSE, GINI, SOMERS = MEASURES


@pytest.fixture
def actual() -> np.ndarray:
    return np.random.default_rng(1).gamma(1.0, 10.0, SIZE)


def off(actual: np.ndarray, noise: float, seed: int) -> Forecasted:
    mean = actual + np.random.default_rng(seed).normal(0.0, noise, actual.size)
    return Forecasted(mean, np.abs(mean - actual))


def test_the_interval_of_a_mean_is_as_wide_as_theory_says(actual: np.ndarray) -> None:
    one, other = off(actual, 5.0, 2), off(actual, 5.0, 3)
    found = difference(CRPS, one, other, actual, seed=0, draws=2_000)
    gaps = other.scores - one.scores
    assert found is not None
    assert found.better == pytest.approx(gaps.mean())
    assert found.high - found.low == pytest.approx(2 * 1.96 * gaps.std() / np.sqrt(SIZE), rel=0.08)


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
def test_what_is_clearly_worse_is_found(measure: Measure, actual: np.ndarray) -> None:
    good, bad = off(actual, 2.0, 2), off(actual, 20.0, 3)
    worse = difference(measure, bad, good, actual, seed=0, draws=300)
    better = difference(measure, good, bad, actual, seed=0, draws=300)
    assert worse is not None
    assert better is not None
    assert worse.worse
    assert not better.worse
    assert better.low > 0.0
    assert worse.better == pytest.approx(-better.better)


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
def test_equals_are_not_called_worse(measure: Measure, actual: np.ndarray) -> None:
    found = difference(measure, off(actual, 5.0, 2), off(actual, 5.0, 3), actual, seed=0, draws=300)
    assert found is not None
    assert found.low < 0.0 < found.high
    assert not found.worse


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
def test_a_draw_measures_the_customers_that_were_taken(measure: Measure) -> None:
    rng = np.random.default_rng(4)
    actual = rng.poisson(1.0, SIZE).astype(float)
    one = Forecasted(np.round(actual + rng.normal(0.0, 1.0, SIZE)), rng.random(SIZE))
    taken = rng.multinomial(SIZE, np.full(SIZE, 1.0 / SIZE), size=40).astype(float)
    rows = [np.repeat(np.arange(SIZE), row.astype(int)) for row in taken]
    again = np.array([measure.of(Forecasted(one.mean[row], one.scores[row]), actual[row]) for row in rows])
    found = measure.on_draws(one, actual)(taken)
    if measure is SOMERS:  # its pairs are taken to first order
        assert np.sqrt(np.mean((found - again) ** 2)) < 0.15 * again.std()
        assert found.std() == pytest.approx(again.std(), rel=0.05)
    else:
        assert found == pytest.approx(again, abs=1e-9)
    assert measure.on_draws(one, actual)(np.ones((1, SIZE))).item() == pytest.approx(measure.of(one, actual))


def test_the_same_forecast_differs_by_nothing_in_every_draw(actual: np.ndarray) -> None:
    one = off(actual, 5.0, 2)
    found = difference(RMSE, one, one, actual, seed=0, draws=50)
    assert found is not None
    assert (found.better, found.low, found.high) == (0.0, 0.0, 0.0)


def test_what_is_undefined_has_no_difference() -> None:
    nothing = np.zeros(20)
    one = Forecasted(np.arange(20.0), np.zeros(20))
    assert difference(GINI, one, one, nothing, seed=0, draws=10) is None
    assert difference(SOMERS, one, one, nothing, seed=0, draws=10) is None
