"""BG/BB against every order of purchases counted one by one, and at its edges; the contract does the rest."""

from __future__ import annotations

import itertools

import mpmath
import numpy as np
import pytest

from regulars.errors import InputError, NotApplicable
from regulars.models.certificate import Certificate
from regulars.models.fit import Fit
from regulars.models.histories import Histories
from regulars.models.scoring import Question, score
from regulars.models.spend.constant import ConstantSpend
from regulars.models.spend.gamma_gamma import GammaGammaFit
from regulars.models.totals import Base, expected_value, simulate_totals
from regulars.models.transactions.bg_bb import BGBB
from regulars.periods import Unit, days

TRUTH = (1.2, 0.75, 0.66, 2.8)
SOME = Histories(
    frequency=[0, 0, 1, 2, 6, 3, 1],
    recency=[0, 0, 1, 4, 6, 3, 6],
    opportunities=[0, 6, 6, 6, 6, 5, 9],
    count=[3, 10, 4, 2, 1, 5, 2],
)


def at(*theta: float, unit: Unit = Unit.YEAR) -> Fit:
    covariance = np.zeros((4, 4))
    return Fit(BGBB(), np.array(theta or TRUTH), unit, 0.0, 1.0, covariance, Certificate(()))


def simulated(customers: int, opportunities: int, seed: int) -> Histories:
    bought = at().simulate(customers, opportunities, seed)
    recency = np.zeros(customers)
    np.maximum.at(recency, bought.customer, bought.time)
    frequency = np.bincount(bought.customer, minlength=customers)
    whole = np.full(customers, float(opportunities))
    return Histories(frequency=frequency, recency=recency, opportunities=whole).distinct()


def by_hand(theta: tuple[float, ...], order: tuple[int, ...], opportunities: int) -> float:
    """P(this order of purchases at the first opportunities), by when the customer leaves: p and θ integrated out."""
    alpha, beta, gamma, delta = map(mpmath.mpf, theta)
    total = mpmath.mpf(0)
    for lived in range(opportunities + 1):
        if any(order[lived:]):
            continue
        x = sum(order)
        buys = mpmath.beta(alpha + x, beta + lived - x) / mpmath.beta(alpha, beta)
        leaves = 1 if lived < opportunities else 0
        total += buys * mpmath.beta(gamma + leaves, delta + lived) / mpmath.beta(gamma, delta)
    return float(total)


@pytest.mark.parametrize("theta", [TRUTH, (0.02, 30.0, 4.0, 0.3), (500.0, 2.0, 1e-3, 1e3)])
def test_likelihood_is_the_probability_of_each_order(theta: tuple[float, ...]) -> None:
    whole = 0.0
    for order in itertools.product((0, 1), repeat=5):
        x, last = sum(order), max((place + 1 for place, bought in enumerate(order) if bought), default=0)
        columns = (np.array([float(x)]), np.array([float(last)]), np.array([5.0]))
        value, _ = BGBB().log_likelihood(np.array(theta), *columns)
        assert value[0] == pytest.approx(np.log(by_hand(theta, order, 5)), rel=1e-10)
        whole += float(np.exp(value[0]))
    assert whole == pytest.approx(1.0, abs=1e-12)


def test_customers_who_never_leave_are_no_dropout() -> None:
    rng = np.random.default_rng(4)
    orders = rng.random((3000, 8)) < rng.beta(1.0, 2.0, 3000)[:, None]
    recency = (orders * np.arange(1, 9)).max(axis=1)
    fit = BGBB().fit(
        Histories(frequency=orders.sum(axis=1), recency=recency, opportunities=np.full(3000, 8)).distinct()
    )
    assert any("plain beta-binomial, where nobody leaves" in sentence for sentence in fit.certificate.sentences())


@pytest.mark.parametrize("gamma", [1.0, 1.0 + 1e-9, 2.0, 0.3])
def test_weekly_residuals_at_odd_dropout(gamma: float) -> None:
    """The discount of a week is close to 1, where the series of 2F1 converges slowly."""
    fit = at(1.2, 0.75, gamma, 2.8, unit=Unit.WEEK)
    h = Histories(frequency=[2], recency=[5], opportunities=[6], unit="week")
    v = mpmath.mpf(1.1) ** (-mpmath.mpf(7) / mpmath.mpf("365.25"))
    left = mpmath.mpf(2.8) + 7
    series = v * mpmath.hyp2f1(1, left, gamma + left, v) * mpmath.mpf(1.2 + 2) / (1.2 + 0.75 + 6)
    expected = fit.probability_alive(h)[0] * float(series)
    assert fit.residual_purchases(h, 0.1)[0] == pytest.approx(expected, rel=1e-9)


def test_horizons_are_whole_opportunities() -> None:
    assert (at().expected_purchases(SOME, days(365)) == at().expected_purchases(SOME, 1)).all()
    assert (at().expected_purchases(SOME, 0) == 0.0).all()
    with pytest.raises(NotApplicable, match="whole number"):
        at().expected_purchases(SOME, days(90))
    with pytest.raises(NotApplicable, match="whole number"):
        at().purchases_pmf(SOME, 2.5, [0])


def test_histories_of_another_kind_are_refused() -> None:
    with pytest.raises(NotApplicable, match="continuous time"):
        BGBB().fit(Histories(frequency=[1, 0], recency=[2, 0], age=[3, 3]))
    with pytest.raises(NotApplicable, match="whole opportunities"):
        at().probability_alive(Histories(frequency=[1], recency=[2.5], age=[6.0], unit="year"))
    with pytest.raises(InputError, match="frequency 3, recency 2, opportunities 6"):
        Histories(frequency=[3], recency=[2], opportunities=[6])
    with pytest.raises(InputError, match="age and opportunities differ"):
        Histories(frequency=[1], recency=[2], age=[5], opportunities=[6])
    with pytest.raises(InputError, match="need an age"):
        Histories(frequency=[1], recency=[2])


def test_histories_keep_their_opportunities() -> None:
    again = SOME.take(np.array([0, 1, 1])).distinct()
    assert again.in_opportunities
    assert again.unit is Unit.YEAR
    assert not Histories(frequency=[1], recency=[2], age=[5]).in_opportunities


def test_scores_and_totals_like_any_other_model() -> None:
    h = simulated(3000, 8, seed=7)
    question = Question(days(5 * 365.25), (0.1, 0.5, 0.9), 0.1)
    scores = score(at(), ConstantSpend(1.0), h, h.frequency, question)
    assert scores.purchases == pytest.approx(at().expected_purchases(h, 5), rel=1e-9)
    assert scores.residual == pytest.approx(at().residual_purchases(h, 0.1), rel=1e-9)
    below = at().purchases_pmf(h, 5, range(6)).cumsum(axis=1)
    for level, quantile in zip(question.levels, scores.quantile, strict=True):
        assert quantile.tolist() == (below < level).sum(axis=1).tolist()
    spend = GammaGammaFit(6.0, 3.7, 15.0, 0.0, 1.0, np.zeros((3, 3)), Certificate(()))
    total = 20.0 * h.frequency * h.count
    base = Base(h, h.frequency, total, total**2 / h.count)
    valued = score(at(), spend, h, h.frequency, question)
    drawn = simulate_totals(at(), spend, base, valued, question, seed=1)
    assert drawn.value.mean() == pytest.approx(expected_value(base, spend, valued.purchases), rel=0.01)
    assert drawn.purchases.mean() == pytest.approx(float(h.count @ valued.purchases), rel=0.01)
