"""Customers at speeds of their own: one law for counts, chances, expectations, discounts and draws."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy import integrate, stats

from regulars.models.branches import Branch, draw_counts
from regulars.models.count_moments import count_moments
from regulars.models.effects.living_on_clock import LivingOnClock
from regulars.models.fit import Fit
from regulars.models.histories import Floats, Histories
from regulars.models.own_pace import STEADY, AtOwnPace, OwnPace
from regulars.models.scoring import Question, score
from regulars.models.spend.constant import ConstantSpend
from regulars.models.transactions import MODELS
from regulars.periods import days

ONCE = ConstantSpend(1.0)
BASE = Histories(frequency=[0, 1, 3, 12], recency=[0, 20, 40, 50], age=[52, 45, 50, 52], count=[900, 300, 90, 10])


def fit_of(name: str) -> Fit:
    return MODELS.get(name).fit(BASE)


def test_the_law_is_the_average_over_speeds() -> None:
    fit, own, t = fit_of("nbd"), OwnPace(0.1), 30.0
    (branch,) = own.over(fit.branches(BASE))
    r, alpha = fit.theta
    spread = np.log1p(own.variance)

    def chance(z: float, n: int, row: int) -> float:
        speed = np.exp(np.sqrt(spread) * z - spread / 2.0)
        a = alpha + BASE.age[row]
        return float(stats.norm.pdf(z) * stats.nbinom.pmf(n, r + BASE.frequency[row], a / (a + t * speed)))

    number = np.array([0.0, 1.0, 4.0, 9.0])
    found = branch.living.pmf(BASE.frequency, BASE.age, t, number)
    for row, n in ((0, 0), (2, 1), (3, 4), (3, 9)):
        exact, _ = integrate.quad(chance, -9.0, 9.0, args=(n, row), epsabs=1e-12)
        assert found[row, int(np.flatnonzero(number == n)[0])] == pytest.approx(exact, rel=3e-3)


def test_the_law_of_frequent_buyers_has_no_humps() -> None:
    """Five speeds made five humps: quantiles of 300 purchases were off by up to 20 %."""
    own, level = OwnPace(0.33), np.arange(1, 20) / 20.0
    often = Histories(frequency=[300], recency=[100], age=[100])
    r, alpha = 1.0, 10.0
    fit = fit_of("nbd").at(np.array([r, alpha]))
    found = score(fit, ONCE, often, np.full(1, 300.0), Question(days(364), tuple(level.tolist()), 0.1, own))
    rng = np.random.default_rng(1)
    rate = rng.gamma(r + 300.0, 1.0 / (alpha + 100.0), 200_000)
    true = np.quantile(rng.poisson(rate * 52.0 * own.draw(rate.shape, rng)), level)
    np.testing.assert_allclose(found.quantile[:, 0], true, rtol=0.08)


def test_who_never_leaves_has_the_same_mean_and_more_variance() -> None:
    fit, own = fit_of("nbd"), OwnPace(0.2)
    plain, wide = (_scored(fit, one) for one in (STEADY, own))
    np.testing.assert_allclose(wide.purchases, plain.purchases, rtol=1e-12)
    pairs = plain.squared - plain.purchases
    # Five speeds have a little less than the variance of the law.
    np.testing.assert_allclose(wide.squared - plain.squared, own.variance * pairs, rtol=0.02)
    assert (wide.probability_purchase < plain.probability_purchase).all()


@pytest.mark.parametrize("name", ["bg-nbd", "pareto-nbd", "mbg-cnbd-k"])
def test_draws_follow_the_same_law(name: str) -> None:
    base = BASE.with_gaps(300.0) if "cnbd" in name else BASE
    fit, own = MODELS.get(name).fit(base), OwnPace(0.3)
    scores = score(fit, ONCE, base, np.zeros(4), Question(days(210), (0.5,), 0.0, own))
    drawn = draw_counts(own.over(fit.branches(base)), base.frequency, base.age, 30.0, 40_000, np.random.default_rng(1))
    error = np.sqrt(drawn.var(axis=0) / 40_000)
    assert (np.abs(drawn.mean(axis=0) - scores.purchases) < 4.0 * error + 2e-3 * scores.purchases).all()
    buys = (drawn > 0).mean(axis=0)
    assert (np.abs(buys - scores.probability_purchase) < 4.0 * np.sqrt(buys * (1.0 - buys) / 40_000) + 2e-3).all()


def test_lives_as_long_as_numbers_go_are_endless_at_a_slower_pace() -> None:
    """Customers who hardly ever leave live that long; a warning went to whoever valued them."""
    hardly_leave = fit_of("pareto-nbd").at(np.array([0.5, 10.0, 0.002, 10.0]))
    (branch,) = OwnPace(0.5).over(hardly_leave.branches(BASE))
    often = np.zeros(20_000)
    lives = branch.living.draw(often, often, np.random.default_rng(1))
    assert np.isinf(lives.lifetime).any()
    assert not np.isnan(lives.lifetime).any()


def test_discounting_is_that_of_the_average() -> None:
    fit, own = fit_of("pareto-nbd"), OwnPace(0.3)
    found = score(fit, ONCE, BASE, np.zeros(4), Question(days(365), (0.5,), 0.1, own)).discounted
    (branch,) = fit.branches(BASE)
    rate = np.log1p(0.1) / 365.25 * 7.0
    times = np.linspace(0.0, 365.0 / 7.0, 4001)
    by = sum(
        share * branch.living.purchases_by(BASE.frequency, BASE.age, times * speed)
        for speed, share in zip(*own.speeds, strict=True)
    )
    middle = np.exp(-rate * (times[1:] + times[:-1]) / 2.0)
    np.testing.assert_allclose(found, branch.weight * (middle @ np.diff(by, axis=0)), rtol=1e-4)


def test_without_a_variance_nothing_changes() -> None:
    fit = fit_of("bg-nbd")
    for branch in STEADY.over(fit.branches(BASE)):
        assert not isinstance(branch.living, AtOwnPace)


def test_seasons_stay_where_the_calendar_has_them() -> None:
    class Plain:
        """A living customer of whom nothing is asked."""

    on_clock = LivingOnClock(Plain(), None, None, np.zeros(1), 1.0)  # type: ignore[arg-type] # nothing is asked
    (branch,) = OwnPace(0.1).over([Branch(np.ones(1), on_clock)])
    assert isinstance(branch.living, LivingOnClock)
    assert isinstance(branch.living.plain, AtOwnPace)


@pytest.mark.parametrize("name", ["nbd", "bg-nbd", "pareto-nbd"])
def test_moments_are_those_of_the_mass_function(name: str) -> None:
    fit, number = fit_of(name), np.arange(120.0)
    pmf = fit.purchases_pmf(BASE, days(182), number)
    mean, squared = count_moments(fit, BASE, days(182))
    np.testing.assert_allclose(mean, pmf @ number, rtol=1e-6)
    np.testing.assert_allclose(squared, pmf @ number**2, rtol=1e-4)


def _scored(fit: Fit, own: OwnPace) -> _Scored:
    found = score(fit, ONCE, BASE, np.zeros(4), Question(days(210), (0.5,), 0.0, own))
    return _Scored(found.purchases, found.squared, found.probability_purchase)


@dataclasses.dataclass(frozen=True)
class _Scored:
    purchases: Floats
    squared: Floats
    probability_purchase: Floats
