"""Covariates that change in time: against the model without time, a plain integral, and derivatives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import integrate, special

import regulars as rg
from regulars.errors import InputError, NotApplicable
from regulars.models import parameter_draws
from regulars.models.certificate import Certificate
from regulars.models.effects.covariates import Covariates
from regulars.models.effects.fitting import WithEffects
from regulars.models.effects.paths import CovariatePaths
from regulars.models.effects.paths_fit import TimedFit, TimedParetoNBD
from regulars.models.effects.paths_posterior import bootstrap
from regulars.models.effects.two_clocks import Life, expected_living, log_likelihood
from regulars.models.histories import Floats, Histories, Integers
from regulars.models.lives import simulate
from regulars.models.posterior import is_vague
from regulars.periods import Unit

THETA = np.array([0.8, 8.0, 0.7, 12.0])
SPEC = TimedParetoNBD(purchase=("sale", "near"), dropout=("near",))


def sales(customers: int, *, horizon: float, seed: int) -> tuple[Integers, Floats, dict[str, Floats]]:
    """Rows of paths: a sale in every fourth stretch of three weeks, and who lives near."""
    near = np.random.default_rng(seed).integers(0, 2, customers)
    starts = np.arange(0.0, horizon, 3.0)
    customer = np.repeat(np.arange(customers), starts.size)
    sale = np.tile((np.arange(starts.size) % 4 == 1).astype(float), customers)
    return customer, np.tile(starts, customers), {"sale": sale, "near": np.repeat(near, starts.size)}


def some(customers: int = 30, seed: int = 1) -> CovariatePaths:
    rng = np.random.default_rng(seed)
    age = rng.uniform(20.0, 60.0, customers)
    who = rng.integers(0, customers, 3 * customers)
    customer, start, covariates = sales(customers, horizon=80.0, seed=seed)
    return CovariatePaths(
        age=age,
        customer=customer,
        start=start,
        covariates=covariates,
        purchase_customer=who,
        purchase_time=rng.uniform(0.05, 1.0, who.size) * age[who],
    )


def test_gradient_is_the_derivative() -> None:
    life = Life.of(some(), ("sale", "near"), ("near",))
    rng = np.random.default_rng(3)
    for _ in range(3):
        point = np.concatenate([np.log(THETA), np.zeros(3)]) + rng.normal(0.0, 0.5, 7)

        def height(at: Floats) -> tuple[float, Floats]:
            value, gradient, _ = log_likelihood(life, at[:4], at[4:6], at[6:])
            return float(value.sum()), gradient.sum(axis=0)

        _, gradient = height(point)
        for i, step in enumerate(np.eye(7) * 1e-5):
            slope = (height(point + step)[0] - height(point - step)[0]) / 2e-5
            assert gradient[i] == pytest.approx(slope, rel=1e-6, abs=1e-6)


def test_one_customer_against_a_plain_integral() -> None:
    """Equation (1) with the clocks added up stretch by stretch, and the time of leaving integrated numerically."""
    paths = CovariatePaths(
        age=[30.0],
        customer=[0, 0, 0, 0],
        start=[0.0, 5.0, 12.5, 40.0],
        covariates={"sale": [0.0, 1.0, -0.5, 3.0]},
        purchase_customer=[0, 0],
        purchase_time=[5.0, 9.0],
    )
    purchase, dropout = 0.6, -0.8
    r, alpha, s, beta = THETA

    def clock(t: float, effect: float) -> float:
        cuts, values = [0.0, 5.0, 12.5, 40.0], [0.0, 1.0, -0.5]
        parts = zip(cuts[:-1], cuts[1:], values, strict=True)
        return sum(np.exp(effect * z) * max(min(t, high) - low, 0.0) for low, high, z in parts)

    def leaving(t: float) -> float:
        speed = np.exp(dropout * (1.0 if t < 12.5 else -0.5))
        a, b = alpha + clock(t, purchase), beta + clock(t, dropout)
        return float(s * speed * a ** -(r + 2.0) * b ** -(s + 1.0))

    left = sum(integrate.quad(leaving, low, high)[0] for low, high in ((9.0, 12.5), (12.5, 30.0)))
    alive = (alpha + clock(30.0, purchase)) ** -(r + 2.0) * (beta + clock(30.0, dropout)) ** -s
    # Both purchases are in the sale: the one on its first moment too.
    density = special.gammaln(r + 2.0) - special.gammaln(r) + r * np.log(alpha) + s * np.log(beta) + 2.0 * purchase
    life = Life.of(paths, ("sale",), ("sale",))
    value, _, log_odds = log_likelihood(life, np.log(THETA), np.array([purchase]), np.array([dropout]))
    assert value[0] == pytest.approx(density + np.log(alive + left), rel=1e-12)
    assert log_odds[0] == pytest.approx(np.log(left / alive), rel=1e-9)

    def buying(t: float) -> float:
        stays = ((beta + clock(30.0, dropout)) / (beta + clock(t, dropout))) ** s
        rate = (r + 2.0) / (alpha + clock(30.0, purchase))
        return float(rate * stays * np.exp(purchase * (-0.5 if t < 40.0 else 3.0)))

    # The clock above ends at 40; the last stretch holds on for two more.
    by_forty = integrate.quad(buying, 30.0, 40.0)[0]
    expected = expected_living(life, 10.0, THETA, np.array([purchase]), np.array([dropout]))
    assert expected[0] == pytest.approx(by_forty, rel=1e-10)


def test_paths_that_never_change_are_covariates_fixed_in_time() -> None:
    paths = some(400, seed=5)
    still = np.zeros(400)
    still[paths.pieces.owner] = paths.pieces.values[:, 1]
    who = np.repeat(np.arange(400), paths.frequency.astype(int))
    same = CovariatePaths(
        age=paths.age,
        customer=np.arange(400),
        start=np.zeros(400),
        covariates={"near": still},
        purchase_customer=who,
        purchase_time=paths.recency[who],
    )
    h = Histories(frequency=same.frequency, recency=same.recency, age=same.age, covariates={"near": still})
    fixed = WithEffects(rg.ParetoNBD(), Covariates(("near",), ("near",))).fit(h)
    life = Life.of(same, ("near",), ("near",))
    value, _, _ = log_likelihood(life, np.log(fixed.theta), fixed.effects[:1], fixed.effects[1:])
    assert value.sum() == pytest.approx(fixed.log_likelihood, rel=1e-12)
    at = TimedFit(
        spec=TimedParetoNBD(("near",), ("near",)),
        theta=fixed.theta,
        effects=fixed.effects,
        unit=Unit.WEEK,
        log_likelihood=0.0,
        customers=400.0,
        covariance=np.eye(6),
        certificate=Certificate(()),
    )
    assert at.probability_alive(same) == pytest.approx(fixed.probability_alive(h), rel=1e-10)
    assert at.expected_purchases(same, 26) == pytest.approx(fixed.expected_purchases(h, 26), rel=1e-10)


def test_cutting_a_stretch_changes_nothing() -> None:
    rows = {"customer": [0, 0, 0], "start": [0.0, 4.0, 8.0], "covariates": {"sale": [0.0, 1.0, 1.0]}}
    whole = {"customer": [0, 0], "start": [0.0, 4.0], "covariates": {"sale": [0.0, 1.0]}}
    bought = {"age": [20.0], "purchase_customer": [0], "purchase_time": [6.0]}
    one, other = (CovariatePaths(**bought, **paths) for paths in (rows, whole))  # type: ignore[arg-type] # keywords by name
    assert (one.pieces.start == other.pieces.start).all()


def test_recovers_what_it_simulates() -> None:
    """Lives drawn in the time of each clock, and read on the calendar of the other."""
    customers, horizon = 1500, 60.0
    rng = np.random.default_rng(9)
    effects = {"purchase.sale": 0.7, "purchase.near": 0.3, "dropout.near": -0.5}
    customer, start, covariates = sales(customers, horizon=horizon, seed=2)
    near = covariates["near"].reshape(customers, -1)[:, 0]
    starts = start[: start.size // customers]
    sale = covariates["sale"][: starts.size]
    clock = np.concatenate([[0.0], np.cumsum(np.exp(0.7 * sale) * np.diff(np.append(starts, horizon + 1.0)))])
    ends = np.append(starts, horizon + 1.0)
    leaves = rng.standard_exponential(customers) * THETA[3] / rng.standard_gamma(THETA[2], customers)
    leaves *= np.exp(0.5 * near)  # half as fast on the calendar
    age = rng.uniform(30.0, horizon, customers)
    lives = rg.ParetoNBD().draw_living(THETA, np.zeros(customers), np.zeros(customers), rng)
    rate = type(lives)(lives.rate * np.exp(0.3 * near), np.full(customers, np.inf), np.full(customers, np.inf))
    bought = simulate(rate, np.interp(np.minimum(leaves, age), ends, clock), rng)
    paths = CovariatePaths(
        age=age,
        customer=customer,
        start=start,
        covariates=covariates,
        purchase_customer=bought.customer,
        purchase_time=np.maximum(np.interp(bought.time, clock, ends), 1e-9),
    )
    fit = SPEC.fit(paths)
    truth = dict(zip(rg.ParetoNBD.parameters, THETA, strict=True)) | effects
    for name, value in truth.items():
        assert abs(fit.params[name] - value) < 4.0 * fit.standard_errors[name], (name, fit.params, fit.standard_errors)
    assert fit.certificate.standing == "good"


def test_a_fit_in_time_is_drawn_again_saved_and_compared(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    paths = some(150, seed=4)
    spec = TimedParetoNBD(purchase=("sale",))
    fit, more = spec.fit(paths), TimedParetoNBD(purchase=("sale", "near")).fit(paths)
    h = Histories(frequency=paths.frequency, recency=paths.recency, age=paths.age)
    plain = rg.ParetoNBD().fit(h)
    found = rg.compare([plain, fit, more, rg.NBD().fit(h)])
    assert len(found.groups) == 1
    tests = {(test.smaller, test.larger, test.degrees) for test in found.tests}
    in_time = "Pareto/NBD with covariates in time"
    assert tests == {
        ("Pareto/NBD", in_time, 1),
        ("Pareto/NBD", in_time, 2),
        (in_time, in_time, 1),
        ("NBD", "Pareto/NBD", 2),
    }
    fit.save(tmp_path / "fit.json")
    again = rg.load(tmp_path / "fit.json")
    assert again.to_json() == fit.to_json()
    assert again.expected_purchases(paths, 9).tolist() == fit.expected_purchases(paths, 9).tolist()
    posterior = fit.posterior(paths, draws=400, seed=1)
    assert posterior.effective_sample_size > 40
    error = fit.standard_errors["purchase.sale"]
    assert posterior.parameters.mean[-1] == pytest.approx(fit.params["purchase.sale"], abs=0.5 * error)
    assert posterior.parameters.deviation[-1] == pytest.approx(error, rel=0.3)
    monkeypatch.setattr(parameter_draws, "LEAST_EFFECTIVE", 1.1)
    if is_vague(fit):
        with pytest.raises(NotApplicable, match="do not pin"):
            fit.posterior(paths, draws=20)
    drawn = bootstrap(fit, paths, 20, np.random.default_rng(1))
    assert np.log(drawn[:, -1]).std() == pytest.approx(error, rel=0.5)
    for ask in (fit.purchases_pmf, fit.discounted_purchases, fit.residual_purchases, fit.simulate):
        with pytest.raises(NotApplicable, match="not computed where covariates change in time"):
            ask(paths, 10)
    with pytest.raises(NotApplicable, match="what a new customer buys"):
        fit.expected_purchases_new(10)


def test_what_cannot_be_asked_is_said() -> None:
    good = {"age": [5.0], "purchase_customer": [0], "purchase_time": [2.0]}
    path = {"customer": [0], "start": [0.0], "covariates": {"sale": [1.0]}}
    with pytest.raises(InputError, match="from the first purchase on"):
        CovariatePaths(**good, **{**path, "start": [1.0]})  # type: ignore[arg-type] # keywords by name
    with pytest.raises(InputError, match="lie after the first purchase"):
        CovariatePaths(**{**good, "purchase_time": [6.0]}, **path)  # type: ignore[arg-type] # keywords by name
    with pytest.raises(InputError, match="the same time"):
        twice = {"customer": [0, 0], "start": [0.0, 0.0], "covariates": {"sale": [1.0, 2.0]}}
        CovariatePaths(**good, **twice)  # type: ignore[arg-type] # keywords by name
    paths = some(10)
    with pytest.raises(InputError, match="carry no covariate far"):
        TimedParetoNBD(("far",)).fit(paths)
    still = CovariatePaths(**good, **path)  # type: ignore[arg-type] # keywords by name
    with pytest.raises(NotApplicable, match=r"purchase\.sale never differs"):
        TimedParetoNBD(("sale",)).fit(still)
