"""Somers' D against scipy's count of pairs, with ties on either side."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import somersd

from regulars.valuation.backtest.ranking import somers


@pytest.mark.parametrize("seed", range(6))
def test_it_is_the_asymmetric_statistic_rescaled(seed: int) -> None:
    rng = np.random.default_rng(seed)
    actual = rng.poisson(0.7, 400).astype(np.float64)
    mean = np.round(rng.gamma(1.0, 1.0, 400) + 0.4 * actual, seed % 3)
    # scipy's D of rows given columns leaves out pairs that are equal in the first argument.
    assert somers(mean, actual) == pytest.approx((1.0 + somersd(actual, mean).statistic) / 2.0, abs=1e-12)


def test_extremes() -> None:
    actual = np.array([0.0, 0.0, 1.0, 5.0])
    assert somers(actual, actual) == 1.0
    assert somers(-actual, actual) == 0.0
    assert somers(np.ones(4), actual) == 0.5
    assert somers(np.arange(4.0), np.ones(4)) is None
