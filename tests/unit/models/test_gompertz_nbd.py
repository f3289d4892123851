"""Gompertz/NBD against integration over its latent variables in 30 digits, and at its limit, Pareto/NBD."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest

from regulars.models.certificate import Certificate
from regulars.models.fit import Fit
from regulars.models.histories import Histories
from regulars.models.transactions.gompertz_nbd import GompertzNBD
from regulars.models.transactions.pareto_nbd import ParetoNBD
from regulars.periods import Unit

mp = mpmath.MPContext()
mp.dps = 20

# Parameters r, alpha, b, s, beta and a history: early and late bends, ageing from hardly to sudden.
CASES = [
    ((0.55, 10.6, 2e-4, 0.6, 2.6e-3), (26, 30.9, 31.0)),
    ((0.8, 8.0, 0.15, 0.6, 8.0), (2, 20.0, 39.0)),
    ((0.8, 8.0, 0.15, 0.6, 8.0), (0, 0.0, 260.0)),
    ((1.4, 48.0, 0.9, 3.0, 5e5), (7, 3.0, 52.0)),
    ((0.3, 0.5, 2.0, 0.01, 0.02), (1, 0.4, 400.0)),
    ((20.0, 900.0, 0.01, 40.0, 60.0), (0, 0.0, 30.0)),
    ((0.5, 3.0, 1e-6, 0.7, 1e-5), (10_000, 2000.0, 2001.0)),
]


def at(theta: tuple[float, ...]) -> Fit:
    return Fit(GompertzNBD(), np.array(theta), Unit.WEEK, 0.0, 1.0, np.full((5, 5), np.nan), Certificate(()))


def one(history: tuple[int, float, float]) -> Histories:
    frequency, recency, age = history
    return Histories(frequency=frequency, recency=recency, age=age)


class Slow:
    """The model by brute force: integrals over the time of leaving, on many short panels."""

    def __init__(self, theta: tuple[float, ...]) -> None:
        self.r, self.alpha, self.b, self.s, self.beta = map(mp.mpf, theta)

    def there(self, t: Any) -> Any:
        return ((self.beta + mp.expm1(self.b * t)) / self.beta) ** -self.s

    def leaves(self, t: Any) -> Any:
        return self.there(t) * self.s * self.b * mp.exp(self.b * t) / (self.beta + mp.expm1(self.b * t))

    def over(self, of: Any, start: float, end: float) -> Any:
        if end == start:
            return mp.mpf(0)
        span = end - start
        steps = {*np.geomspace(1e-5 * span, span, 30), *np.linspace(0.0, min(span, 60.0 / float(self.b)), 24)}
        edges = sorted(start + step for step in steps if 0.0 < step < span)
        return mp.quad(of, [start, *edges, end], maxdegree=3)

    def parts(self, x: int, recency: float, age: float) -> tuple[Any, Any]:
        front = mp.gamma(self.r + x) / mp.gamma(self.r) * self.alpha**self.r
        alive = front * (self.alpha + age) ** -(self.r + x) * self.there(age)
        gone = self.over(lambda t: (self.alpha + t) ** -(self.r + x) * self.leaves(t), recency, age)
        return alive, front * gone


@pytest.mark.parametrize(("theta", "history"), CASES)
def test_likelihood_and_alive(theta: tuple[float, ...], history: tuple[int, float, float]) -> None:
    alive, gone = Slow(theta).parts(*history)
    h = one(history)
    value, _ = GompertzNBD().log_likelihood(np.array(theta), h.frequency, h.recency, h.age)
    assert value[0] == pytest.approx(float(mp.log(alive + gone)), rel=1e-11, abs=1e-11)
    assert at(theta).probability_alive(h)[0] == pytest.approx(float(alive / (alive + gone)), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("theta", "history"), CASES)
def test_expected_purchases(theta: tuple[float, ...], history: tuple[int, float, float]) -> None:
    slow, (x, _, age) = Slow(theta), history
    for t in (0.5, 600.0):
        staying = slow.over(slow.there, age, age + t) / slow.there(age)
        expected = (slow.r + x) / (slow.alpha + age) * staying * at(theta).probability_alive(one(history))[0]
        assert at(theta).expected_purchases(one(history), t)[0] == pytest.approx(float(expected), rel=1e-10)


@pytest.mark.parametrize(("theta", "history"), CASES[:5])
def test_probabilities_of_counts(theta: tuple[float, ...], history: tuple[int, float, float]) -> None:
    slow, (x, _, age), t = Slow(theta), history, 20.0
    k, scale = slow.r + x, slow.alpha + age

    def exactly(n: int, tau: Any) -> Any:
        counted = mp.gamma(k + n) / mp.gamma(k) / mp.factorial(n)
        return counted * (scale / (scale + tau)) ** k * (tau / (scale + tau)) ** n

    ours = GompertzNBD().living_pmf(
        np.array(theta), np.array([float(x)]), np.array([age]), t, np.array([0.0, 1.0, 6.0])
    )
    for place, n in enumerate((0, 1, 6)):
        left = slow.over(lambda tau, n=n: slow.leaves(tau) * exactly(n, tau - age), age, age + t)
        expected = (slow.there(age + t) * exactly(n, t) + left) / slow.there(age)
        assert ours[0, place] == pytest.approx(float(expected), rel=1e-9, abs=1e-14)


def test_without_ageing_it_is_pareto_nbd() -> None:
    """As b goes to zero along beta = b·beta', every answer is that of Pareto/NBD."""
    h = Histories(frequency=[0, 3, 26, 2], recency=[0, 20, 30.9, 0.1], age=[39, 30, 31, 900])
    pareto = np.array([0.55, 10.6, 0.61, 11.7])
    near = at((0.55, 10.6, 1e-9, 0.61, 11.7e-9))
    limit = Fit(ParetoNBD(), pareto, Unit.WEEK, 0.0, 1.0, np.full((4, 4), np.nan), Certificate(()))
    ours, theirs = (fit.model.log_likelihood(fit.theta, h.frequency, h.recency, h.age)[0] for fit in (near, limit))
    assert ours == pytest.approx(theirs, abs=1e-6)
    assert near.expected_purchases(h, 52) == pytest.approx(limit.expected_purchases(h, 52), rel=1e-6)
    assert near.residual_purchases(h, 0.1) == pytest.approx(limit.residual_purchases(h, 0.1), rel=1e-5)


def test_mean_lifetime_is_the_area_under_those_who_stay() -> None:
    theta = np.array([0.8, 8.0, 0.15, 0.6, 8.0])
    when = np.linspace(0.0, 400.0, 200_001)
    staying = GompertzNBD().lasting(theta, when)
    assert GompertzNBD().mean_lifetime(theta) == pytest.approx(np.trapezoid(staying, when), rel=1e-6)


def test_ageing_is_found_where_there_is_some_and_not_where_there_is_none() -> None:
    # Without ageing half of all sets are most likely at the limit, and half of them a little away from it.
    found = [_fitted((0.8, 8.0, 0.3, 1.0, 400.0), 5), _fitted((0.8, 8.0, 1e-7, 1.5, 3e-6), 7)]
    ageing, none = ({finding.check: finding for finding in fit.certificate.findings}["ageing"] for fit in found)
    assert (ageing.standing, none.standing) == ("good", "warning")
    assert np.isfinite(list(found[0].standard_errors.values())).all()
    errors = found[1].standard_errors
    assert np.isnan(errors["b"])
    # At the limit the logarithms vary as Pareto/NBD's do, so totals are as uncertain under either.
    h = found[1].histories
    assert h is not None
    limit = ParetoNBD().fit(h)
    np.testing.assert_array_equal(np.delete(np.delete(found[1].covariance, 2, 0), 2, 1), limit.covariance)
    assert np.isfinite([errors["r"], errors["alpha"], errors["s"]]).all()


def _fitted(theta: tuple[float, ...], seed: int) -> Fit:
    bought = at(theta).simulate(4000, 60.0, seed)
    recency = np.zeros(4000)
    np.maximum.at(recency, bought.customer, bought.time)
    frequency = np.bincount(bought.customer, minlength=4000)
    return GompertzNBD().fit(Histories(frequency=frequency, recency=recency, age=np.full(4000, 60.0)))
