"""The weights of a blend against brute force, and against the mixture that made the data."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.models.histories import Floats
from regulars.valuation.backtest.blend import average, best_weights, mixed, score_form
from regulars.valuation.backtest.forecast import LEVELS, Forecast, Spread
from regulars.valuation.backtest.measures import measured

SIZE = 3_000


def forecast(quantiles: Floats) -> Forecast:
    rows = np.arange(len(quantiles))
    return Forecast(quantiles.mean(axis=1), Spread(quantiles, rows, np.ones(rows.size)))


@pytest.fixture
def three() -> list[Forecast]:
    rng = np.random.default_rng(3)
    level = np.array(LEVELS)
    scale = rng.gamma(2.0, 1.0, SIZE)[:, None]
    return [
        forecast(-scale * np.log1p(-level)),
        forecast(3.0 * np.broadcast_to(level, (SIZE, level.size))),
        forecast(np.where(level < 0.7, 0.0, 5.0 * (level - 0.7)) * scale),
    ]


@pytest.fixture
def actual() -> Floats:
    rng = np.random.default_rng(4)
    return rng.gamma(2.0, 1.0, SIZE) * (rng.random(SIZE) < 0.6)


def test_the_form_is_the_score_of_all_pairs_of_atoms(three: list[Forecast], actual: Floats) -> None:
    form = score_form(three, actual)
    atoms = [one.spread.of(slice(None)) for one in three]
    for weights in (np.array([1.0, 0.0, 0.0]), np.array([0.2, 0.5, 0.3])):
        to_outcome = sum(w * np.abs(a - actual[:, None]).mean() for w, a in zip(weights, atoms, strict=True))
        between = sum(
            v * w * np.abs(a[:, :, None] - b[:, None, :]).mean()
            for v, a in zip(weights, atoms, strict=True)
            for w, b in zip(weights, atoms, strict=True)
        )
        assert form.score(weights) == pytest.approx(to_outcome - between / 2.0, rel=1e-12)


def test_no_weights_on_a_grid_score_better(three: list[Forecast], actual: Floats) -> None:
    form = score_form(three, actual)
    best = form.score(best_weights(form))
    for first in np.linspace(0.0, 1.0, 21):
        for second in np.linspace(0.0, 1.0 - first, 21):
            assert best <= form.score(np.array([first, second, 1.0 - first - second])) + 1e-9


def test_a_mixture_is_told_from_its_parts() -> None:
    rng = np.random.default_rng(5)
    level = np.array(LEVELS)
    low, high = (forecast(np.broadcast_to(shift + level, (SIZE, level.size)).copy()) for shift in (0.0, 4.0))
    actual = rng.random(SIZE) + 4.0 * (rng.random(SIZE) < 0.3)
    weights = best_weights(score_form([low, high], actual))
    assert weights[1] == pytest.approx(0.3, abs=0.03)
    pit = measured(mixed([low, high], weights), actual, seed=0).pit_gap
    assert pit < 0.03 + 1.36 / np.sqrt(SIZE)
    assert measured(high, actual, seed=0).pit_gap > 0.5


def test_what_weighs_next_to_nothing_is_left_out(three: list[Forecast]) -> None:
    exact = forecast(np.full((SIZE, len(LEVELS)), 2.0))
    weights = best_weights(score_form([*three, exact], np.full(SIZE, 2.0)))
    assert weights.tolist() == [0.0, 0.0, 0.0, 1.0]


def test_a_mixture_has_the_mean_and_the_share_below_of_its_parts(three: list[Forecast]) -> None:
    weights = np.array([0.25, 0.0, 0.75])
    both = mixed(three, weights)
    np.testing.assert_allclose(both.mean, 0.25 * three[0].mean + 0.75 * three[2].mean)
    quantiles = both.spread.of(slice(None))
    one, other = (three[place].spread.of(slice(None)) for place in (0, 2))
    for place, level in enumerate(LEVELS):
        at = quantiles[:, place, None]
        below = 0.25 * (one <= at).mean(axis=1) + 0.75 * (other <= at).mean(axis=1)
        under = 0.25 * (one < at).mean(axis=1) + 0.75 * (other < at).mean(axis=1)
        assert (below >= level - 1e-9).all()
        assert (under < level).all()


def test_forms_are_averaged_as_scores_are(three: list[Forecast], actual: Floats) -> None:
    one, other = score_form(three, actual).relative(), score_form(three, actual + 1.0).relative()
    weights = np.array([0.1, 0.2, 0.7])
    both = average([one, other]).score(weights)
    assert both == pytest.approx((one.score(weights) + other.score(weights)) / 2.0)
    assert one.alone().min() == pytest.approx(1.0)
