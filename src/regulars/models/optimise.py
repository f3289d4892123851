"""Climbing to the top of a likelihood of a few positive parameters.

A quasi-Newton climb (BFGS) in the logarithms of the parameters, whose first metric is the
Hessian itself, taken from differences of the analytic gradient; that is what makes the flat
ridges of these likelihoods short. The loop is small enough to own, and owning it saves every
run the 0.7 s that importing a general optimiser costs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Objective = Callable[[Floats], tuple[float, Floats]]
# What an objective says of a point: its height first.
Answer = TypeVar("Answer", tuple[float, Floats], tuple[float, Floats, Floats])

# The logarithm of a parameter may run this far from 1; a fit that ends there is at a boundary.
FURTHEST = 16.0
# Beyond this it has run away, whether or not the climb took the last steps.
RAN_AWAY = 14.0
# Curvature this small against the largest is flat; a parameter takes part in a flat direction from this loading on.
FLAT = 1e-11
LOADING = 1e-3
LONGEST_STEP = 2.0
DIFFERENCE = 1e-4
HALVINGS = 30
# Where no step climbs any more although this relative gain is promised, rounding is in the way.
STALLED = 1e-9


@dataclass(frozen=True, eq=False)
class Summit:
    """Where a climb ended: the point (logarithms), the height per customer, its gradient, the steps taken.

    `metric` is the climb's estimate of the inverse of minus the Hessian, `curvature` minus the Hessian where the
    climb knows it.
    """

    point: Floats
    height: float
    gradient: Floats
    metric: Floats
    steps: int
    converged: bool
    curvature: Floats | None = None


def climb(
    objective: Objective,
    start: Floats,
    *,
    metric: Floats | None = None,
    resolution: float = 1e-13,
    most_steps: int = 200,
) -> Summit:
    """Return the summit reached from `start`; `objective` gives the height per customer and its gradient.

    Converged means that the gain still to be expected, g'H⁻¹g/2, is below `resolution` relative to the
    height: by default what floating point can tell apart. `metric` is the one of an earlier climb nearby.
    """
    point = np.clip(start, -FURTHEST, FURTHEST)
    height, gradient = objective(point)
    metric = inverse_of(_rough_curvature(objective, point, gradient)) if metric is None else metric
    for step in range(most_steps):
        free = free_to_move(point, gradient)
        uphill = np.where(free, gradient, 0.0)
        direction = np.where(free, held(metric, free) @ uphill, 0.0)
        gain = float(direction @ uphill) / 2.0
        if 0.0 <= gain <= resolution * max(1.0, abs(height)):
            return Summit(point, height, gradient, metric, step, converged=True)
        if gain < 0.0:
            metric, direction = np.eye(point.size), uphill
        direction = direction * min(1.0, LONGEST_STEP / float(np.abs(direction).max()))
        found = search(objective, point, height, gradient, direction)
        if found is None:
            settled = gain <= STALLED * max(1.0, abs(height))
            return Summit(point, height, gradient, metric, step, converged=settled)
        metric = _updated(metric, found[0] - point, gradient - found[1][1])
        point, (height, gradient) = found
    return Summit(point, height, gradient, metric, most_steps, converged=False)


def curvature(objective: Objective, point: Floats) -> Floats:
    """Return minus the Hessian at `point`, from central differences of the gradient."""
    columns = [
        (objective(point - step)[1] - objective(point + step)[1]) / (2.0 * DIFFERENCE)
        for step in np.eye(point.size) * DIFFERENCE
    ]
    matrix = np.stack(columns)
    return (matrix + matrix.T) / 2.0


def _rough_curvature(objective: Objective, point: Floats, gradient: Floats) -> Floats:
    """Return minus the Hessian from one-sided differences: half the work, and good enough for a first metric."""
    columns = [(gradient - objective(point + step)[1]) / DIFFERENCE for step in np.eye(point.size) * DIFFERENCE]
    matrix = np.stack(columns)
    return (matrix + matrix.T) / 2.0


def covariance_from(information: Floats, fixed: NDArray[np.bool_]) -> Floats:
    """Return the inverse of the information about the free parameters, NaN where a parameter has no variance.

    Where some combination of parameters is flat, those in it have none; the others keep theirs.
    """
    covariance = np.full(information.shape, np.nan)
    free = np.flatnonzero(~fixed)
    if not free.size:
        return covariance
    values, vectors = np.linalg.eigh(information[np.ix_(free, free)])
    flat = values <= FLAT * max(float(values[-1]), 0.0)
    known = ~(np.abs(vectors[:, flat]) > LOADING).any(axis=1)
    steep = vectors[:, ~flat]
    inverse = (steep / values[~flat]) @ steep.T
    covariance[np.ix_(free[known], free[known])] = inverse[np.ix_(known, known)]
    return covariance


def at_boundary(point: Floats) -> NDArray[np.bool_]:
    """Return which parameters ran away: to where another step of e changes nothing any more."""
    return np.abs(point) >= RAN_AWAY


def free_to_move(point: Floats, gradient: Floats) -> NDArray[np.bool_]:
    """Return which parameters can still move uphill without leaving the box."""
    return ~((np.abs(point) >= FURTHEST) & (np.sign(gradient) == np.sign(point)))


def held(metric: Floats, free: NDArray[np.bool_]) -> Floats:
    """Return the metric of the free parameters while the others stay: the inverse of their own part of the Hessian.

    It is the Schur complement of the held ones, and far shorter on a ridge whose partner stands at the wall.
    """
    if free.all():
        return metric
    across = metric[:, ~free]
    inverse: Floats = metric - across @ np.linalg.solve(metric[np.ix_(~free, ~free)], across.T)
    return inverse


def inverse_of(matrix: Floats, least: float = 1e-4) -> Floats:
    """Return a positive definite inverse: downward curvatures turned up, those below a share of the largest raised.

    By default flat directions are kept moderate, as a curvature from differences at the start of a climb needs.
    """
    values, vectors = np.linalg.eigh(matrix)
    values = np.maximum(np.abs(values), least * np.abs(values).max() + 1e-12)
    inverse: Floats = (vectors / values) @ vectors.T
    return inverse


def search(
    objective: Callable[[Floats], Answer], point: Floats, height: float, gradient: Floats, direction: Floats
) -> tuple[Floats, Answer] | None:
    """Return the first point along `direction` that climbs enough (Armijo) and its answer, None where none does."""
    length = 1.0
    for _ in range(HALVINGS):
        candidate = np.clip(point + length * direction, -FURTHEST, FURTHEST)
        answer = objective(candidate)
        if np.isfinite(answer[0]) and answer[0] >= height + 1e-4 * float(gradient @ (candidate - point)):
            return candidate, answer
        length *= 0.5
    return None


def _updated(metric: Floats, moved: Floats, change: Floats) -> Floats:
    """Return the BFGS update of the inverse metric, skipped where the curvature seen is not positive."""
    product = float(moved @ change)
    if product <= 1e-12 * float(np.linalg.norm(moved) * np.linalg.norm(change)):
        return metric
    left = np.eye(moved.size) - np.outer(moved, change) / product
    updated: Floats = left @ metric @ left.T + np.outer(moved, moved) / product
    return updated
