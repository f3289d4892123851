"""How long a new customer stays: against simulated lives for every registered model, and against closed forms."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from every_model import EVERY_MODEL
from hypothesis import given
from hypothesis import strategies as st

from regulars.models.certificate import Certificate
from regulars.models.fit import Fit
from regulars.models.histories import Floats, Histories
from regulars.models.lifetime import lifetime_of
from regulars.models.lives import Staged
from regulars.models.transaction_model import TransactionModel
from regulars.models.transactions import MODELS
from regulars.periods import DAYS_PER_YEAR, Unit

# Parameters whose mean lifetime exists, wherever the model has one.
LEAVING = {
    "nbd": [3.5, 8.0],
    "bg-nbd": [3.5, 6.0, 3.2, 5.4],
    "mbg-nbd": [3.5, 6.0, 3.2, 9.4],
    "pareto-nbd": [0.8, 8.0, 3.7, 40.0],
    "gompertz-nbd": [0.8, 8.0, 0.02, 0.7, 0.9],
    "bg-cnbd-2": [3.5, 3.0, 3.2, 5.4],
    "mbg-cnbd-2": [3.5, 3.0, 3.2, 9.4],
}
LIVES = 200_000
WEEKS_PER_YEAR = DAYS_PER_YEAR / 7.0


@pytest.fixture(params=EVERY_MODEL, ids=lambda model: model.name)
def model(request: pytest.FixtureRequest) -> TransactionModel:
    found: TransactionModel = request.param
    return found


def fit_at(model: TransactionModel, theta: list[float]) -> Fit:
    size = len(theta)
    return Fit(model, np.array(theta), Unit.WEEK, 0.0, 1.0, np.zeros((size, size)), Certificate(()))


def simulated_lifetimes(fit: Fit, seed: int) -> Floats:
    """Lifetimes from drawn lives alone: the time of dropout, or of the purchase after which a customer leaves.

    The n-th purchase of a Poisson process of rate λ comes after a Gamma(n) time over λ.
    """
    rng = np.random.default_rng(seed)
    branch, *later = fit.branches(Histories(frequency=0, recency=0, age=0, unit="week"))
    assert all(other.weight[0] == 0.0 for other in later)  # nobody new is between purchases
    lives = branch.living.draw(np.zeros(LIVES), np.zeros(LIVES), rng)
    stages = lives.stages if isinstance(lives, Staged) else 1
    last = stages * np.where(np.isfinite(lives.purchases), lives.purchases, 1.0)
    at_purchase = np.where(np.isfinite(lives.purchases), rng.standard_gamma(last) / lives.rate, np.inf)
    lifetime = np.minimum(lives.lifetime, at_purchase)
    alive = fit.probability_alive(Histories(frequency=0, recency=0, age=0, unit="week"))[0]
    return np.where(rng.random(LIVES) < alive, lifetime, 0.0)


def test_as_many_stay_as_simulated(model: TransactionModel) -> None:
    fit = fit_at(model, LEAVING[model.name])
    lifetimes = simulated_lifetimes(fit, seed=5)
    times = np.array([0.0, 0.5, 4.0, 20.0, 100.0, 1000.0])
    stay = (lifetimes[:, None] > times).mean(axis=0)
    stay[0] = (lifetimes > 0.0).mean()
    assert fit.model.lasting(fit.theta, times) == pytest.approx(stay, abs=4.5 * 0.5 / LIVES**0.5)


def test_mean_and_median_are_those_simulated(model: TransactionModel) -> None:
    fit = fit_at(model, LEAVING[model.name])
    lifetimes = simulated_lifetimes(fit, seed=6) / WEEKS_PER_YEAR
    found = lifetime_of(fit)
    if not model.has_dropout:
        assert (found.mean, found.median) == (None, None)
        assert "no customer ever leaves" in found.mean_reason
        assert "no customer ever leaves" in found.median_reason
        return
    assert found.mean == pytest.approx(lifetimes.mean(), abs=5.0 * lifetimes.std() / LIVES**0.5)
    assert found.median is not None
    assert (lifetimes > found.median).mean() == pytest.approx(0.5, abs=4.5 * 0.5 / LIVES**0.5)
    assert (found.mean_reason, found.median_reason) == ("", "")


def test_the_chance_to_stay_begins_with_being_alive_and_only_falls(model: TransactionModel) -> None:
    fit = fit_at(model, LEAVING[model.name])
    new = Histories(frequency=0, recency=0, age=0, unit="week")
    path = fit.model.lasting(fit.theta, np.geomspace(1e-9, 1e6, 60))
    assert fit.model.lasting(fit.theta, np.zeros(1))[0] == pytest.approx(fit.probability_alive(new)[0], rel=1e-14)
    assert (np.diff(path) <= 1e-13).all()


@given(
    r=st.floats(0.05, 20.0),
    alpha=st.floats(0.1, 1e3),
    a=st.floats(0.05, 20.0),
    b=st.floats(0.05, 20.0),
    t=st.floats(1e-3, 1e5),
)
def test_staying_is_the_hypergeometric_function(r: float, alpha: float, a: float, b: float, t: float) -> None:
    theta, when = np.array([r, alpha, a, b]), np.array([t])
    bg = mpmath.hyp2f1(r, a, a + b, -t / alpha)
    mbg = b / (a + b) * mpmath.hyp2f1(r, a, a + b + 1, -t / alpha)
    assert MODELS.get("bg-nbd").lasting(theta, when)[0] == pytest.approx(float(bg), rel=1e-9, abs=1e-12)
    assert MODELS.get("mbg-nbd").lasting(theta, when)[0] == pytest.approx(float(mbg), rel=1e-9, abs=1e-12)


def test_the_mean_is_the_area_under_the_chance_to_stay(model: TransactionModel) -> None:
    if not model.has_dropout:
        assert math.isinf(model.mean_lifetime(np.array(LEAVING[model.name])))
        return
    theta = np.array(LEAVING[model.name])
    edges = np.concatenate([[0.0], np.geomspace(1e-4, 1e7, 4000)])
    stay = model.lasting(theta, edges)
    area = float(np.diff(edges) @ (stay[1:] + stay[:-1]) / 2.0)
    assert model.mean_lifetime(theta) == pytest.approx(area, rel=1e-3)


@pytest.mark.parametrize(
    ("name", "theta"),
    [
        ("bg-nbd", [0.9, 6.0, 3.2, 5.4]),
        ("bg-nbd", [3.5, 6.0, 0.9, 5.4]),
        ("mbg-nbd", [1.0, 6.0, 3.2, 5.4]),
        ("pareto-nbd", [0.8, 8.0, 1.0, 40.0]),
    ],
)
def test_an_infinite_mean_is_none_with_a_reason(name: str, theta: list[float]) -> None:
    found = lifetime_of(fit_at(MODELS.get(name), theta))
    assert found.mean is None
    assert "infinite" in found.mean_reason
    assert found.median is not None


def test_a_lifetime_beyond_a_century_is_none_with_a_reason() -> None:
    found = lifetime_of(fit_at(MODELS.get("pareto-nbd"), [0.8, 8.0, 1.5, 1e5]))
    assert (found.mean, found.median) == (None, None)
    assert "3,833 years" in found.mean_reason
    assert "more than half" in found.median_reason


def test_where_half_leave_at_once_the_median_is_zero() -> None:
    found = lifetime_of(fit_at(MODELS.get("mbg-nbd"), [0.8, 6.0, 2.0, 1.5]))
    assert found.median == 0.0
