"""BG/BB against every order of purchases counted one by one, against simulation, and at its edges."""

from __future__ import annotations

import itertools
from pathlib import Path

import mpmath
import numpy as np
import pytest

from regulars.errors import InputError, NotApplicable
from regulars.models.certificate import Certificate
from regulars.models.comparison import compare
from regulars.models.fit import Fit
from regulars.models.histories import Histories
from regulars.models.likelihood import Likelihood
from regulars.models.saving import load
from regulars.models.scoring import Question, score
from regulars.models.spend.constant import ConstantSpend
from regulars.models.spend.gamma_gamma import GammaGammaFit
from regulars.models.totals import Base, expected_value, simulate_totals
from regulars.models.transactions.bg_bb import BGBB
from regulars.models.transactions.nbd import NBD
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


def test_gradient_is_the_derivative() -> None:
    likelihood = Likelihood(BGBB(), SOME)
    for point in (np.log(TRUTH), np.log(TRUTH) + 1.1, np.log(TRUTH) - 1.3):
        _, gradient = likelihood(point)
        for i, step in enumerate(np.eye(4) * 1e-5):
            slope = (likelihood(point + step)[0] - likelihood(point - step)[0]) / 2e-5
            assert gradient[i] == pytest.approx(slope, rel=1e-6, abs=1e-8)


def test_alive_is_who_goes_on_to_the_next_opportunity() -> None:
    """P(alive) = Σ over p, θ of being there at n+1, from the likelihoods of one more purchase and of its chance."""
    alpha, beta, _, _ = TRUTH
    theta = np.array(TRUTH)
    now, _ = BGBB().log_likelihood(theta, SOME.frequency, SOME.recency, SOME.age)
    more, _ = BGBB().log_likelihood(theta, SOME.frequency + 1.0, SOME.age + 1.0, SOME.age + 1.0)
    chance = (alpha + SOME.frequency) / (alpha + beta + SOME.age)
    assert at().probability_alive(SOME) == pytest.approx(np.exp(more - now) / chance, rel=1e-10)


def test_probabilities_of_counts() -> None:
    number = np.arange(14)
    pmf = at().purchases_pmf(SOME, 12, number)
    assert (pmf >= 0.0).all()
    assert (pmf[:, 13] == 0.0).all()
    assert pmf.sum(axis=1) == pytest.approx(np.ones(len(SOME)), abs=1e-12)
    assert pmf @ number == pytest.approx(at().expected_purchases(SOME, 12), rel=1e-12)
    now, _ = BGBB().log_likelihood(np.array(TRUTH), SOME.frequency, SOME.recency, SOME.age)
    later, _ = BGBB().log_likelihood(np.array(TRUTH), SOME.frequency, SOME.recency, SOME.age + 12.0)
    assert pmf[:, 0] == pytest.approx(np.exp(later - now), rel=1e-12)


def test_recovers_what_it_simulates() -> None:
    fit = BGBB().fit(simulated(60_000, 12, seed=3))
    errors = np.array(list(fit.standard_errors.values()))
    assert (np.abs(fit.theta - TRUTH) < 4.0 * errors).all(), (fit.params, fit.standard_errors)
    assert fit.certificate.standing == "good"


def test_its_likelihood_is_not_compared_with_one_in_continuous_time() -> None:
    h = simulated(2000, 8, seed=9)
    timed = Histories(frequency=h.frequency, recency=h.recency, age=h.age, count=h.count, unit="year")
    found = compare([BGBB().fit(h), NBD().fit(timed)])
    assert [len(group) for group in found.groups] == [1, 1]
    assert "different kinds, discrete opportunities and continuous" in found.refusals[0]


def test_customers_who_never_leave_are_no_dropout() -> None:
    rng = np.random.default_rng(4)
    orders = rng.random((3000, 8)) < rng.beta(1.0, 2.0, 3000)[:, None]
    recency = (orders * np.arange(1, 9)).max(axis=1)
    fit = BGBB().fit(
        Histories(frequency=orders.sum(axis=1), recency=recency, opportunities=np.full(3000, 8)).distinct()
    )
    assert any("plain beta-binomial, where nobody leaves" in sentence for sentence in fit.certificate.sentences())


def test_simulation_agrees_with_expectation() -> None:
    bought = at().simulate(200_000, 10, seed=6)
    counts = np.bincount(bought.customer, minlength=200_000)
    assert counts.mean() == pytest.approx(at().expected_purchases_new(10), abs=4 * counts.std() / 200_000**0.5)
    assert set(np.unique(bought.time)) == set(range(1, 11))
    new = Histories(frequency=0, recency=0, opportunities=0)
    law = at().purchases_pmf(new, 10, range(11))[0]
    assert np.bincount(counts, minlength=11) / 200_000 == pytest.approx(law, abs=4e-3)


def test_discounting_is_the_sum_over_opportunities() -> None:
    path = np.stack([at().expected_purchases(SOME, t) for t in range(451)])
    worth = 1.1 ** -np.arange(1.0, 451.0)
    assert at().discounted_purchases(SOME, 20, 0.1) == pytest.approx(worth[:20] @ np.diff(path[:21], axis=0), rel=1e-10)
    assert at().residual_purchases(SOME, 0.1) == pytest.approx(worth @ np.diff(path, axis=0), rel=1e-9)


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


def test_saved_and_loaded(tmp_path: Path) -> None:
    fit = BGBB().fit(simulated(3000, 6, seed=5))
    fit.save(tmp_path / "fit.json")
    again = load(tmp_path / "fit.json")
    assert (again.params, again.unit) == (fit.params, Unit.YEAR)
    assert again.expected_purchases(SOME, 5).tolist() == fit.expected_purchases(SOME, 5).tolist()


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
