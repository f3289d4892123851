"""The likelihood-ratio test, inside a model and at its edge."""

from __future__ import annotations

import numpy as np
import pytest

import regulars as rg
from regulars.errors import NotApplicable
from regulars.models.renewals.cohorts import Renewals
from regulars.models.renewals.comparison import likelihood_ratio

SEEN = Renewals.from_survivors([1000, 869, 743, 653, 593])


def test_the_geometric_lies_at_the_edge_of_the_sbg() -> None:
    test = likelihood_ratio(rg.ShiftedBetaGeometric().fit(SEEN), rg.Geometric().fit(SEEN))
    assert test.at_edge
    # Half of the 5 % point's tail: χ² with 1 degree beyond 5.6577 is .01738.
    assert test.statistic == pytest.approx(2 * (1227.9637 - 1225.1349), abs=1e-3)
    assert test.p_value == pytest.approx(0.01738 / 2, rel=2e-3)


def test_under_equal_contracts_the_edge_test_rejects_as_often_as_it_says() -> None:
    truth = rg.Geometric().fit(SEEN)
    rejected = []
    for seed in range(60):
        drawn = truth.simulate(2000, periods=6, seed=seed)
        test = likelihood_ratio(rg.ShiftedBetaGeometric().fit(drawn), rg.Geometric().fit(drawn))
        rejected.append(test.p_value < 0.2)
    assert np.mean(rejected) == pytest.approx(0.2, abs=0.13)


def test_models_side_by_side_are_not_tested() -> None:
    with pytest.raises(NotApplicable, match="no special case"):
        likelihood_ratio(rg.ShiftedBetaGeometric().fit(SEEN), rg.DiscreteWeibull().fit(SEEN))


def test_fits_to_different_contracts_are_not_tested() -> None:
    other = Renewals.from_survivors([900, 800, 700, 653, 593])
    with pytest.raises(NotApplicable, match="different contracts"):
        likelihood_ratio(rg.ShiftedBetaGeometric().fit(other), rg.Geometric().fit(SEEN))
