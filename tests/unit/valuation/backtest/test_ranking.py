"""Somers' D and Spearman's correlation against scipy's, with ties on either side."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import somersd, spearmanr

from regulars.valuation.backtest.ranking import somers, somers_and_spearman


@pytest.mark.parametrize("seed", range(6))
def test_it_is_the_asymmetric_statistic_rescaled(seed: int) -> None:
    rng = np.random.default_rng(seed)
    actual = rng.poisson(0.7, 400).astype(np.float64)
    mean = np.round(rng.gamma(1.0, 1.0, 400) + 0.4 * actual, seed % 3)
    # scipy's D of rows given columns leaves out pairs that are equal in the first argument.
    assert somers(mean, actual) == pytest.approx((1.0 + somersd(actual, mean).statistic) / 2.0, abs=1e-12)
    order, correlation = somers_and_spearman(mean, actual)
    assert order == somers(mean, actual)
    assert correlation == pytest.approx(spearmanr(mean, actual).statistic, abs=1e-12)


def test_extremes() -> None:
    actual = np.array([0.0, 0.0, 1.0, 5.0])
    assert somers(actual, actual) == 1.0
    assert somers(-actual, actual) == 0.0
    assert somers(np.ones(4), actual) == 0.5
    assert somers(np.arange(4.0), np.ones(4)) is None
    assert somers_and_spearman(np.ones(4), actual) == (0.5, None)
