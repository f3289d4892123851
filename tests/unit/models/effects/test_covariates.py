"""Covariates: derivatives, what they mean, and every answer in each customer's own time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import regulars as rg
from regulars.errors import InputError, NotApplicable
from regulars.models import parameter_draws
from regulars.models.certificate import Certificate
from regulars.models.effects.covariates import Covariates
from regulars.models.effects.fit import EffectsFit
from regulars.models.effects.fitting import WithEffects
from regulars.models.effects.likelihood import EffectsLikelihood
from regulars.models.fit import Fit
from regulars.models.histories import Floats, Histories
from regulars.models.saving import load
from regulars.models.transaction_model import TransactionModel
from regulars.models.transactions import MODELS
from regulars.periods import Unit

TRUTH = {
    "nbd": [0.9, 8.0],
    "bg-nbd": [0.6, 6.0, 0.8, 2.4],
    "mbg-nbd": [0.8, 6.0, 0.7, 1.9],
    "pareto-nbd": [0.8, 8.0, 0.7, 12.0],
}
NAMES = list(TRUTH)


def spec_of(name: str) -> Covariates:
    return Covariates(purchase=("rich", "near"), dropout=() if name == "nbd" else ("near",))


@pytest.fixture(params=NAMES)
def model(request: pytest.FixtureRequest) -> TransactionModel:
    return MODELS.get(request.param)


# Slower to fit than all others together, so it is held to its derivatives here and to a published fit elsewhere.
WITH_GOMPERTZ = TRUTH | {"gompertz-nbd": [0.8, 8.0, 0.05, 0.7, 0.6]}


def mixed(customers: int, seed: int) -> Histories:
    """Histories without any model behind them, with two covariates of different scales."""
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 9, customers)
    age = rng.uniform(10.0, 60.0, customers)
    recency = np.where(x > 0, age * rng.uniform(0.1, 1.0, customers), 0.0)
    covariates = {"rich": rng.normal(40_000.0, 9_000.0, customers), "near": rng.integers(0, 2, customers)}
    return Histories(frequency=x, recency=recency, age=age, covariates=covariates)


def at(model: TransactionModel, theta: Floats) -> Fit:
    return Fit(model, theta, Unit.WEEK, 0.0, 1.0, np.zeros((theta.size, theta.size)), Certificate(()))


def known(model: TransactionModel, near: float) -> EffectsFit:
    """A fit whose parameters are those of the truth, with effects given in advance."""
    covariates = Covariates(purchase=("near",), dropout=() if model.name == "nbd" else ("near",))
    effects = np.full(len(covariates.names), near)
    size = len(model.parameters) + effects.size
    return EffectsFit(
        spec=WithEffects(model, covariates),
        theta=np.array(TRUTH[model.name]),
        effects=effects,
        unit=Unit.WEEK,
        log_likelihood=0.0,
        penalised_mean=0.0,
        customers=1.0,
        covariance=np.eye(size),
        certificate=Certificate(()),
        as_of=None,
    )


@pytest.mark.parametrize("name", WITH_GOMPERTZ)
def test_gradient_is_the_derivative(name: str) -> None:
    model = MODELS.get(name)
    h = mixed(40, seed=1)
    covariates = spec_of(model.name)
    penalised = Covariates(covariates.purchase, covariates.dropout, purchase_penalty=0.3, dropout_penalty=0.2)
    height = EffectsLikelihood(model, penalised, None, h, threads=1)
    rng = np.random.default_rng(2)
    for _ in range(3):
        point = np.concatenate([np.log(WITH_GOMPERTZ[name]), np.zeros(len(covariates.names))])
        point += rng.normal(0.0, 0.5, point.size)
        _, gradient = height(point)
        for i, step in enumerate(np.eye(point.size) * 1e-5):
            slope = (height(point + step)[0] - height(point - step)[0]) / 2e-5
            assert gradient[i] == pytest.approx(slope, rel=2e-6, abs=1e-7)


def test_the_likelihood_is_that_of_each_customer_alone(model: TransactionModel) -> None:
    """Against the plain model, called customer by customer at the parameters of equations (1) and (2)."""
    h = mixed(25, seed=3)
    height = EffectsLikelihood(model, spec_of(model.name), None, h, threads=1)
    rng = np.random.default_rng(4)
    point = np.concatenate([np.log(TRUTH[model.name]), rng.normal(0.0, 0.4, height.size - len(model.parameters))])
    reported = dict(zip([*model.parameters, "rich", "near", "left"], height.to_reported @ point, strict=False))
    total = 0.0
    for i in range(len(h)):
        z = {name: column[i] for name, column in h.covariates.items()}
        log = {name: reported[name] for name in model.parameters}
        log["alpha"] -= reported["rich"] * z["rich"] + reported["near"] * z["near"]
        for name, sign in {"beta": -1.0, "a": 1.0, "b": 1.0}.items():
            if name in log:
                log[name] += sign * reported["left"] * z["near"]
        one = h.take(np.array([i]))
        theta = np.exp(list(log.values()))
        total += model.log_likelihood(theta, one.frequency, one.recency, one.age)[0][0]
    assert height(point)[0] * len(h) == pytest.approx(total, rel=1e-11)


def simulated(truth: EffectsFit, customers: int) -> Histories:
    """Histories of customers of both kinds, who joined evenly over 40 of 60 weeks."""
    rng = np.random.default_rng(11)
    parts = []
    for near in (0.0, 1.0):
        age = rng.uniform(20.0, 60.0, customers // 2)
        bought = truth.simulate(age.size, 60.0, seed=5 + int(near), covariates={"near": near})
        seen = bought.time <= age[bought.customer]
        recency = np.zeros(age.size)
        np.maximum.at(recency, bought.customer[seen], bought.time[seen])
        parts.append((np.bincount(bought.customer[seen], minlength=age.size), recency, age, np.full(age.size, near)))
    x, recency, age, near_of = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return Histories(frequency=x, recency=recency, age=age, covariates={"near": near_of})


def test_recovers_what_it_simulates(model: TransactionModel) -> None:
    truth = known(model, 0.5)
    fit = truth.spec.fit(simulated(truth, 24_000))
    for name, value in truth.params.items():
        assert abs(fit.params[name] - value) < 4.0 * fit.standard_errors[name], (name, fit.params, fit.standard_errors)
    assert fit.certificate.standing == "good"


def test_answers_are_those_of_the_plain_model_at_the_customers_parameters(model: TransactionModel) -> None:
    h = mixed(30, seed=8)
    fit = known(model, 0.4)
    for near in (0.0, 1.0):
        theta = dict(zip(model.parameters, TRUTH[model.name], strict=True))
        theta["alpha"] *= np.exp(-0.4 * near)
        for name, sign in {"beta": -1.0, "a": 1.0, "b": 1.0}.items():
            if name in theta:
                theta[name] *= np.exp(sign * 0.4 * near)
        plain = at(model, np.array(list(theta.values())))
        rows = np.flatnonzero(h.covariates["near"] == near)
        some = h.take(rows)
        assert fit.probability_alive(h)[rows] == pytest.approx(plain.probability_alive(some), rel=1e-12)
        assert fit.expected_purchases(h, 26)[rows] == pytest.approx(plain.expected_purchases(some, 26), rel=1e-10)
        numbers = np.arange(30)
        pmf = fit.purchases_pmf(h, 26, numbers)[rows]
        assert pmf == pytest.approx(plain.purchases_pmf(some, 26, numbers), rel=1e-11)
        discounted = fit.discounted_purchases(h, 26, 0.1)[rows]
        assert discounted == pytest.approx(plain.discounted_purchases(some, 26, 0.1), rel=1e-7)
        residual = fit.residual_purchases(h, 0.1)[rows]
        assert residual == pytest.approx(plain.residual_purchases(some, 0.1), rel=1e-4)
        new = fit.expected_purchases_new(26, covariates={"near": near})
        assert new == pytest.approx(plain.expected_purchases_new(26), rel=1e-12)


def test_saving_and_loading_keeps_every_answer(tmp_path: Path) -> None:
    h = mixed(200, seed=9)
    covariates = Covariates(("rich", "near"), ("near",), equal=("near",), purchase_penalty=0.01)
    fit = WithEffects(rg.ParetoNBD(), covariates).fit(h)
    fit.save(tmp_path / "fit.json")
    again = load(tmp_path / "fit.json")
    assert isinstance(again, EffectsFit)
    assert again.params == fit.params
    assert again.spec == fit.spec
    assert (again.expected_purchases(h, 10) == fit.expected_purchases(h, 10)).all()
    assert again.bic == fit.bic


def test_the_unit_changes_the_likelihood_by_its_jacobian_and_no_effect(model: TransactionModel) -> None:
    truth = known(model, 0.5)
    h = simulated(truth, 4000)
    in_days = Histories(
        frequency=h.frequency, recency=7 * h.recency, age=7 * h.age, unit="day", covariates=h.covariates
    )
    week, day = truth.spec.fit(h), truth.spec.fit(in_days)
    assert day.log_likelihood == pytest.approx(week.log_likelihood - h.frequency.sum() * np.log(7), abs=1e-4)
    assert day.effects == pytest.approx(week.effects, rel=1e-2, abs=1e-3)
    # A fit in weeks reads histories in days.
    assert week.expected_purchases(in_days, 8) == pytest.approx(week.expected_purchases(h, 8), rel=1e-12)


def test_an_effect_that_nobody_differs_in_is_refused() -> None:
    h = Histories(frequency=[2, 1, 0], recency=[3, 2, 0], age=[9, 9, 9], covariates={"all": [1, 1, 1]})
    with pytest.raises(NotApplicable, match="all never differs"):
        WithEffects(rg.BGNBD(), Covariates(("all",))).fit(h)


def test_what_cannot_be_asked_is_said() -> None:
    with pytest.raises(NotApplicable, match="no dropout"):
        WithEffects(rg.NBD(), Covariates(dropout=("near",)))
    with pytest.raises(InputError, match="carry no covariate far"):
        WithEffects(rg.BGNBD(), Covariates(("far",))).fit(mixed(30, seed=1))
    with pytest.raises(InputError, match="equal effects"):
        Covariates(("near",), (), equal=("near",))
    with pytest.raises(InputError, match="named twice"):
        Covariates(("near", "near"))
    with pytest.raises(InputError, match="penalty"):
        Covariates(("near",), purchase_penalty=-1.0)
    with pytest.raises(InputError, match="nothing to add"):
        WithEffects(rg.BGNBD())
    with pytest.raises(InputError, match="one finite number"):
        Histories(frequency=[1], recency=[1], age=[2], covariates={"near": [np.nan]})
    with pytest.raises(InputError, match="must be numbers"):
        Histories(frequency=[1], recency=[1], age=[2], covariates={"sex": ["f"]})


def test_threads_do_not_change_a_bit() -> None:
    h = mixed(3000, seed=12)
    one, two = (EffectsLikelihood(rg.ParetoNBD(), Covariates(("rich",)), None, h, threads=n) for n in (1, 2))
    point = np.array([0.1, 2.0, -0.2, 2.5, 0.3])
    assert one(point)[0] == two(point)[0]
    assert (one(point)[1] == two(point)[1]).all()


def test_a_large_base_with_a_rare_covariate_is_climbed_as_a_whole() -> None:
    """Starts are compared on every k-th history, of which none may differ in what few have."""
    h = mixed(5000, seed=13)
    rare = np.zeros(5000)
    rare[[1, 2, 4, 5]] = 1.0
    base = Histories(
        frequency=h.frequency, recency=h.recency, age=h.age, count=np.full(5000, 2.0), covariates={"r": rare}
    )
    fit = WithEffects(rg.BGNBD(), Covariates(("r",))).fit(base)
    assert fit.standard_errors["purchase.r"] > 0.1
    assert fit.log_likelihood >= rg.BGNBD().fit(base).log_likelihood


def test_comparing_starts_on_some_histories_does_not_move_the_top() -> None:
    truth = known(rg.BGNBD(), 0.5)
    h = simulated(truth, 9000)
    fit = truth.spec.fit(h)
    height = EffectsLikelihood(rg.BGNBD(), truth.spec.covariates, None, h, threads=1)
    point = np.linalg.solve(height.to_reported, np.concatenate([np.log(fit.theta), fit.effects]))
    value, gradient = height(point)
    assert value * len(h) == pytest.approx(fit.log_likelihood, rel=1e-12)
    assert gradient == pytest.approx(np.zeros(6), abs=1e-6)


def test_the_posterior_is_about_the_fit_and_so_are_fits_to_resampled_customers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rng = np.random.default_rng(5)
    near, age = rng.integers(0, 2, 1500).astype(np.float64), rng.uniform(20.0, 60.0, 1500)
    x = rng.poisson(rng.gamma(0.9, 1.0 / 8.0, 1500) * np.exp(0.6 * near) * age).astype(np.float64)
    recency = np.where(x > 0.0, age * rng.random(1500) ** (1.0 / np.maximum(x, 1.0)), 0.0)
    h = Histories(frequency=x, recency=recency, age=age, covariates={"near": near})
    fit = WithEffects(MODELS.get("nbd"), Covariates(purchase=("near",))).fit(h)
    posterior = fit.posterior(draws=400, seed=1)
    assert (posterior.method, list(posterior.interval())) == ("importance sampling", ["r", "alpha", "purchase.near"])
    assert posterior.effective_sample_size > 100
    errors = np.array(list(fit.standard_errors.values()))
    assert (np.abs(posterior.parameters.mean - list(fit.params.values())) < 0.3 * errors).all()
    assert posterior.parameters.deviation == pytest.approx(errors, rel=0.15)
    some = Histories(frequency=[2], recency=[20], age=[30], covariates={"near": [1.0]})
    low, high = posterior.of(lambda drawn: drawn.expected_purchases(some, 52)).interval(0.98)
    assert low < fit.expected_purchases(some, 52) < high
    monkeypatch.setattr(parameter_draws, "LEAST_EFFECTIVE", 1.1)
    again = fit.posterior(draws=60, seed=1)
    assert again.method == "bootstrap"
    assert again.parameters.deviation == pytest.approx(errors, rel=0.35)
    fit.save(tmp_path / "fit.json")
    with pytest.raises(NotApplicable, match="give them"):
        load(tmp_path / "fit.json").posterior()
