"""Every registered model against the reference in 80 digits, on whatever a customer base may legally hold.

Times are in days. Tolerances: a likelihood is right to 1e-8 of itself, log-likelihoods of 70,000 included; a
prediction to 1e-8 of itself or to 1e-12 purchases, whichever is more.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from every_model import EVERY_MODEL
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.models.certificate import Certificate
from regulars.models.fit import Fit
from regulars.models.histories import Floats, Histories
from regulars.models.scoring import Question, score
from regulars.models.spend.gamma_gamma import GammaGamma, GammaGammaFit
from regulars.models.transactions import MODELS
from regulars.periods import Unit, days

# Every model of purchases in continuous time that is registered has to be in `reference.model_of`.
NAMES = [model.name for model in EVERY_MODEL if getattr(model, "likelihood_kind", "continuous") == "continuous"]


@dataclass(frozen=True)
class Case:
    """Parameters in the order of the paper, one history, a time ahead; a model takes as many as it has."""

    theta: tuple[float, ...]
    x: int
    recency: float
    age: float
    ahead: float

    def of(self, name: str) -> tuple[float, ...]:
        return self.theta[: len(MODELS.get(name).parameters)]

    def fit(self, name: str) -> Fit:
        theta = np.array(self.of(name))
        nothing = np.full((theta.size, theta.size), np.nan)
        return Fit(MODELS.get(name), theta, Unit.DAY, 0.0, 1.0, nothing, Certificate(()))

    def histories(self) -> Histories:
        return Histories(frequency=[self.x], recency=[self.recency], age=[self.age], unit="day")

    def log_likelihood(self, name: str) -> tuple[float, Floats]:
        columns = (np.array([float(self.x)]), np.array([self.recency]), np.array([self.age]))
        value, gradient = MODELS.get(name).log_likelihood(np.array(self.of(name)), *columns)
        return float(value[0]), gradient[:, 0]

    def in_reference(self, name: str, reference: ModuleType) -> tuple[Any, Any]:
        return reference.model_of(name, self.of(name)), reference.History(self.x, self.recency, self.age)


def powers_of_ten(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high).map(lambda exponent: float(10.0**exponent))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Parameters over eight decades, up to 10,000 purchases in up to 20,000 days, the corners included."""
    positive = powers_of_ten(-4, 4)
    # At a = 1 and s = 1 the closed forms divide zero by zero; below a + b = 1 the beta law has two peaks.
    third = st.one_of(positive, st.sampled_from([1.0, 1.0 + 1e-9, 0.3]))
    fourth = st.one_of(positive, st.sampled_from([0.1, 1.0]))
    theta = (draw(positive), draw(positive), draw(third), draw(fourth), draw(positive))
    ahead = draw(powers_of_ten(-2, 3.6))
    age = draw(st.one_of(powers_of_ten(-1, 4.3), st.sampled_from([0.0, 1.0, 20_000.0])))
    x = draw(st.one_of(st.integers(0, 4), st.integers(5, 10_000), st.just(10_000))) if age > 0.0 else 0
    share = draw(st.one_of(st.floats(1e-4, 1.0), st.just(1.0)))
    return Case(theta, x, age * share if x else 0.0, age, ahead)


def close(value: float, expected: Any) -> bool:
    return bool(abs(value - expected) <= max(1e-12, 1e-8 * abs(expected)))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=40)
@given(case=cases())
def test_log_likelihood(name: str, reference: ModuleType, case: Case) -> None:
    model, history = case.in_reference(name, reference)
    expected = model.log_likelihood(history)
    assert abs(case.log_likelihood(name)[0] - expected) <= max(1e-12, 1e-8 * min(1.0, abs(expected)))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=6)
@given(case=cases())
def test_slope_of_the_log_likelihood(name: str, reference: ModuleType, case: Case) -> None:
    gradient = case.log_likelihood(name)[1]
    for place, parameter in enumerate(case.of(name)):
        step = parameter * 1e-6

        def at(value: float, place: int = place) -> Any:
            moved = Case((*case.theta[:place], value, *case.theta[place + 1 :]), case.x, case.recency, case.age, 0.0)
            model, history = moved.in_reference(name, reference)
            return model.log_likelihood(history)

        above, below = parameter + step, parameter - step
        expected = float((at(above) - at(below)) / (reference.mp.mpf(above) - below)) * parameter
        assert gradient[place] * parameter == pytest.approx(expected, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=10)
@given(case=cases())
def test_probability_alive_and_expected_purchases(name: str, reference: ModuleType, case: Case) -> None:
    model, history = case.in_reference(name, reference)
    fit, histories = case.fit(name), case.histories()
    assert close(fit.probability_alive(histories)[0], model.probability_alive(history))
    assert close(fit.expected_purchases(histories, case.ahead)[0], model.expected_purchases(history, case.ahead))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=6)
@given(case=cases())
def test_probabilities_of_purchases(name: str, reference: ModuleType, case: Case) -> None:
    model, history = case.in_reference(name, reference)
    numbers = [0, 1, 2, 30]
    for n, value in zip(numbers, case.fit(name).purchases_pmf(case.histories(), case.ahead, numbers)[0], strict=True):
        assert close(value, model.purchases_pmf(history, case.ahead, n))


def test_expected_purchases_where_the_closed_form_cancels(reference: ModuleType) -> None:
    """Almost no time ahead, and a almost 1: the bracket of the closed form is a difference of equal numbers."""
    for a in (1.0000230261, 1.0, 1.0 - 1e-9, 0.3):
        case = Case((1.0, 1.0, a, 1.0), 0, 0.0, 10_000.0, 1.0)
        model, history = case.in_reference("bg-nbd", reference)
        expected = model.expected_purchases(history, case.ahead)
        assert case.fit("bg-nbd").expected_purchases(case.histories(), case.ahead)[0] == pytest.approx(
            float(expected), rel=3e-9
        )


def test_purchases_where_everyone_leaves_at_once(reference: ModuleType) -> None:
    case = Case((2.217449182429868, 196.45827885325886, 9845.568867467722, 0.009092468310751856), 0, 0.0, 0.0, 3143.8)
    model, history = case.in_reference("pareto-nbd", reference)
    numbers = [0, 1, 2, 10, 50]
    ours = case.fit("pareto-nbd").purchases_pmf(case.histories(), case.ahead, numbers)[0]
    assert all(
        close(value, model.purchases_pmf(history, case.ahead, n)) for n, value in zip(numbers, ours, strict=True)
    )


@pytest.mark.parametrize("name", NAMES)
def test_purchases_of_a_very_heavy_buyer(name: str, reference: ModuleType) -> None:
    """Ten thousand purchases seen: the chance of not buying again falls within a ten-thousandth of the age."""
    case = Case((1.0, 1.0, 1.0, 1.0, 1.0), 10_000, 600.0, 600.0, 2400.0)
    model, history = case.in_reference(name, reference)
    numbers = [0, 1, 2, 30]
    ours = case.fit(name).purchases_pmf(case.histories(), case.ahead, numbers)[0]
    assert all(
        close(value, model.purchases_pmf(history, case.ahead, n)) for n, value in zip(numbers, ours, strict=True)
    )


@pytest.mark.parametrize("name", NAMES)
def test_no_legal_input_gives_nonsense(name: str) -> None:
    rng = np.random.default_rng(11)
    size = 200
    for _ in range(60):
        theta = 10.0 ** rng.uniform(-5.0, 5.0, 5)
        age = np.where(rng.random(size) < 0.1, 0.0, 10.0 ** rng.uniform(-2.0, np.log10(20_000.0), size))
        x = np.where(age > 0.0, np.floor(10.0 ** rng.uniform(-0.5, 4.0, size)), 0.0)
        recency = np.where(x > 0.0, age * np.where(rng.random(size) < 0.2, 1.0, rng.random(size)), 0.0)
        fit = Case(tuple(theta), 0, 0.0, 0.0, 0.0).fit(name)
        x = np.where(recency > 0.0, x, 0.0)
        histories = Histories(frequency=x, recency=recency, age=age, unit="day")
        value, gradient = fit.model.log_likelihood(fit.theta, x, recency, age)
        assert np.isfinite(value).all()
        assert np.isfinite(gradient).all()
        alive = fit.probability_alive(histories)
        assert ((alive >= 0.0) & (alive <= 1.0)).all()
        soon, later = (fit.expected_purchases(histories, t) for t in (7.0, 3650.0))
        assert np.isfinite(later).all()
        assert ((soon >= 0.0) & (later >= soon * (1.0 - 1e-9))).all()
        few = fit.purchases_pmf(histories, 365.0, range(8))
        assert ((few >= 0.0) & (few.sum(axis=1, keepdims=True) <= 1.0 + 1e-8)).all()


@settings(max_examples=40)
@given(data=st.data())
def test_gamma_gamma_likelihood_and_spend(reference: ModuleType, data: st.DataObject) -> None:
    size = data.draw(st.integers(3, 12))
    n_obs = data.draw(st.lists(st.integers(1, 10_000), min_size=size, max_size=size))
    mean = data.draw(st.lists(powers_of_ten(-2, 5), min_size=size, max_size=size, unique=True))
    fit = GammaGamma().fit(n_obs, mean)
    model = reference.GammaGamma(*fit.params.values())
    total = sum(model.log_likelihood(n, z) for n, z in zip(n_obs, mean, strict=True))
    assert abs(fit.log_likelihood - total) <= 1e-8 * max(1.0, abs(total))
    for n, z, spend in zip([*n_obs, 0], [*mean, 0.0], fit.expected_spend([*n_obs, 0], [*mean, 0.0]), strict=True):
        if fit.p * n + fit.q > 1.0 + 1e-6:
            assert close(spend, model.expected_spend(n, z))
        elif fit.p * n + fit.q <= 1.0:
            assert np.isnan(spend)


# Model, parameters with history and days ahead; spend p and q, values seen. Heavy tails (p n_obs + q <= 1) included.
FUTURES = [
    ("bg-nbd", Case((0.24, 30.9, 0.79, 2.43), 2, 213.0, 272.0, 365.0), (6.25, 3.74, 2)),
    ("bg-nbd", Case((0.5, 60.0, 0.5, 0.3), 0, 0.0, 10.0, 365.0), (0.8, 0.6, 0)),
    ("bg-nbd", Case((8.0, 260.0, 0.18, 2.3), 3, 500.0, 2000.0, 365.0), (18.0, 1.4, 3)),
    ("mbg-nbd", Case((0.52, 43.3, 0.89, 1.61), 7, 206.0, 272.0, 273.0), (6.25, 3.74, 8)),
    ("mbg-nbd", Case((1.5, 20.0, 1.0, 0.4), 0, 0.0, 0.0, 90.0), (0.3, 0.5, 1)),
    ("pareto-nbd", Case((0.55, 74.0, 0.61, 81.7), 26, 216.0, 217.0, 90.0), (6.25, 3.74, 26)),
    ("pareto-nbd", Case((0.55, 74.0, 0.61, 81.7), 0, 0.0, 272.0, 365.0), (1.1, 0.9, 0)),
]


@pytest.mark.parametrize(("name", "case", "spending"), FUTURES)
def test_quantiles_of_the_value_of_the_future(
    name: str, case: Case, spending: tuple[float, float, int], reference: ModuleType
) -> None:
    model, past = case.in_reference(name, reference)
    p, q, n_obs = spending
    spend = GammaGammaFit(p, q, 1.0, 0.0, 1.0, np.full((3, 3), np.nan), Certificate(()))
    levels = (0.1, 0.5, 0.9, 0.97)
    question = Question(days(case.ahead), levels, 0.1)
    scores = score(case.fit(name), spend, case.histories(), np.array([float(n_obs)]), question)
    pmf: list[Any] = []
    while sum(pmf) < 1 - 1e-7:
        pmf.append(model.purchases_pmf(past, case.ahead, len(pmf)))
    assert close(scores.probability_purchase[0], 1 - pmf[0])
    for level, quantile in zip(levels, scores.quantile[:, 0], strict=True):
        if quantile == 0.0:
            assert pmf[0] >= level - 1e-9
        else:
            below = reference.GammaGamma(p, q, 1.0).value_cdf(pmf, n_obs, quantile)
            assert float(below) == pytest.approx(level, abs=5e-4)
