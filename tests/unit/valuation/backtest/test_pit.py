"""The gap of the transforms: what is uniform passes, and errors that cancel overall are found in the thirds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from regulars.valuation.backtest import pit
from regulars.valuation.backtest.forecast import LEVELS, Forecast, Spread
from regulars.valuation.backtest.measures import measured

SIZE = 3_000


@pytest.fixture
def uniform() -> np.ndarray:
    return np.random.default_rng(1).random(SIZE)


def test_the_gap_is_the_distance_that_kolmogorov_and_smirnov_take(uniform: np.ndarray) -> None:
    skewed = uniform**1.4
    assert pit.overall(skewed).gap == pytest.approx(stats.kstest(skewed, "uniform").statistic)


def test_what_is_uniform_holds_and_what_is_not_does_not(uniform: np.ndarray) -> None:
    assert pit.overall(uniform).holds
    assert not pit.overall(uniform**1.4).holds


def test_errors_that_cancel_overall_are_found_in_the_thirds(uniform: np.ndarray) -> None:
    mean = np.repeat([1.0, 2.0, 3.0], SIZE // 3)
    wrong = np.where(mean == 1.0, uniform / 2.0, np.where(mean == 3.0, (1.0 + uniform) / 2.0, uniform))
    thirds = pit.by_thirds(wrong, mean, seed=0)
    assert pit.overall(wrong).holds
    assert [third.holds for third in thirds] == [False, True, False]
    assert [third.customers for third in thirds] == [SIZE // 3] * 3


def test_equal_means_are_parted_by_lot() -> None:
    # In the order of the customers the transforms rise: cut there, no third would be uniform.
    rising = (np.arange(SIZE) + 0.5) / SIZE
    assert all(third.holds for third in pit.by_thirds(rising, np.ones(SIZE), seed=0))


def test_the_lot_knows_nothing_of_the_transforms() -> None:
    # A right forecast of customers alike, most of whom buy nothing: most of a transform is the number that spreads it.
    happened = np.random.default_rng(9).binomial(1, 0.3, SIZE).astype(np.float64)
    alike = Forecast(np.full(SIZE, 0.3), Spread.same(np.where(np.array(LEVELS) < 0.7, 0.0, 1.0), SIZE))
    found = measured(alike, happened, seed=0)
    assert all(third.holds for third in pit.by_thirds(found.transforms, alike.mean, seed=0))


def test_without_means_there_are_no_thirds(uniform: np.ndarray) -> None:
    assert pit.by_thirds(uniform, np.full(SIZE, np.nan), seed=0) == ()
