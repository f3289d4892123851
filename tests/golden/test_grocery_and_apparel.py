"""Two more published sets: a grocer's regular buyers and a simulated apparel shop.

Grocery: the event log of the R package BTYDplus, dates only, 52 weeks to 2006-12-31; likelihoods recomputed for this
project. Apparel: the simulated shop of the R package CLVTools, 104 weeks to 2006-12-31; its published fits.
"""

from __future__ import annotations

import math
from pathlib import Path

import pytest

import regulars as rg
from regulars.models.histories import Histories

pytestmark = pytest.mark.golden


@pytest.fixture(scope="module")
def grocery(shared_data: Path) -> Histories:
    return rg.histories(
        shared_data / "grocery_elog" / "groceryElog.csv", as_of="2006-12-31", unit="week", zero_amount="keep"
    )


@pytest.fixture(scope="module")
def apparel(shared_data: Path) -> Histories:
    return rg.histories(
        shared_data / "clvtools_apparel" / "apparelTrans.parquet", as_of="2006-12-31", unit="week", zero_amount="keep"
    )


@pytest.mark.parametrize(
    ("model", "published", "log_likelihood"),
    [
        (rg.NBD(), (0.4203, 5.2451), -16376.864),
        (rg.BGNBD(), (0.3486, 2.5817, 0.5038, 3.6444), -15836.566),
        (rg.MBGNBD(), (1.2569, 6.0391, 0.3683, 0.7158), -15781.939),
        (rg.ParetoNBD(), (0.7864, 5.6790, 0.3862, 5.7178), -15782.392),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_grocery(grocery: Histories, model: rg.BGNBD, published: tuple[float, ...], log_likelihood: float) -> None:
    assert grocery.customers_total == 1525
    assert grocery.frequency @ grocery.count == 5569
    fit = model.fit(grocery)
    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=1e-3)
    assert tuple(fit.params.values()) == pytest.approx(published, rel=1e-3)


@pytest.mark.parametrize(
    ("model", "published", "log_likelihood"),
    [
        (rg.BGCNBD(k=2), (0.3591, 1.1294, 0.5228, 2.7855), -15054.173),
        (rg.MBGCNBD(k=2), (1.3292, 2.8126, 0.4247, 0.7900), -14978.2107),
        (rg.MBGCNBD(k=3), None, -14996.850),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_grocery_buyers_are_regular(
    grocery: Histories, model: rg.BGCNBD, published: tuple[float, ...] | None, log_likelihood: float
) -> None:
    fit = model.fit(grocery)
    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=1e-3)
    if published:
        assert tuple(fit.params.values()) == pytest.approx(published, rel=1e-3)


@pytest.mark.parametrize("family", [rg.BGCNBD(), rg.MBGCNBD()], ids=lambda model: model.name)
def test_two_stages_are_the_likeliest_at_the_grocer(grocery: Histories, family: rg.BGCNBD) -> None:
    assert grocery.log_gaps == pytest.approx(5539.05, abs=0.01)
    fit = family.fit(grocery)
    assert fit.model == type(family)(k=2)
    if family.name == "mbg-cnbd-k":
        assert fit.log_likelihood >= -14978.2108


def test_forecast_of_regular_buyers(grocery: Histories) -> None:
    """The year after, 3,389 purchases in truth.

    BTYDplus publishes 3,970 for MBG/CNBD-2 with an approximate expectation. Ours, exact given the hidden phase, is
    closer, and closer than that of the model without regularity.
    """
    regular, plain = (
        model.fit(grocery).expected_purchases(grocery, 52) @ grocery.count for model in (rg.MBGCNBD(k=2), rg.MBGNBD())
    )
    assert regular == pytest.approx(3811.5, abs=0.5)
    assert abs(regular - 3389) < abs(plain - 3389)


@pytest.mark.parametrize(
    ("model", "published", "log_likelihood"),
    [
        (rg.MBGCNBD(k=2), (1.7333, 16.8204, 0.8760, 2.1079), -6020.257),
        (rg.NBD(), (0.8337, 41.0946), -5910.746),
        (rg.BGNBD(), (0.607311, 20.956731, 1.275543, 8.860816), -5857.0197),
        (rg.MBGNBD(), (1.8914, 45.8272, 0.6024, 1.5824), -5848.0453),
        (rg.ParetoNBD(), (1.4490, 48.6361, 0.5613, 46.8844), -5848.0978),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_apparel(apparel: Histories, model: rg.BGNBD, published: tuple[float, ...], log_likelihood: float) -> None:
    assert apparel.customers_total == 600
    assert apparel.frequency @ apparel.count == 1266
    fit = model.fit(apparel)
    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=1e-3)
    assert tuple(fit.params.values()) == pytest.approx(published, rel=2e-3)


def test_apparel_standard_errors(apparel: Histories) -> None:
    published = {"r": 0.2434, "alpha": 7.4892, "s": 0.2710, "beta": 35.6114}
    assert rg.ParetoNBD().fit(apparel).standard_errors == pytest.approx(published, rel=5e-3)


def test_leaving_with_age_is_not_found_in_apparel(apparel: Histories) -> None:
    """The best Gompertz/NBD is its limit, Pareto/NBD: published at -5848.0979 with b = 8.13e-7."""
    fit = rg.GompertzNBD().fit(apparel)
    assert fit.log_likelihood == pytest.approx(-5848.0979, abs=1e-3)
    found = fit.params
    assert (found["r"], found["alpha"]) == pytest.approx((1.449048, 48.63449), rel=1e-3)
    assert found["beta"] / found["b"] == pytest.approx(46.88, rel=2e-3)
    assert fit.certificate.standing == "warning"
    assert any("limit b = 0, which is Pareto/NBD" in sentence for sentence in fit.certificate.sentences())
    assert math.isnan(fit.standard_errors["b"])
    assert math.isnan(fit.standard_errors["beta"])


def test_apparel_spend(apparel: Histories) -> None:
    assert apparel.customers is not None
    fit = rg.GammaGamma().fit(apparel.customers.observed_values, apparel.customers.monetary)
    assert tuple(fit.params.values()) == pytest.approx((3.0990, 5.6537, 56.5041), rel=2e-3)
    assert fit.log_likelihood == pytest.approx(-1670.6630, abs=1e-3)


def test_apparel_all_data(shared_data: Path) -> None:
    h = rg.histories(
        shared_data / "clvtools_apparel" / "apparelTrans.parquet", as_of="2010-12-20", unit="week", zero_amount="keep"
    )
    fit = rg.ParetoNBD().fit(h)
    assert fit.log_likelihood == pytest.approx(-11926.5074, abs=1e-3)
    assert tuple(fit.params.values()) == pytest.approx((1.376787, 47.293726, 0.674579, 62.832506), rel=2e-3)
    # 52 weeks of a new customer, the first purchase counted: 2.218635.
    assert 1.0 + fit.expected_purchases_new(52) == pytest.approx(2.218635, abs=2e-5)


def test_apparel_all_spend(shared_data: Path) -> None:
    """The published fit that leaves each customer's first day out."""
    h = rg.histories(shared_data / "clvtools_apparel" / "apparelTrans.parquet", as_of="2010-12-20", zero_amount="keep")
    assert h.customers is not None
    fit = rg.GammaGamma().fit(h.customers.observed_values, h.customers.monetary)
    assert tuple(fit.params.values()) == pytest.approx((2.4762, 9.7601, 133.479), rel=5e-3)
