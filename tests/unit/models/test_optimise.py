"""The climb at the wall of its box."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.models.histories import Floats
from regulars.models.optimise import FURTHEST, climb

# A ridge along (1, 1, 0): its top lies beyond the wall, and across it the ground falls a million times as steeply.
BEND = np.array([[1.0, -1.0, 0.2], [-1.0, 1.0, -0.2], [0.2, -0.2, 0.5]]) + 1e-6 * np.eye(3)
TOP = np.array([30.0, 26.7, 0.7])


def ridge(point: Floats) -> tuple[float, Floats]:
    away = point - TOP
    return -0.5 * float(away @ BEND @ away), -BEND @ away


def test_what_stands_at_the_wall_is_held_while_the_others_climb() -> None:
    """One full Newton step with the others' metric would overshoot the ridge a thousand times."""
    summit = climb(ridge, np.array([0.0, -3.0, 0.0]))
    assert summit.converged
    assert summit.steps < 40
    assert np.abs(summit.point).max() == FURTHEST
    wall = np.abs(summit.point) == FURTHEST
    free = np.flatnonzero(~wall)
    best = TOP[free] - np.linalg.solve(BEND[np.ix_(free, free)], BEND[np.ix_(free, wall)] @ (summit.point - TOP)[wall])
    assert summit.point[free] == pytest.approx(best, abs=1e-5)
