"""Log-normal spend and the empirical mean: likelihoods, sums without a closed law, and the protocol of spend."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import regulars as rg
from regulars.errors import InputError, NotApplicable
from regulars.models.ages import AgeGrid
from regulars.models.certificate import Certificate
from regulars.models.histories import Floats, Histories
from regulars.models.purchase_counts import Mixed, PurchaseCounts
from regulars.models.scoring import Question, score
from regulars.models.spend import SPEND
from regulars.models.spend.base import SpendFit, SpendModel
from regulars.models.spend.empirical import EmpiricalSpend
from regulars.models.spend.gamma_gamma import GammaGamma
from regulars.models.spend.gamma_gamma_by_rate import GammaGammaByRate
from regulars.models.spend.log_normal import LogNormalFit, LogNormalSpend, logs_of
from regulars.models.spend.log_normal_sums import log_moments
from regulars.models.spend.spent import Spent
from regulars.models.totals import Base, expected_value, simulate_totals
from regulars.models.transactions.pareto_nbd import ParetoNBD
from regulars.periods import days

MEDIAN, BETWEEN, WITHIN = 25.0, 0.8, 0.5


def values(customers: int, seed: int, between: float = BETWEEN) -> tuple[Floats, Floats]:
    """Customers and the values of their purchases, one to nine each."""
    rng = np.random.default_rng(seed)
    number = rng.integers(1, 10, customers)
    customer = np.repeat(np.arange(customers), number)
    own = rng.normal(np.log(MEDIAN), between, customers)
    return customer.astype(float), np.exp(own[customer] + WITHIN * rng.standard_normal(customer.size))


def test_likelihood_is_the_density_of_the_values() -> None:
    """Against a multivariate normal of each customer's logarithms, with the Jacobian of the logarithm."""
    customer, value = values(40, seed=2)
    fit = LogNormalSpend().fit(*logs_of(customer, value))
    total = 0.0
    for one in np.unique(customer):
        logs = np.log(value[customer == one])
        covariance = fit.within**2 * np.eye(logs.size) + fit.between**2
        normal = stats.multivariate_normal(np.full(logs.size, np.log(fit.median)), covariance)
        total += float(normal.logpdf(logs)) - logs.sum()
    assert fit.log_likelihood == pytest.approx(total, rel=1e-12)


def test_expected_spend_is_what_customers_go_on_to_spend() -> None:
    """The next value of customers, by the number of values seen, against its expectation."""
    fit, rng, customers = (
        LogNormalFit(MEDIAN, BETWEEN, WITHIN, 0.0, 1.0, np.zeros((3, 3)), Certificate(())),
        _rng(5),
        200_000,
    )
    own = rng.normal(np.log(MEDIAN), BETWEEN, customers)
    next_value = np.exp(own + WITHIN * rng.standard_normal(customers))
    for number in (0, 1, 4):
        mean = own + WITHIN / np.sqrt(max(number, 1)) * rng.standard_normal(customers)
        expected = fit.expected_spend(np.full(customers, float(number)), mean)
        thirds = np.digitize(mean, np.quantile(mean, [1 / 3, 2 / 3])) if number else np.zeros(customers)
        for third in np.unique(thirds):
            group = thirds == third
            error = next_value[group].std() / np.sqrt(group.sum())
            assert next_value[group].mean() == pytest.approx(expected[group].mean(), abs=4.0 * error)


@pytest.mark.parametrize(("sigma", "bound"), [(0.2, 0.009), (0.6, 0.009), (1.0, 0.015), (1.5, 0.034), (2.0, 0.05)])
def test_the_sum_of_log_normals(sigma: float, bound: float) -> None:
    """The stated error of the approximation, which draws of 60,000 sums see with an error of .004."""
    rng = _rng(6)
    numbers = (1, 2, 5, 20, 60)
    means, variances = log_moments(sigma, tuple(float(n) for n in numbers))
    for n, mean, variance in zip(numbers, means, variances, strict=True):
        logs = np.sort(np.log(np.exp(sigma * rng.standard_normal((60_000, n))).sum(axis=1)))
        assert logs.mean() == pytest.approx(mean, abs=4.0 * logs.std() / 60_000**0.5)
        assert logs.var() == pytest.approx(variance, rel=0.06)
        reached = (np.arange(logs.size) + 0.5) / logs.size
        assert np.abs(stats.norm.cdf(logs, mean, np.sqrt(variance)) - reached).max() < bound


def test_moments_of_one_value_and_of_very_many() -> None:
    mean, variance = log_moments(0.7, (1.0, 5000.0))
    assert (mean[0], variance[0]) == pytest.approx((0.0, 0.49), abs=1e-9)
    # The central limit, to first order in 1/n.
    spread = np.expm1(0.49) / 5000.0
    assert mean[1] == pytest.approx(np.log(5000.0) + 0.245 - spread / 2.0, abs=1e-6)
    assert variance[1] == pytest.approx(spread, rel=2e-3)


@pytest.mark.parametrize("n_obs", [0.0, 3.0, 40.0])
def test_quantiles_against_draws_of_values(n_obs: float) -> None:
    fit, rng = LogNormalFit(MEDIAN, BETWEEN, WITHIN, 0.0, 1.0, np.zeros((3, 3)), Certificate(())), _rng(7)
    number = np.array([1.0, 2.0, 5.0, 20.0])
    counts = PurchaseCounts(number, np.array([0.4]), np.array([[0.3, 0.15, 0.1, 0.05]]), AgeGrid(np.zeros(1), None))
    drawn_number = rng.choice([0, 1, 2, 5, 20], size=200_000, p=[0.4, 0.3, 0.15, 0.1, 0.05])
    unknown = np.sqrt(BETWEEN**2 * WITHIN**2 / (WITHIN**2 + n_obs * BETWEEN**2))
    each = np.exp(WITHIN * rng.standard_normal((200_000, 20))) * (np.arange(20) < drawn_number[:, None])
    worth = np.exp(unknown * rng.standard_normal(200_000)) * each.sum(axis=1)
    level = np.array([0.2, 0.39, 0.41, 0.5, 0.8, 0.95, 0.999])
    got = fit.quantiles(counts, n_obs, Mixed.single(np.zeros(level.size, dtype=np.int64)), level)
    assert got[:2].tolist() == [0.0, 0.0]
    assert (worth[:, None] <= got).mean(axis=0)[2:] == pytest.approx(level[2:], abs=0.006)


def test_draws_have_the_mean_and_the_variance_of_sums() -> None:
    fit, rng, draws = (
        LogNormalFit(MEDIAN, BETWEEN, WITHIN, 0.0, 1.0, np.zeros((3, 3)), Certificate(())),
        _rng(8),
        400_000,
    )
    number, n_obs = np.tile([0.0, 1.0, 7.0], (draws, 1)), np.array([2.0, 2.0, 2.0])
    worth = fit.draw(number, n_obs, rng)
    assert (worth[:, 0] == 0.0).all()
    assert worth[:, 1:].mean(axis=0) == pytest.approx(np.array([1.0, 7.0]) * fit.mean_factor(n_obs)[1:], rel=0.01)
    unknown = BETWEEN**2 * WITHIN**2 / (WITHIN**2 + 2.0 * BETWEEN**2)
    shared, one = np.exp(unknown), np.exp(WITHIN**2)
    variance = 7.0 * one * shared * (one * shared - 1.0) + 42.0 * one * shared * (shared - 1.0)
    assert worth[:, 2].var() == pytest.approx(variance, rel=0.04)


def test_what_log_normal_spend_refuses() -> None:
    one, two = np.ones(3), np.full(3, 2.0)
    with pytest.raises(NotApplicable, match="no customer has two values"):
        LogNormalSpend().fit(one, [1.0, 2.0, 3.0], np.zeros(3))
    with pytest.raises(NotApplicable, match="constant spend"):
        LogNormalSpend().fit(two, [1.0, 2.0, 3.0], np.zeros(3))
    with pytest.raises(NotApplicable, match="no customer has an observed value"):
        LogNormalSpend().fit([0.0], [np.nan], [0.0])
    with pytest.raises(InputError, match="above zero"):
        logs_of([1, 1], [3.0, 0.0])
    with pytest.raises(InputError, match="equally long"):
        LogNormalSpend().fit(two, [1.0], np.zeros(3))


def test_customers_who_do_not_differ_are_said_to_be_alike() -> None:
    fit = LogNormalSpend().fit(*logs_of(*values(200, seed=12, between=0.0)))
    if not np.isnan(fit.standard_errors["between"]):
        assert fit.between < 3.0 * fit.standard_errors["between"] + 0.1
    assert fit.statistic(np.array([9.0]), np.array([9.0]))[0] == pytest.approx(fit.median, rel=0.5)


def test_the_empirical_mean() -> None:
    fit = EmpiricalSpend().fit([1, 3, 2, 0], [20.0, 40.0, 60.0, np.nan], [1, 1, 2, 5])
    assert fit.params == {"mean": 45.0}
    assert fit.standard_errors["mean"] == pytest.approx(np.std([20.0, 40.0, 60.0, 60.0]) / 2.0)
    assert fit.expected_spend([3.0, 0.0], [40.0, np.nan]).tolist() == [40.0, 45.0]
    with pytest.raises(NotApplicable, match="no customer has an observed value"):
        EmpiricalSpend().fit([0], [0.0])
    with pytest.raises(InputError, match="above zero"):
        EmpiricalSpend().fit([1], [-2.0])


def _spends() -> list[SpendFit]:
    customer, value = values(500, seed=9)
    number = np.bincount(customer.astype(int)).astype(float)
    mean = np.bincount(customer.astype(int), value) / number
    return [
        GammaGamma().fit(number, mean),
        GammaGammaByRate().fit(number, mean, frequency=number, age=np.full(number.size, 280.0)),
        LogNormalSpend().fit(*logs_of(customer, value)),
        EmpiricalSpend().fit(number, mean),
    ]


def test_every_registered_model_of_spend_keeps_the_protocol() -> None:
    """Scores and totals are made of any of them; the scale times the factor is the expected spend."""
    rng = _rng(10)
    frequency = rng.poisson(1.5, 600).astype(float)
    recency = np.where(frequency > 0, 40.0 * rng.random(600), 0.0)
    h = Histories(frequency=frequency, recency=recency, age=np.full(600, 40.0))
    fit, question = ParetoNBD().fit(h), Question(days(365), (0.1, 0.5, 0.9), 0.1)
    spends = _spends()
    assert [spend.name for spend in spends] == SPEND.names()
    for spend, model in zip(spends, SPEND, strict=True):
        assert tuple(spend.params) == model.parameters
        mean = np.full(600, 3.1 if spend.name == "log-normal" else 24.0)
        statistic = spend.statistic(frequency, mean)
        base = Base(h, frequency, statistic, statistic**2)
        scores = score(fit, spend, h, frequency, question)
        assert (np.diff(scores.quantile, axis=0) >= 0.0).all()
        assert np.isfinite(scores.quantile).all()
        whole = expected_value(base, spend, scores.purchases)
        assert simulate_totals(fit, spend, base, scores, question, seed=1).value.mean() == pytest.approx(
            whole, rel=0.05
        )
        intercept, factor = spend.mean_factor_at(spend.point, frequency, frequency, base.age_in_days)
        assert intercept == pytest.approx(spend.intercept(frequency, base.age_in_days), rel=1e-12)
        assert factor == pytest.approx(spend.mean_factor(frequency), nan_ok=True)


def _rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_what_customers_spent_is_one_value_for_every_model() -> None:
    customer, value = values(200, seed=13)
    number = np.bincount(customer.astype(int)).astype(float)
    spent = rg.Spent.of(customer, value)
    assert spent.mean == pytest.approx(np.bincount(customer.astype(int), value) / number)
    assert GammaGamma().fit_to(spent).params == GammaGamma().fit(spent.n_obs, spent.mean).params
    assert LogNormalSpend().fit_to(spent).params == LogNormalSpend().fit(*logs_of(customer, value)).params
    with pytest.raises(NotApplicable, match="frequency and age"):
        GammaGammaByRate().fit_to(spent)
    known = rg.Spent.of(customer, value, frequency=number - 1.0, age=np.full(200, 90.0))
    again = GammaGammaByRate().fit(known.n_obs, known.mean, frequency=number - 1.0, age=np.full(200, 90.0))
    assert GammaGammaByRate().fit_to(known).params == again.params


def test_gamma_gamma_is_tested_inside_spend_by_rate() -> None:
    customer, value = values(200, seed=13)
    x = np.bincount(customer.astype(int)) - 1.0
    spent = rg.Spent.of(customer, value, frequency=x, age=np.full(200, 90.0))
    fits = [model.fit_to(spent) for model in (GammaGamma(), GammaGammaByRate())]
    (test,) = rg.compare(fits).tests
    assert (test.degrees, test.at_edge) == (1, False)
    assert test.statistic == pytest.approx(2.0 * (fits[1].log_likelihood - fits[0].log_likelihood))
    other = GammaGamma().fit_to(rg.Spent.of(customer[:-1], value[:-1]))
    assert "different customers" in rg.compare([other, fits[1]]).refusals[0]


@pytest.mark.parametrize("model", list(SPEND), ids=lambda model: model.name)
def test_what_no_customer_can_have_spent_is_refused(model: SpendModel) -> None:
    spent = Spent.of([1, 1, 2, 2, 3], [4.0, 9.0, 30.0, 11.0, 6.0], frequency=[1, 12, 0], age=[90, 60, 30])
    fit: Any = model.fit_to(spent)
    beside = {"frequency": [1.0], "age": [60.0]} if model.name.endswith("by-rate") else {}
    for n_obs in (-1.0, 1.5, np.nan):
        with pytest.raises(InputError, match="n_obs must be whole numbers of values, 0 or more"):
            fit.expected_spend([n_obs], [5.0], **beside)
    with pytest.raises(InputError, match="finite, got nan"):
        fit.expected_spend([1.0], [np.nan], **beside)
    if model.likelihood_kind != "single values":  # a mean of logarithms may be negative
        with pytest.raises(InputError, match="above 0 and finite, got -5"):
            fit.expected_spend([1.0], [-5.0], **beside)
    if model.likelihood_kind != "none":
        with pytest.raises(InputError, match="number must be whole numbers of purchases, 1 or more, got 0"):
            fit.simulate([2, 0], 1, frequency=[1.0, 0.0], age=[60.0, 9.0])
