"""The variance of what learners forecast is that of the law behind it, against scipy's laws and brute force."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats

from regulars.valuation.learners.laws import (
    Quantiles,
    counts,
    hurdled,
    hurdled_curves,
    log_normal,
    shape_of,
    shapes_of_residuals,
    tweedie,
)
from regulars.valuation.learners.moments import Moments, of_counts, of_curves, of_log_normal, of_tweedie

# The middles of many equally likely bands: the average over them is the integral over levels, but for the far tail.
FINE = (np.arange(400_000) + 0.5) / 400_000


@pytest.mark.parametrize(
    ("quantiles", "moments", "size"),
    [
        (counts(0.8, 1.0), of_counts(0.8, 1.0), 3.0),
        (counts(5.0, 0.0), of_counts(5.0, 0.0), 0.2),
        (log_normal, of_log_normal, 0.3),
        (tweedie(1.5), of_tweedie(1.5), 40.0),
    ],
)
def test_moments_are_the_averages_of_quantiles(quantiles: Quantiles, moments: Moments, size: float) -> None:
    shape = int(shape_of(np.array([size]))[0])
    drawn = quantiles(shape, FINE)
    assert moments(shape) == pytest.approx((drawn.mean(), (drawn**2).mean()), rel=3e-3)


def test_residuals_have_those_of_the_ratios_seen() -> None:
    rng = np.random.default_rng(1)
    shape, quantiles, moments = shapes_of_residuals(rng.uniform(1.0, 2.0, 500), rng.gamma(9.0, 1.0, 500))
    place = int(shape(np.array([1.0]))[0])
    drawn = quantiles(place, FINE)
    assert moments(place) == pytest.approx((drawn.mean(), (drawn**2).mean()), rel=0.01)


def test_curves_are_straight_against_the_normal_score_and_go_on_as_they_end() -> None:
    known = np.array([0.05, 0.35, 0.5, 0.95])
    z = special.ndtri(known)
    at = np.stack([0.7 * z, np.array([-2.0, -0.1, 0.3, 1.0])])
    first, second = of_curves(known, at)
    assert first[0] == pytest.approx(np.exp(0.49 / 2.0))
    assert second[0] == pytest.approx(np.exp(2.0 * 0.49))
    slopes = np.diff(at[1]) / np.diff(z)
    score = special.ndtri(FINE)
    piece = np.clip(np.searchsorted(z, score), 1, z.size - 1) - 1
    drawn = np.exp(at[1][piece] + slopes[piece] * (score - z[piece]))
    assert (first[1], second[1]) == pytest.approx((drawn.mean(), (drawn**2).mean()), rel=2e-3)


def test_the_variance_behind_a_hurdle_is_that_of_draws() -> None:
    rng = np.random.default_rng(2)
    chance, scale = np.array([0.004, 0.3, 0.9]), np.array([5.0, 1.0, 20.0])
    law = stats.lognorm(0.5)
    shape = np.full(3, int(shape_of(np.array([0.25]))[0]))
    spread = float(np.sqrt(np.exp(shape[0] / 20.0)))
    said = hurdled(chance, shape, scale, log_normal, of_log_normal)
    drawn = (rng.random((400_000, 3)) < chance) * stats.lognorm(spread).rvs((400_000, 3), rng) * scale
    assert said.variance() == pytest.approx(drawn.var(axis=0), rel=0.05)
    knots = np.array([0.1, 0.5, 0.9])
    curves, _ = hurdled_curves(chance, knots, np.tile(np.log(law.ppf(knots)), (3, 1)), scale)
    again = (rng.random((400_000, 3)) < chance) * law.rvs((400_000, 3), rng) * scale
    assert curves.variance() == pytest.approx(again.var(axis=0), rel=0.05)
    # Three buyers in four hundred would have none at all by the levels.
    assert said.take(np.array([0])).multiples[said.row[0]].max() == 0.0
