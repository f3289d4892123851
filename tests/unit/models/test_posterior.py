"""Parameters in doubt: draws from likelihood times prior, against the same law summed over a grid."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.models.histories import Histories
from regulars.models.posterior import SPREAD, is_vague, posterior
from regulars.models.transactions.nbd import NBD

DRAWS = 4000


def test_draws_follow_likelihood_times_prior() -> None:
    histories = Histories(frequency=[4, 0, 1, 9], recency=[20, 0, 3, 29], age=[25, 30, 12, 30])
    fit = NBD().fit(histories)
    exposure, customers = 97.0, 4.0
    centre = np.log(NBD().starts(14.5 / exposure, exposure / customers)).mean(axis=0)
    axis = np.linspace(-12.0, 12.0, 481)
    r, alpha = np.meshgrid(centre[0] + axis, centre[1] + axis, indexing="ij")
    height = -(axis[:, None] ** 2 + axis[None, :] ** 2) / (2.0 * SPREAD**2)
    for x, age in zip(histories.frequency, histories.age, strict=True):
        # Equation (1) of the NBD, written out: Γ(r+x)/Γ(r) is a product of x factors.
        rising = sum(np.log(np.exp(r) + step) for step in range(int(x))) if x else 0.0
        height = height + rising - np.exp(r) * np.log1p(age / np.exp(alpha)) - x * np.log(np.exp(alpha) + age)
    weight = np.exp(height - height.max())
    weight /= weight.sum()
    drawn = np.log(posterior(fit, histories, DRAWS, np.random.default_rng(0)))
    for column, axes in enumerate((r, alpha)):
        mean = float((weight * axes).sum())
        deviation = float(np.sqrt((weight * (axes - mean) ** 2).sum()))
        assert drawn[:, column].mean() == pytest.approx(mean, abs=0.15 * deviation)
        assert drawn[:, column].std() == pytest.approx(deviation, rel=0.15)


def test_a_base_that_pins_its_parameters_down_is_not_vague() -> None:
    rng = np.random.default_rng(2)
    age = np.full(400, 50.0)
    count = rng.poisson(rng.gamma(0.8, 0.15, 400) * age).astype(float)
    fit = NBD().fit(Histories(frequency=count, recency=np.where(count > 0, 0.9 * age, 0.0), age=age))
    assert not is_vague(fit)
