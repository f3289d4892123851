"""The numbers of the fit page against brute force: customer by customer, by simulation, and with pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from every_model import EVERY_MODEL, STAGES

import regulars as rg
from regulars.app.result import Result
from regulars.models.certificate import Certificate
from regulars.models.fit import Fit
from regulars.models.histories import Histories
from regulars.models.spend.gamma_gamma import GammaGamma
from regulars.models.transaction_model import TransactionModel
from regulars.models.transactions.cnbd import Regular
from regulars.periods import Unit, days
from regulars.valuation.differences import differences_in_leaving, differences_in_pace
from regulars.valuation.fit_checks import LAST, frequency_fit, new_customer
from regulars.valuation.surfaces import surfaces

THETA = {
    "nbd": (0.6, 8.0),
    "bg-nbd": (0.6, 8.0, 0.8, 2.4),
    "mbg-nbd": (0.6, 8.0, 0.8, 2.4),
    "pareto-nbd": (0.6, 8.0, 0.7, 30.0),
    "gompertz-nbd": (0.6, 8.0, 0.02, 0.7, 0.9),
    "bg-cnbd-2": (0.6, 4.0, 0.8, 2.4),
    "mbg-cnbd-2": (0.6, 4.0, 0.8, 2.4),
}
each_model = pytest.mark.parametrize("model", EVERY_MODEL, ids=lambda model: model.name)


def fit_of(model: TransactionModel) -> Fit:
    theta = THETA[model.name]
    return Fit(model, np.array(theta), Unit.WEEK, 0.0, 1.0, np.eye(len(theta)), Certificate(()))


def base() -> Histories:
    rng = np.random.default_rng(8)
    age = rng.integers(5, 600, 900) / 7.0
    frequency = rng.poisson(rng.gamma(0.6, age / 8.0))
    recency = np.where(frequency > 0, age * rng.random(900), 0.0)
    return Histories(frequency=frequency, recency=recency, age=age, count=rng.integers(1, 9, 900))


@each_model
def test_customers_by_frequency_are_the_sum_over_customers(model: TransactionModel) -> None:
    fit, h = fit_of(model), base()
    found = frequency_fit(fit, h)
    new = Histories(frequency=0.0, recency=0.0, age=0.0)
    each = np.stack([fit.purchases_pmf(new, float(age), np.arange(LAST))[0] for age in h.age])
    assert found.expected[:-1] == pytest.approx(h.count @ each, rel=1e-9)
    assert found.actual[2] == h.count[h.frequency == 2].sum()
    assert found.actual[-1] == h.count[h.frequency >= LAST].sum()
    assert found.expected.sum() == pytest.approx(h.customers_total, rel=1e-12)


@each_model
def test_the_surfaces_are_the_fit_at_each_cell(model: TransactionModel) -> None:
    fit, h = fit_of(model), base()
    found = surfaces(fit, h, horizon=91)
    assert found.age == round(7 * h.age.max())
    for row, silence in enumerate(found.silence):
        for column, frequency in enumerate(found.frequency):
            if found.age - silence < frequency:
                assert np.isnan(found.probability_alive[row, column])
                assert np.isnan(found.expected_purchases[row, column])
                continue
            one = Histories(frequency=frequency, recency=(found.age - silence) / 7, age=found.age / 7)
            assert found.probability_alive[row, column] == pytest.approx(fit.probability_alive(one)[0], rel=1e-12)
            expected = fit.expected_purchases(one, days(91))[0]
            assert found.expected_purchases[row, column] == pytest.approx(expected, rel=1e-9)
    assert found.silence.size <= 21
    assert found.frequency.size <= 21


@each_model
def test_a_new_customer_is_the_path_of_the_fit(model: TransactionModel) -> None:
    fit, h = fit_of(model), base()
    path = new_customer(fit, h, horizon=365)
    assert path.days[0] == 0.0
    assert path.purchases[0] == 0.0
    assert path.days[-1] == path.longest + 365
    assert path.purchases[-1] == pytest.approx(fit.expected_purchases_new(days(path.days[-1])), rel=1e-9)


@each_model
def test_the_shares_of_new_customers_are_those_of_draws(model: TransactionModel) -> None:
    fit, rng, draws = fit_of(model), np.random.default_rng(3), 400_000
    pace = differences_in_pace(fit)
    stages = STAGES if isinstance(model, Regular) else 1
    rate = rng.gamma(fit.theta[0], 1 / fit.theta[1], draws) / stages * 365.25 / 7
    assert pace.share == pytest.approx(np.histogram(rate, pace.edges)[0] / draws, abs=3e-3)
    assert pace.median == pytest.approx(np.median(rate), rel=0.02)
    assert pace.share.sum() + pace.beyond == pytest.approx(1.0, abs=1e-12)
    leaving = differences_in_leaving(fit)
    if model.name == "nbd":
        assert leaving is None
        return
    assert leaving is not None
    if model.name == "pareto-nbd":
        chance = -np.expm1(-rng.gamma(0.7, 1 / 30.0, draws) * 365.25 / 7)
    elif model.name == "gompertz-nbd":
        chance = -np.expm1(-rng.gamma(0.7, 1 / 0.9, draws) * np.expm1(0.02 * 365.25 / 7))
    else:
        chance = rng.beta(0.8, 2.4, draws)
    assert leaving.share == pytest.approx(np.histogram(chance, leaving.edges)[0] / draws, abs=3e-3)
    assert leaving.median == pytest.approx(np.median(chance), rel=0.02)


def shop() -> pd.DataFrame:
    """Return orders of 700 customers with refunds of some of them."""
    rng = np.random.default_rng(11)
    rows = []
    for number in range(700):
        level, day = rng.gamma(4.0, 8.0) + 1.0, int(rng.integers(0, 300))
        while day < 400:
            when = pd.Timestamp("2023-01-02") + pd.Timedelta(days=day)
            rows.append((f"c{number}", when, round(float(level * rng.gamma(6.0, 1 / 6.0)) + 0.01, 2)))
            if rng.random() < 0.2:
                break
            day += 1 + int(rng.exponential(40.0))
    return pd.DataFrame(rows, columns=["customer_id", "order_date", "amount"])


@pytest.fixture(scope="module")
def result() -> Result:
    return rg.value(shop(), margin=0.4, threads=2, memory_limit="1GB", as_of="2024-02-05", model="bg-nbd")


def test_spend_counts_each_customer_who_came_back(result: Result) -> None:
    check = result.valuation.checks().spend
    assert check is not None
    table = result.customers.to_pandas()
    means = 0.4 * table["monetary"].dropna().to_numpy()
    counted, _ = np.histogram(means, np.append(check.edges, np.inf))
    assert check.actual.sum() == means.size
    # A mean on the edge of a band may fall on either side of it by rounding.
    assert np.abs(check.actual - counted).sum() <= 2
    assert (means <= check.edges[-1]).mean() >= 0.95


def test_expected_spend_is_the_law_of_the_mean_customer_by_customer(result: Result) -> None:
    check = result.valuation.checks().spend
    assert check is not None
    assert check.expected.sum() == pytest.approx(check.actual.sum(), rel=1e-12)
    h = rg.histories(shop(), as_of="2024-02-05")
    assert h.customers is not None
    number = h.customers.observed_values
    fit = GammaGamma().fit(number, h.customers.monetary)
    rng, observed = np.random.default_rng(2), np.repeat(number[number > 0], 300).astype(float)
    rate = rng.gamma(fit.q, 1 / fit.gamma, observed.size)
    means = 0.4 * rng.gamma(fit.p * observed, 1 / rate) / observed
    drawn = np.histogram(means, np.append(check.edges, np.inf))[0] / 300
    assert check.expected == pytest.approx(drawn, abs=1.5)


def test_without_money_or_repeat_buyers_there_is_a_reason() -> None:
    orders = shop()
    plain = rg.value(orders[["customer_id", "order_date"]], as_of="2024-02-05", model="bg-nbd").valuation.checks()
    assert plain.spend is None
    assert "no amounts" in plain.spend_reason
    once = rg.value(orders.drop_duplicates("customer_id"), as_of="2024-02-05", model="bg-nbd").valuation.checks()
    assert once.surfaces is None
    assert once.pace is None
    assert once.leaving is None
    assert once.spend is not None
    assert once.spend.days == "first"
    assert once.spend.actual.sum() == orders["customer_id"].nunique()
