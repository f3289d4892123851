"""Defects seen in other packages, as tests: each has a case in which the obvious formula is wrong."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

from regulars.models.certificate import Certificate
from regulars.models.effects.covariates import Covariates
from regulars.models.effects.fitting import WithEffects
from regulars.models.fit import Fit
from regulars.models.histories import Histories
from regulars.models.renewals.cohorts import Renewals
from regulars.models.renewals.shifted_beta_geometric import ShiftedBetaGeometric
from regulars.models.transactions.bg_nbd import BGNBD
from regulars.models.transactions.mbg_nbd import MBGNBD
from regulars.models.transactions.nbd import NBD
from regulars.models.transactions.pareto_nbd import ParetoNBD
from regulars.periods import Unit

NEW = Histories(frequency=0, recency=0, age=0)


@pytest.mark.parametrize("r", [0.3, 1.0, 4.0])
def test_the_mass_function_of_pareto_nbd_does_not_cancel(r: float, reference: ModuleType) -> None:
    """As a difference of two terms it is 1e-3 off at n = 16 and not a number at n = 18 for these parameters."""
    theta = np.array([r, 500.0, 1.5, 1.0])
    fit = Fit(ParetoNBD(), theta, Unit.WEEK, 0.0, 1.0, np.full((4, 4), np.nan), Certificate(()))
    model = reference.ParetoNBD(*theta)
    numbers = [0, 1, 5, 10, 15, 16, 17, 18, 19, 25, 32, 40]
    expected = [float(model.purchases_pmf(reference.NEW, 52.0, n)) for n in numbers]
    assert fit.purchases_pmf(NEW, 52.0, numbers)[0] == pytest.approx(expected, rel=1e-10, abs=0.0)
    assert expected[-1] > 0.0


def test_expected_purchases_of_ten_thousand_purchases_are_a_number(reference: ModuleType) -> None:
    """The published 2F1 times ((α+T)/(α+T+t))^(r+x) is infinity times zero here."""
    h = Histories(frequency=10_000, recency=300.0, age=301.0)
    for model, first in ((BGNBD(), False), (MBGNBD(), True)):
        theta = np.array([0.243, 4.414, 0.793, 2.426])
        fit = Fit(model, theta, Unit.WEEK, 0.0, 1.0, np.full((4, 4), np.nan), Certificate(()))
        exact = reference.BetaGeometric(*theta, leaves_at_first=first)
        expected = float(exact.expected_purchases(reference.History(10_000, 300.0, 301.0), 52.0))
        assert fit.expected_purchases(h, 52.0)[0] == pytest.approx(expected, rel=1e-8)


def test_aic_and_bic_are_of_the_likelihood_and_not_of_what_was_penalised() -> None:
    """From a penalised mean per customer AIC would be smaller than the number of customers."""
    rng = np.random.default_rng(4)
    group = (np.arange(400) % 2).astype(np.float64)
    x = rng.poisson(rng.gamma(0.9, 0.1, 400) * np.exp(0.8 * group) * 40.0).astype(np.float64)
    recency = np.where(x > 0.0, 40.0 * rng.random(400) ** (1.0 / np.maximum(x, 1.0)), 0.0)
    h = Histories(frequency=x, recency=recency, age=np.full(400, 40.0), covariates={"group": group})
    fit = WithEffects(NBD(), Covariates(purchase=("group",), purchase_penalty=0.5)).fit(h)
    r, alpha, effect = fit.params.values()
    theirs = alpha * np.exp(-effect * group)
    each = NBD().log_likelihood  # each group by itself, written as two plain models
    total = sum(
        each(np.array([r, scale]), x[theirs == scale], recency[theirs == scale], h.age[theirs == scale])[0].sum()
        for scale in np.unique(theirs)
    )
    assert 0.0 < effect < 0.7  # shrunk
    assert fit.log_likelihood == pytest.approx(total, rel=1e-12)
    assert fit.aic == pytest.approx(6.0 - 2.0 * total)
    assert fit.bic == pytest.approx(3.0 * np.log(400.0) - 2.0 * total)


def test_the_misprinted_alpha_of_the_regular_cohort_is_not_the_fit() -> None:
    """The paper's text says .688 where its appendix has .704; a tolerance of a tenth takes both."""
    fit = ShiftedBetaGeometric().fit(Renewals.from_survivors([1000, 631, 468, 382, 326, 289, 262, 241]))
    assert fit.params["alpha"] == pytest.approx(0.7041, abs=5e-5)
    misprint = Renewals.from_survivors([1000, 869, 743, 653, 593, 551, 517, 491])
    assert ShiftedBetaGeometric().fit(misprint).params["alpha"] == pytest.approx(0.668, abs=5e-4)


def test_mbg_nbd_is_not_bg_nbd() -> None:
    """Elsewhere one is tested with the other's values; they differ most for who never came back."""
    h = Histories(
        frequency=[0, 1, 2, 5, 11], recency=[0, 10, 30, 35, 38], age=[39, 39, 39, 39, 39], count=[600, 200, 100, 60, 9]
    )
    bg, mbg = BGNBD().fit(h), MBGNBD().fit(h)
    assert bg.probability_alive(h)[0] == 1.0
    assert mbg.probability_alive(h)[0] < 0.95
    assert mbg.params["r"] > 1.3 * bg.params["r"]
