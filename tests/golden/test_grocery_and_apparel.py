"""Two more published sets: a grocer's regular buyers and a simulated apparel shop.

Grocery: the event log of the R package BTYDplus, dates only, 52 weeks to 2006-12-31; likelihoods recomputed for this
project. Apparel: the simulated shop of the R package CLVTools, 104 weeks to 2006-12-31; its published fits.
"""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
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


def test_forecast_of_regular_buyers(grocery: Histories, shared_data: Path) -> None:
    """The year after, 3,389 purchases in truth.

    BTYDplus publishes 3,970 for MBG/CNBD-2 with an approximate expectation, and errors of .644 of what was bought.
    Ours, exact given the hidden phase, is closer in both, and closer than that of the model without regularity.
    """
    file = shared_data / "grocery_elog" / "groceryElog.csv"
    after = rg.histories(file, as_of="2007-12-30", unit="week", zero_amount="keep")
    assert grocery.customers is not None
    assert after.customers is not None
    assert grocery.customers.customer_id.tolist() == after.customers.customer_id.tolist()
    row = grocery.customers.row
    bought = after.frequency[after.customers.row] - grocery.frequency[row]
    assert bought.sum() == 3389
    regular, plain = (
        model.fit(grocery).expected_purchases(grocery, 52)[row] for model in (rg.MBGCNBD(k=2), rg.MBGNBD())
    )
    assert regular.sum() == pytest.approx(3811.5, abs=0.5)
    assert abs(regular.sum() - 3389) < abs(plain.sum() - 3389)
    assert np.abs(regular - bought).sum() / 3389 == pytest.approx(0.6299, abs=5e-4)


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


def test_apparel_spend(apparel: Histories) -> None:
    assert apparel.customers is not None
    fit = rg.GammaGamma().fit(apparel.customers.observed_values, apparel.customers.monetary)
    assert tuple(fit.params.values()) == pytest.approx((3.0990, 5.6537, 56.5041), rel=2e-3)
    assert fit.log_likelihood == pytest.approx(-1670.6630, abs=1e-3)


@pytest.fixture(scope="module")
def all_apparel(shared_data: Path) -> Histories:
    return rg.histories(
        shared_data / "clvtools_apparel" / "apparelTrans.parquet", as_of="2010-12-20", unit="week", zero_amount="keep"
    )


def test_apparel_all_data(all_apparel: Histories) -> None:
    fit = rg.ParetoNBD().fit(all_apparel)
    assert fit.log_likelihood == pytest.approx(-11926.5074, abs=1e-3)
    assert tuple(fit.params.values()) == pytest.approx((1.376787, 47.293726, 0.674579, 62.832506), rel=2e-3)
    # 52 weeks of a new customer, the first purchase counted: 2.218635.
    assert 1.0 + fit.expected_purchases_new(52) == pytest.approx(2.218635, abs=2e-5)


def test_apparel_holdout(apparel: Histories, all_apparel: Histories) -> None:
    """The four years after, 1,317 purchases, customer by customer."""
    assert apparel.customers is not None
    assert all_apparel.customers is not None
    assert apparel.customers.customer_id.tolist() == all_apparel.customers.customer_id.tolist()
    then, now = apparel.customers.row, all_apparel.customers.row
    bought = all_apparel.frequency[now] - apparel.frequency[then]
    assert bought.sum() == 1317
    after = rg.days((dt.date(2010, 12, 20) - dt.date(2006, 12, 31)).days)
    error = rg.ParetoNBD().fit(apparel).expected_purchases(apparel, after)[then] - bought
    assert np.abs(error).mean() == pytest.approx(2.0396, abs=5e-5)
    assert np.sqrt((error**2).mean()) == pytest.approx(3.3294, abs=5e-5)


def spent_in(shared_data: Path, *, first_days: bool) -> rg.Spent:
    """What customers spent by day, days of value zero among them, as the published fits count them."""
    orders = pq.read_table(shared_data / "clvtools_apparel" / "apparelTrans.parquet")
    by_day = orders.group_by(["Id", "Date"]).aggregate([("Price", "sum")]).sort_by([("Id", "ascending")])
    ids, day, value = (by_day[name].to_numpy() for name in ("Id", "Date", "Price_sum"))
    assert (value == 0.0).sum() == 4
    names, customer = np.unique(ids, return_inverse=True)
    first = np.full(names.size, day.max())
    np.minimum.at(first, customer, day)
    used = first_days | (day > first[customer])
    number = np.bincount(customer[used], minlength=names.size).astype(float)
    total = np.bincount(customer[used], value[used], minlength=names.size)
    mean = np.divide(total, number, out=np.zeros(names.size), where=number > 0.0)
    unsaid = np.zeros(names.size)
    return rg.Spent(number, mean, unsaid, unsaid, np.ones(names.size))


@pytest.mark.parametrize(
    ("first_days", "published", "log_likelihood"),
    [(True, (2.8157, 7.0944, 84.7095), -2592.3447), (False, (2.4762, 9.7601, 133.479), None)],
)
def test_apparel_all_spend(
    shared_data: Path, *, first_days: bool, published: tuple[float, ...], log_likelihood: float | None
) -> None:
    fit = rg.GammaGamma().fit_to(spent_in(shared_data, first_days=first_days))
    assert tuple(fit.params.values()) == pytest.approx(published, rel=1e-4)
    if log_likelihood:
        assert fit.log_likelihood == pytest.approx(log_likelihood, abs=1e-3)
        assert fit.expected_spend([0], [0.0])[0] == pytest.approx(39.1372, abs=1e-4)


def test_apparel_customer_1(shared_data: Path, all_apparel: Histories) -> None:
    """Seven purchases until 2006, none since: 95 weeks, 7.5 % a year of 52 weeks, and what she is worth."""
    assert all_apparel.customers is not None
    place = all_apparel.customers.customer_id.tolist().index("1")
    her = all_apparel.take(all_apparel.customers.row[[place]])
    fit = rg.ParetoNBD().fit(all_apparel)
    assert fit.probability_alive(her)[0] == pytest.approx(0.0072, abs=5e-5)
    assert fit.expected_purchases(her, 95)[0] == pytest.approx(0.0130, abs=5e-5)
    a_year_of_ours = math.expm1(math.log1p(0.075) * 365.25 / 364.0)
    residual = fit.residual_purchases(her, discount=a_year_of_ours)[0]
    assert residual == pytest.approx(0.0620, abs=5e-5)
    spent = spent_in(shared_data, first_days=False)
    per_purchase = rg.GammaGamma().fit_to(spent).expected_spend(6.0, all_apparel.customers.monetary[place])
    assert residual * per_purchase == pytest.approx(4.8237, rel=2e-4)
