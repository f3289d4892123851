"""Spend that goes with the purchase rate: the elasticity is found, and forecasts of spend are right for every rate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import integrate, stats

from regulars.errors import InputError, NotApplicable
from regulars.models.certificate import Certificate
from regulars.models.fit import Fit
from regulars.models.histories import Floats, Histories
from regulars.models.scoring import Question, score
from regulars.models.spend.gamma_gamma import GammaGamma
from regulars.models.spend.gamma_gamma_by_rate import GammaGammaByRate, GammaGammaByRateFit
from regulars.models.spend.purchase_rate import PurchaseRate
from regulars.models.totals import Base, expected_value, simulate_totals
from regulars.models.transactions.nbd import NBD
from regulars.periods import Unit, days

P, Q, GAMMA = 5.0, 4.0, 15.0
CUSTOMERS = 20_000


def shop(kappa: float, seed: int, customers: int = CUSTOMERS, *, of_truth: bool = False) -> dict[str, Floats]:
    """Customers by NBD with the values of all days, the mean each customer has, and what the next purchase is worth.

    Spend goes with the rate as the model measures it, or with the true one.
    """
    rng = np.random.default_rng(seed)
    rate, age = rng.gamma(0.7, 1 / 60.0, customers), rng.integers(30, 720, customers).astype(np.float64)
    x = rng.poisson(rate * age).astype(np.float64)
    relative = PurchaseRate.of(x, age, np.ones(customers)).relative(x, age)
    if of_truth:
        relative = np.log(rate) - np.log(rate).mean()
    own = rng.gamma(Q, 1.0, customers) / (GAMMA * np.exp(kappa * relative))
    mean = rng.gamma(P * (x + 1.0)) / own / (x + 1.0)
    return {"n": x + 1.0, "mean": mean, "x": x, "age": age, "own": P / own, "next": rng.gamma(P, 1.0, customers) / own}


def fitted(made: dict[str, Floats]) -> GammaGammaByRateFit:
    return GammaGammaByRate().fit(made["n"], made["mean"], frequency=made["x"], age=made["age"])


def expected(fit: GammaGammaByRateFit, made: dict[str, Floats]) -> Floats:
    return fit.expected_spend(made["n"], made["mean"], frequency=made["x"], age=made["age"])


@pytest.mark.parametrize("kappa", [0.4, -0.4])
def test_recovers_what_was_simulated(kappa: float) -> None:
    fit = fitted(shop(kappa, seed=1))
    for name, true in {"p": P, "q": Q, "gamma": GAMMA, "kappa": kappa}.items():
        assert abs(fit.params[name] - true) < 3.0 * fit.standard_errors[name]
    assert fit.gain.p_value < 1e-4
    assert fit.certificate.standing == "good"


def test_without_dependence_kappa_is_nothing_and_the_test_says_chance() -> None:
    made = shop(0.0, seed=2)
    fit, plain = fitted(made), GammaGamma().fit(made["n"], made["mean"])
    assert abs(fit.kappa) < 2.0 * fit.standard_errors["kappa"]
    assert fit.gain.p_value > 0.05
    assert fit.log_likelihood >= plain.log_likelihood
    assert fit.certificate.findings[-1].standing == "note"
    assert "chance" in fit.certificate.findings[-1].sentence


def test_the_test_of_kappa_keeps_its_level() -> None:
    """Of 60 shops without dependence, about three p-values are below 5 %: eight or more have a chance below 1 %."""
    p_values = [fitted(shop(0.0, seed=100 + place, customers=400)).gain.p_value for place in range(60)]
    assert 0.3 < float(np.mean(p_values)) < 0.7
    assert sum(p < 0.05 for p in p_values) < 8


@pytest.mark.parametrize("of_truth", [False, True])
def test_expected_spend_is_right_for_every_rate_where_gamma_gamma_is_not(of_truth: bool) -> None:  # noqa: FBT001
    made = shop(0.4, seed=3, of_truth=of_truth)
    fit, plain = fitted(made), GammaGamma().fit(made["n"], made["mean"])
    by_rate, independent = expected(fit, made), plain.expected_spend(made["n"], made["mean"])
    for low, high in ((0, 0), (1, 1), (2, 4), (5, 14), (15, 10_000)):
        group = (made["x"] >= low) & (made["x"] <= high)
        assert by_rate[group].mean() == pytest.approx(made["next"][group].mean(), rel=0.04)
    once = made["x"] == 0.0
    assert independent[once].mean() > 1.3 * made["next"][once].mean()


@pytest.mark.parametrize("kappa", [0.4, -0.4])
def test_expected_spend_is_closer_to_the_truth_than_that_of_gamma_gamma(kappa: float) -> None:
    made = shop(kappa, seed=4)
    plain = GammaGamma().fit(made["n"], made["mean"]).expected_spend(made["n"], made["mean"])
    away = (np.log(one / made["own"]) ** 2 for one in (plain, expected(fitted(made), made)))
    better = np.subtract(*away)
    assert better.mean() > 3.0 * better.std() / np.sqrt(better.size)


def test_likelihood_against_the_integral_over_customers() -> None:
    made = shop(0.4, seed=5, customers=40)
    fit = fitted(made)
    total = 0.0
    for n, mean, gamma in zip(made["n"], made["mean"], fit.intercept(made["x"], made["age"]), strict=True):

        def density(rate: float, n: float = n, mean: float = mean, gamma: float = gamma) -> float:
            own = stats.gamma.pdf(mean, fit.p * n, scale=1.0 / (n * rate))
            return float(own * stats.gamma.pdf(rate, fit.q, scale=1.0 / gamma))

        middle = (fit.p * n + fit.q) / (gamma + n * mean)
        total += np.log(integrate.quad(density, 0.0, 20.0 * middle, points=[middle], limit=200)[0])
    assert fit.log_likelihood == pytest.approx(total, rel=1e-7)


def test_no_other_parameters_are_likelier() -> None:
    made = shop(0.4, seed=6, customers=400)
    fit = fitted(made)
    relative = fit.rate.relative(made["x"], made["age"])

    def height(point: Floats) -> float:
        p, q, gamma = np.exp(point[:3])
        total, shape = made["n"] * made["mean"], p * made["n"]
        own = gamma * np.exp(point[3] * relative)
        return float(stats.betaprime.logpdf(total / own, shape, q).sum() - np.log(own / made["n"]).sum())

    best = height(fit.point)
    assert best == pytest.approx(fit.log_likelihood, rel=1e-10)
    for step in np.eye(4) * 1e-3:
        assert max(height(fit.point + step), height(fit.point - step)) < best


def test_counts_and_units() -> None:
    made = shop(0.4, seed=7, customers=300)
    once = fitted(made)
    n, mean, x, age = (made[name] for name in ("n", "mean", "x", "age"))
    twice = GammaGammaByRate().fit(n, mean, np.full(300, 2.0), frequency=x, age=age)
    assert twice.log_likelihood == pytest.approx(2.0 * once.log_likelihood, rel=1e-10)
    weeks = GammaGammaByRate().fit(n, mean, frequency=x, age=age / 7.0)
    assert weeks.params == pytest.approx(once.params, rel=1e-9)
    cents = GammaGammaByRate().fit(n, 100.0 * mean, frequency=x, age=age)
    assert (cents.kappa, cents.gamma) == pytest.approx((once.kappa, 100.0 * once.gamma), rel=1e-5)


def test_a_fit_that_is_known_is_not_made_again() -> None:
    made = shop(0.4, seed=13, customers=1000)
    alike = GammaGamma().fit(made["n"], made["mean"])
    found = GammaGammaByRate().fit(made["n"], made["mean"], frequency=made["x"], age=made["age"], alike=alike)
    assert found.params == fitted(made).params
    assert found.gain == fitted(made).gain


def test_customers_without_values_count_for_the_law_of_rates_alone() -> None:
    made = shop(0.4, seed=8, customers=2000)
    repeat = made["x"]  # only the repeat days have values
    fit = GammaGammaByRate().fit(repeat, made["mean"], frequency=made["x"], age=made["age"])
    assert fit.customers == (repeat > 0.0).sum()
    assert fit.rate == PurchaseRate.of(made["x"], made["age"], np.ones(2000))


def test_the_law_of_rates_has_the_moments_it_was_drawn_with() -> None:
    rng = np.random.default_rng(9)
    rate, age = rng.gamma(0.7, 1 / 60.0, 200_000), rng.integers(30, 720, 200_000).astype(np.float64)
    found = PurchaseRate.of(rng.poisson(rate * age).astype(np.float64), age, np.ones(200_000))
    assert (found.r, found.alpha) == pytest.approx((0.7, 60.0), rel=0.03)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_quantiles_against_draws(place: int) -> None:
    """Purchases by the exact probabilities of their number, values by a customer's own rate of spend."""
    fit = replace(fitted(shop(0.4, seed=10, customers=500)), p=P, q=Q, gamma=GAMMA, kappa=-0.6)
    orders = Fit(NBD(), np.array([0.7, 8.0]), Unit.WEEK, 0.0, 1.0, np.zeros((2, 2)), Certificate(()))
    x, age, mean = ((0.0, 350.0, 24.0), (3.0, 70.0, 9.0), (12.0, 700.0, 60.0))[place]
    h = Histories(frequency=x, recency=min(x, 1.0) * age / 8.0, age=age / 7.0)
    number = np.array([x + 1.0])
    levels = (0.3, 0.5, 0.8, 0.95)
    got = score(orders, fit, h, number, Question(days(365), levels, 0.0)).quantile[:, 0]
    scale = float(fit.intercept(np.array([x]), np.array([age]))[0]) + (x + 1.0) * mean
    rng, draws = np.random.default_rng(11), 200_000
    bought = rng.choice(400, size=draws, p=orders.purchases_pmf(h, days(365), np.arange(400))[0])
    own = rng.gamma(P * (x + 1.0) + Q, 1.0, draws) / scale
    worth = np.where(bought > 0, rng.gamma(P * np.maximum(bought, 1), 1.0) / own, 0.0)
    for level, quantile in zip(levels, got * scale, strict=True):
        reached = (worth <= quantile).mean()
        assert reached == pytest.approx(max(level, (bought == 0).mean()), abs=0.005)


def test_totals_take_each_historys_own_scale_and_the_doubt_about_kappa() -> None:
    made = shop(0.4, seed=12, customers=3000)
    fit = fitted(made)
    orders = Fit(NBD(), np.array([0.7, 8.6]), Unit.WEEK, 0.0, 1.0, np.zeros((2, 2)), Certificate(()))
    h = Histories(frequency=made["x"], recency=np.minimum(made["x"], 1.0) * made["age"] / 8.0, age=made["age"] / 7.0)
    total = made["n"] * made["mean"]
    base, question = Base(h, made["n"], total, total**2), Question(days(365), (0.1, 0.5, 0.9), 0.0)
    scores = score(orders, fit, h, made["n"], question)
    by_customer = float((expected(fit, made) * scores.purchases).sum())
    assert expected_value(base, fit, scores.purchases) == pytest.approx(by_customer, rel=1e-9)
    drawn = simulate_totals(orders, fit, base, scores, question, seed=1).value
    assert drawn.mean() == pytest.approx(by_customer, rel=0.02)
    doubted = np.diag([0.0, 0.0, 0.0, 0.2**2])
    up, down = (expected_value(base, replace(fit, kappa=fit.kappa + step), scores.purchases) for step in (0.01, -0.01))
    by_doubt = 0.2 * (up - down) / 0.02
    unsure, sure = (replace(fit, covariance=covariance) for covariance in (doubted, np.zeros((4, 4))))
    wide, narrow = (simulate_totals(orders, one, base, scores, question, seed=1).value.std() for one in (unsure, sure))
    assert by_doubt > 0.5 * narrow
    assert wide == pytest.approx(np.hypot(narrow, by_doubt), rel=0.08)


def test_what_it_refuses() -> None:
    n, mean, age = np.array([1.0, 2.0, 2.0]), np.array([10.0, 20.0, 14.0]), np.full(3, 90.0)
    with pytest.raises(NotApplicable, match="nobody has bought again"):
        GammaGammaByRate().fit(n, mean, frequency=np.zeros(3), age=age)
    with pytest.raises(NotApplicable, match="do not differ in how often"):
        GammaGammaByRate().fit(n, mean, frequency=np.ones(3), age=age)
    with pytest.raises(InputError, match="equally long"):
        GammaGammaByRate().fit(n, mean, frequency=[1.0], age=age)
    with pytest.raises(InputError, match="zero or more"):
        GammaGammaByRate().fit(n, mean, frequency=[0.0, 1.0, -1.0], age=age)
    with pytest.raises(NotApplicable, match="constant spend"):
        GammaGammaByRate().fit(n, np.full(3, 9.99), frequency=[0.0, 9.0, 1.0], age=age)
