"""What is measured without the largest: those alone are left out, and never silently."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from regulars.valuation.backtest.forecast import LEVELS, Forecast, Spread
from regulars.valuation.backtest.measures import measured
from regulars.valuation.backtest.outliers import outliers

SIZE = 2_500


def forecast(size: int = SIZE) -> Forecast:
    quantiles = stats.gamma.ppf(np.array(LEVELS), 2.0)
    return Forecast(np.full(size, 2.0), Spread.same(quantiles, size))


def test_the_two_largest_of_2500_are_left_out() -> None:
    actual = np.random.default_rng(1).gamma(2.0, 1.0, SIZE)
    actual[[7, 1200]] = 3_000.0, 1_000.0
    found = outliers(forecast(), actual, seed=0)
    assert found is not None
    others = np.delete(actual, [7, 1200])
    assert (found.largest, found.others.customers) == (2, SIZE - 2)
    assert found.share == pytest.approx(4_000.0 / actual.sum())
    assert found.others.bias == pytest.approx(2.0 * (SIZE - 2) / others.sum() - 1.0)
    assert found.others.rmse == pytest.approx(np.sqrt(np.mean((others - 2.0) ** 2)))
    assert found.others.crps == pytest.approx(measured(forecast(SIZE - 2), others, seed=0).crps)


def test_one_is_left_out_of_a_few() -> None:
    found = outliers(forecast(3), np.array([1.0, 8.0, 1.0]), seed=0)
    assert found is not None
    assert (found.largest, found.share, found.others.actual) == (1, 0.8, 2.0)


@pytest.mark.parametrize("actual", [[0.0, 0.0, 0.0], [5.0], [-2.0, 1.0]])
def test_nobody_is_largest_where_nothing_was_bought_or_nobody_is_left(actual: list[float]) -> None:
    assert outliers(forecast(len(actual)), np.array(actual), seed=0) is None
