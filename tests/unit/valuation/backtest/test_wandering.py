"""Customers' own paces: found where they wander, not where they stay, and never from what came later."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest

from regulars.models.histories import Floats, Histories
from regulars.models.own_pace import STEADY, OwnPace
from regulars.models.transactions import MODELS
from regulars.periods import days
from regulars.valuation.backtest.as_known import AsKnown
from regulars.valuation.backtest.looks import _outcomes
from regulars.valuation.backtest.pace import pace_of
from regulars.valuation.backtest.wandering import NONE, Look, Wandering, age_of, look_at, wandering

SHAPE = 3.0


def bought(variance: float, seed: int, customers: int = 20_000) -> tuple[Floats, Floats, Floats]:
    """Return means, variances without own paces, and purchases with them, of negative binomial customers."""
    rng = np.random.default_rng(seed)
    mean = rng.gamma(1.0, 4.0, customers)
    speed = OwnPace(variance).draw(mean.shape, rng)
    return mean, mean + mean**2 / SHAPE, rng.poisson(rng.gamma(SHAPE, mean / SHAPE) * speed).astype(np.float64)


def looks(drift: float, noise: float, error: float) -> list[list[Look]]:
    """Return exact looks at three origins, as sure as `error` of each."""
    influence = np.array([error, 0.0])
    return [
        [
            Look(age, span, drift * (age + span) + noise * (1 / age + 1 / span), influence)
            for span in (30.0, 60.0, 120.0)
        ]
        for age in (100.0, 160.0, 220.0)
    ]


@pytest.mark.parametrize("variance", [0.0, 0.1, 0.4])
def test_a_look_finds_the_variance_of_own_paces(variance: float) -> None:
    found = look_at(*bought(variance, 1), age=100.0, days=30.0)
    assert found is not None
    assert abs(found.variance - variance) < 3.0 * found.error
    assert found.error < 0.04


def test_a_drift_of_all_is_no_own_pace() -> None:
    mean, _, number = bought(0.0, 2)
    found = look_at(mean * 0.8, mean * 0.8 + (mean * 0.8) ** 2 / SHAPE, number, age=100.0, days=30.0)
    assert found is not None
    assert abs(found.variance) < 3.0 * found.error


def test_the_error_is_that_of_many_shops() -> None:
    found = [look_at(*bought(0.1, seed, 2_000), age=100.0, days=30.0) for seed in range(40)]
    seen, errors = (np.array([getattr(one, name) for one in found]) for name in ("variance", "error"))
    assert seen.std(ddof=1) == pytest.approx(errors.mean(), rel=0.35)


def test_nothing_bought_shows_nothing() -> None:
    mean, spread, number = bought(0.1, 3, 100)
    assert look_at(mean, spread, np.zeros(100), age=100.0, days=30.0) is None
    assert look_at(np.zeros(100), np.zeros(100), number, age=100.0, days=30.0) is None


def test_a_total_off_beyond_measure_shows_nothing_of_single_customers() -> None:
    """A shop that came back after years had a variance of 346,485 so."""
    mean, spread, number = bought(0.1, 3, 100)
    assert look_at(mean / 7.0, spread / 7.0, number, age=100.0, days=30.0) is not None
    assert look_at(mean / 12.0, spread / 12.0, number, age=100.0, days=30.0) is None
    assert look_at(mean * 1e-200, spread * 1e-200, number, age=100.0, days=30.0) is None


def test_the_law_is_found_again_and_reaches_further() -> None:
    found = wandering(looks(3e-4, -0.8, 1e-3))
    assert (found.drift, found.noise) == pytest.approx((3e-4, -0.8), rel=1e-6)
    expected = 3e-4 * (280.0 + 365.0) - 0.8 * (1 / 280.0 + 1 / 365.0)
    assert found.over(280.0, 365.0).variance == pytest.approx(expected, rel=0.01)
    assert len(found.seen) == 9


def test_what_falls_with_time_is_noise_alone() -> None:
    found = wandering(looks(-2e-4, 3.0, 1e-3))
    assert found.drift == 0.0
    assert found.over(100.0, 30.0).variance > found.over(100.0, 300.0).variance > 0.0


def test_what_is_within_two_errors_is_chance() -> None:
    sure, unsure = (Wandering(drift=1e-3, covariance=((error**2, 0.0), (0.0, 0.0))) for error in (4.5e-4, 5.5e-4))
    assert unsure.over(100.0, 100.0) == STEADY
    assert sure.over(100.0, 100.0).variance == pytest.approx(0.2 * (1.0 - 4.0 * 0.45**2))
    assert Wandering(drift=-1e-3).over(100.0, 100.0) == NONE.over(100.0, 100.0) == STEADY


def test_looks_of_one_origin_share_their_customers() -> None:
    apart = wandering(looks(3e-4, -0.8, 1e-3)).covariance
    alike = np.array([1e-3, 0.0]), np.array([0.0, 1e-3])
    mixed = [
        [dataclasses.replace(one, influence=alike[n % 2]) for n, one in enumerate(at)] for at in looks(3e-4, -0.8, 0)
    ]
    assert wandering(mixed).covariance[0][0] != pytest.approx(apart[0][0], rel=0.01)


@pytest.mark.parametrize("customers", [1, 2])
def test_customers_alike_are_not_sure_of_anything(customers: int) -> None:
    """Put right in total they are off by the same, so none has an influence: its square was once all of the doubt."""
    mean = np.full(customers, 10.0)
    number = np.array([0.0, 20.0])[-customers:]
    origin = [look_at(mean, mean, number, age=100.0, days=span) for span in (30.0, 60.0)]
    shown = [one for one in origin if one is not None]
    assert all(one.error > 0.05 for one in shown)
    assert len(shown) == 2
    assert wandering([shown]).over(100.0, 60.0) == STEADY


def test_outcomes_without_long_tails_are_no_surer_than_normal_ones() -> None:
    found = look_at(*bought(0.1, 1), age=100.0, days=30.0)
    assert found is not None
    assert found.error**2 > found.least > 0.2 * found.error**2


def test_one_look_tells_no_law() -> None:
    assert wandering([looks(3e-4, 0.0, 1e-3)[0][:1]]) == wandering([]) == NONE


def test_own_paces_leave_the_total_where_it_was() -> None:
    base = Histories(frequency=[0, 1, 4], recency=[0, 20, 40], age=[52, 45, 50], count=[800, 150, 50])
    fit, own = MODELS.get("pareto-nbd").fit(base), OwnPace(0.3)
    for correction in (-0.2, 0.0, 0.2):
        pace = pace_of(fit, base, days(182), correction, own)
        assert pace is not None
        total = sum(
            share * (base.count @ fit.expected_purchases(base, days(182 * pace * speed)))
            for speed, share in zip(*own.speeds, strict=True)
        )
        assert np.log(total / (base.count @ fit.expected_purchases(base, days(182)))) == pytest.approx(
            correction, abs=1e-5
        )


def test_no_pace_brings_back_who_is_gone_for_certain() -> None:
    """Daily buyers who stayed away for years are expected to bring exactly nothing, whose logarithm ended a run."""
    base = Histories(frequency=[0, 1, 4], recency=[0, 20, 40], age=[52, 45, 50], count=[800, 150, 50])
    gone = Histories(frequency=[500, 480], recency=[70, 70], age=[700, 720])
    fit = MODELS.get("pareto-nbd").fit(base)
    assert pace_of(fit, gone, days(182), 0.0, OwnPace(0.3)) is None
    assert pace_of(fit, gone, days(182), 0.2) is None


def test_the_age_is_that_of_the_average_purchase() -> None:
    base = Histories(frequency=[0, 3], recency=[0, 2], age=[10, 20], count=[4, 1])
    assert age_of(base) == pytest.approx(7.0 * (4 * 1 * 10 + 1 * 4 * 20) / 8.0)


def test_only_what_was_known_is_looked_at() -> None:
    one = np.ones(1)
    known = AsKnown(
        dt.date(2024, 3, 1), 60, np.zeros(1, int), np.zeros(1, int), np.ones(1, int), one, np.ones(1, int), one,
        one, one, 2.0 * one, one, purchases_soon=one, purchases_twice=3.0 * one,
    )  # fmt: skip
    after_two, after_one = known.origin + dt.timedelta(days=120), known.origin + dt.timedelta(days=119)
    assert [span for span, _ in _outcomes(known, after_two)] == [30, 60, 120]
    assert [span for span, _ in _outcomes(known, after_one)] == [30, 60]
    assert [number.tolist() for _, number in _outcomes(known, after_two)] == [[1.0], [2.0], [3.0]]
