"""How customers differ: shares and quantiles of the laws, against SciPy's own distributions and draws of customers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import regulars as rg
from regulars.models.certificate import Certificate
from regulars.models.fit import Fit
from regulars.models.laws import BetaLaw, GammaLaw
from regulars.models.transaction_model import TransactionModel
from regulars.periods import Unit

NUMBERS = np.array([0.0, 0.01, 0.2, 0.7, 1.0, 3.0])


def test_gamma() -> None:
    law, reference = GammaLaw(0.24, 4.4), stats.gamma(0.24, scale=1 / 4.4)
    assert law.share_below(NUMBERS) == pytest.approx(reference.cdf(NUMBERS), rel=1e-12)
    assert law.quantile(0.95) == pytest.approx(reference.ppf(0.95), rel=1e-10)
    assert law.mean == pytest.approx(reference.mean(), rel=1e-12)
    assert law.share_below(np.array([np.inf]))[0] == 1.0


def test_beta() -> None:
    law, reference = BetaLaw(0.79, 2.43), stats.beta(0.79, 2.43)
    assert law.share_below(NUMBERS) == pytest.approx(reference.cdf(NUMBERS), rel=1e-12)
    assert law.quantile(0.95) == pytest.approx(reference.ppf(0.95), rel=1e-10)
    assert law.mean == pytest.approx(reference.mean(), rel=1e-12)


@pytest.mark.parametrize(
    ("model", "theta"),
    [(rg.BGNBD(), (0.6, 5.0, 0.8, 2.4)), (rg.MBGNBD(), (0.6, 5.0, 0.8, 2.4)), (rg.ParetoNBD(), (0.6, 5.0, 0.7, 9.0))],
    ids=lambda value: getattr(value, "name", ""),
)
def test_the_law_of_leaving_is_the_one_customers_are_drawn_from(
    model: TransactionModel, theta: tuple[float, ...]
) -> None:
    """Purchases of new customers in a long time, were each given the trait drawn from the law."""
    fit = Fit(model, np.array(theta), Unit.WEEK, 0.0, 1.0, np.eye(4), Certificate(()))
    law = model.dropout_law(fit.theta)
    assert law is not None
    draws = 200_000
    trait = np.array([law.quantile(share) for share in (np.arange(400) + 0.5) / 400])
    trait = np.random.default_rng(1).choice(trait, draws)
    rate = np.random.default_rng(2).gamma(theta[0], 1 / theta[1], draws)
    long = 520.0
    if isinstance(law, GammaLaw):
        expected = float(np.mean(rate * -np.expm1(-trait * long) / trait))
    else:
        # Geometric lives of Poisson arrivals: Σ over k of P(k-th arrival by t) (1-p)^(k-1), and once more before.
        arrivals = rate * long
        stays = (1.0 - trait) if model.name == "mbg-nbd" else 1.0
        expected = float(np.mean(stays * -np.expm1(-trait * arrivals) / trait))
    assert fit.expected_purchases_new(long) == pytest.approx(expected, rel=0.03)


def test_nobody_leaves_under_nbd() -> None:
    model: TransactionModel = rg.NBD()
    assert model.dropout_law(np.array([0.4, 12.0])) is None


def test_in_no_time_nothing_is_bought_even_where_the_closed_form_is_averaged() -> None:
    fit = Fit(rg.BGNBD(), np.array([0.5, 5.0, 1.0, 2.0]), Unit.WEEK, 0.0, 1.0, np.eye(4), Certificate(()))
    assert fit.expected_purchases(rg.Histories(frequency=[0, 2], recency=[0, 3], age=[5, 5]), 0).tolist() == [0.0, 0.0]
    assert fit.expected_purchases_path(np.zeros(0)).size == 0
