"""Every registered model against the reference in 80 digits, on whatever a customer base may legally hold.

Times are in days. Tolerances: a likelihood is right to 1e-8 of itself, log-likelihoods of 70,000 included; a
prediction to 1e-8 of itself, however small.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from subjects import OF_PURCHASES, SUBJECTS
from subjects.base import Subject
from subjects.purchases import Case, OfPurchases, fit_at

from regulars.models.certificate import Certificate
from regulars.models.fit import Fit
from regulars.models.histories import Floats
from regulars.models.scoring import Question, score
from regulars.models.spend.gamma_gamma import GammaGammaFit
from regulars.models.transactions import MODELS
from regulars.periods import Unit, days

each = pytest.mark.parametrize("subject", OF_PURCHASES, ids=lambda subject: subject.name)


@pytest.mark.parametrize(
    ("subject", "asked"),
    [
        pytest.param(subject, asked, id=f"{subject.name}-{asked}")
        for subject in SUBJECTS
        for asked in subject.agreements
    ],
)
def test_the_reference_agrees(subject: Subject, asked: str, reference: ModuleType) -> None:
    """A registered model that is not in the reference fails here: nobody has computed it another way."""
    agreement = subject.agreements[asked]

    @settings(max_examples=agreement.examples)
    @given(case=subject.extremes())
    def agrees(case: Any) -> None:
        for ours, exact in zip(agreement.ours(case), agreement.exact(reference, case), strict=True):
            assert agreement.holds(ours, exact), (case, ours, exact)

    agrees()


def log_likelihood(subject: OfPurchases, case: Case) -> tuple[float, Floats]:
    value, gradient = subject.model.log_likelihood(parameters(subject, case), *case.columns())
    return float(value[0]), gradient[:, 0]


def parameters(subject: OfPurchases, case: Case) -> Floats:
    return np.array(case.theta[: len(subject.model.parameters)])


@each
def test_slope_of_the_log_likelihood(subject: OfPurchases, reference: ModuleType) -> None:
    def of(case: Case, theta: Floats) -> Any:
        model = reference.model_of(subject.name, tuple(theta.tolist()))
        return model.log_likelihood(reference.History(case.x, case.recency, case.age))

    @settings(max_examples=6)
    @given(case=subject.extremes())
    def agrees(case: Case) -> None:
        theta, (_, gradient) = parameters(subject, case), log_likelihood(subject, case)
        for place, step in enumerate(np.diag(theta * 1e-6)):
            above, below = theta + step, theta - step
            change = of(case, above) - of(case, below)
            expected = float(change / (reference.mp.mpf(above[place]) - below[place])) * theta[place]
            assert gradient[place] * theta[place] == pytest.approx(expected, rel=1e-6, abs=1e-8)

    agrees()


def fit_of(name: str, case: Case) -> Fit:
    return fit_at(MODELS.get(name), np.array(case.theta), Unit.DAY)


def in_reference(name: str, case: Case, reference: ModuleType) -> tuple[Any, Any]:
    return reference.model_of(name, case.theta), reference.History(case.x, case.recency, case.age)


def test_expected_purchases_where_the_closed_form_cancels(reference: ModuleType) -> None:
    """Almost no time ahead, and a almost 1: the bracket of the closed form is a difference of equal numbers."""
    for a in (1.0000230261, 1.0, 1.0 - 1e-9, 0.3):
        case = Case((1.0, 1.0, a, 1.0), 0, 0.0, 10_000.0, 1.0)
        model, history = in_reference("bg-nbd", case, reference)
        expected = float(model.expected_purchases(history, case.ahead))
        ours = fit_of("bg-nbd", case).expected_purchases(case.histories(), case.ahead)[0]
        assert ours == pytest.approx(expected, rel=3e-9)


def test_purchases_where_everyone_leaves_at_once(reference: ModuleType) -> None:
    case = Case((2.217449182429868, 196.45827885325886, 9845.568867467722, 0.009092468310751856), 0, 0.0, 0.0, 3143.8)
    model, history = in_reference("pareto-nbd", case, reference)
    numbers = [0, 1, 2, 10, 50]
    ours = fit_of("pareto-nbd", case).purchases_pmf(case.histories(), case.ahead, numbers)[0]
    exact = [float(model.purchases_pmf(history, case.ahead, n)) for n in numbers]
    assert ours == pytest.approx(exact, rel=1e-8, abs=1e-12)


@each
def test_purchases_of_a_very_heavy_buyer(subject: OfPurchases, reference: ModuleType) -> None:
    """Ten thousand purchases seen: the chance of not buying again falls within a ten-thousandth of the age."""
    mass, case = subject.agreements["mass"], subject.heavy_buyer
    assert all(
        mass.holds(ours, exact) for ours, exact in zip(mass.ours(case), mass.exact(reference, case), strict=True)
    )


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
    model, past = in_reference(name, case, reference)
    p, q, n_obs = spending
    spend = GammaGammaFit(p, q, 1.0, 0.0, 1.0, np.full((3, 3), np.nan), Certificate(()))
    levels = (0.1, 0.5, 0.9, 0.97)
    question = Question(days(case.ahead), levels, 0.1)
    scores = score(fit_of(name, case), spend, case.histories(), np.array([float(n_obs)]), question)
    pmf: list[Any] = []
    while sum(pmf) < 1 - 1e-7:
        pmf.append(model.purchases_pmf(past, case.ahead, len(pmf)))
    assert scores.probability_purchase[0] == pytest.approx(float(1 - pmf[0]), rel=1e-8, abs=1e-12)
    for level, quantile in zip(levels, scores.quantile[:, 0], strict=True):
        if quantile == 0.0:
            assert pmf[0] >= level - 1e-9
        else:
            below = reference.GammaGamma(p, q, 1.0).value_cdf(pmf, n_obs, quantile)
            assert float(below) == pytest.approx(level, abs=5e-4)
