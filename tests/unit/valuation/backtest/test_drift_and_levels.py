"""Corrections are found where there is something to correct, and none where origins disagree."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import special

from regulars.models.histories import Floats, Histories
from regulars.models.transactions import MODELS
from regulars.periods import days
from regulars.valuation.backtest.calibration import GRID, SAME, level_map
from regulars.valuation.backtest.drift import SMALLEST, drift
from regulars.valuation.backtest.pace import pace_of
from regulars.valuation.backtest.pit import gap


@pytest.mark.parametrize(
    ("seen", "least", "most"),
    [
        ((0.2, 0.2), 0.17, 0.2),  # two windows that agree: nearly all of it
        ((0.2, -0.2), 0.0, 0.0),
        ((0.03, -0.02, 0.01), 0.0, 0.0),  # within what is called right
        ((-0.4, -0.35, -0.45), -0.4, -0.38),
        ((0.5, 0.03), 0.0, 0.1),  # one of them is an accident
    ],
)
def test_a_drift_is_shrunk_by_how_far_windows_disagree(seen: tuple[float, ...], least: float, most: float) -> None:
    found = drift(seen, [0.01] * len(seen))
    assert least <= found.correction <= most
    assert special.stdtrit(found.degrees, 0.9) * found.shock >= SMALLEST  # however well they agree


def test_one_window_corrects_nothing_and_counts_as_a_shock_beside_the_usual_one() -> None:
    found = drift([-0.3], [0.01])
    assert found.correction == 0.0
    assert found.shock == pytest.approx(math.sqrt((SMALLEST**2 + 0.3**2) / 2.0))
    assert found.degrees == 2


@pytest.mark.parametrize(("windows", "spread"), [(2, 0.1), (2, 0.2), (3, 0.1), (3, 0.2)])
def test_the_shock_is_what_the_next_window_shows(windows: int, spread: float) -> None:
    rng = np.random.default_rng(8)
    history = rng.normal(0.1, spread, (4_000, windows + 1))
    found = [drift(row[:windows].tolist(), [0.01] * windows) for row in history]
    off = np.array([row[windows] - one.correction for row, one in zip(history, found, strict=True)])
    scale = np.array([one.shock for one in found])
    inside = np.mean(np.abs(off) <= special.stdtrit(windows, 0.9) * scale)
    assert 0.66 < inside < 0.93
    # The law of a known spread would not do: two windows hardly tell it.
    assert windows > 2 or np.mean(np.abs(off) <= 1.2816 * np.abs(history[:, :2]).std(axis=1)) < 0.6


def transforms(seed: int, size: int = 20_000) -> Floats:
    rng = np.random.default_rng(seed)
    return rng.beta(0.6, 0.6, size)  # too many outcomes at both ends: intervals are too narrow


def test_a_habit_of_narrow_intervals_is_mended_in_a_window_not_seen() -> None:
    found = level_map([transforms(1), transforms(2), transforms(3)])
    later = transforms(4)
    assert found.changes
    assert gap(later) > 0.05
    assert gap(found.expected(later)) < 0.02
    np.testing.assert_allclose(found.expected(found.level_for(GRID)), GRID, atol=1e-9)
    low, high = found.level_for(np.array([0.1, 0.9]))
    assert low < 0.1
    assert high > 0.9


def test_windows_that_disagree_or_are_right_are_left_alone() -> None:
    narrow, wide = transforms(1), 0.5 + (transforms(2) - 0.5) / 3.0
    right = [np.random.default_rng(seed).random(20_000) for seed in (5, 6)]
    assert level_map([narrow, wide]) is SAME
    assert level_map(right) is SAME
    assert level_map([narrow]) is SAME
    assert not SAME.changes


@pytest.mark.parametrize("name", ["nbd", "bg-nbd", "mbg-nbd", "pareto-nbd"])
@pytest.mark.parametrize("correction", [-0.3, 0.2])
def test_the_clock_gives_the_corrected_total(name: str, correction: float) -> None:
    histories = Histories(frequency=[5, 2, 1, 0], recency=[36, 30, 2, 0], age=[39, 39, 38, 39], count=[20, 50, 30, 60])
    fit = MODELS.get(name).fit(histories)
    pace = pace_of(fit, histories, days(180), correction)
    assert pace is not None
    then, now = (histories.count @ fit.expected_purchases(histories, days(180 * speed)) for speed in (pace, 1.0))
    assert math.log(then / now) == pytest.approx(correction, abs=1e-6)


def test_no_clock_brings_back_who_has_left() -> None:
    histories = Histories(frequency=[5, 2, 1, 0], recency=[9, 7, 2, 0], age=[39, 39, 38, 39], count=[20, 50, 30, 60])
    fit = MODELS.get("pareto-nbd").fit(histories)
    assert pace_of(fit, histories, days(3_650), 3.0) is None
