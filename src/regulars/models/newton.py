"""Newton's method: the climb of models that know their second derivatives, and of all others what they do instead.

Each step goes to the top of the quadratic that fits the likelihood here, with downward curvatures turned up (Nocedal &
Wright 2006, section 3.4): half the steps of a quasi-Newton climb, and the standard errors come with the last one.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from regulars.models.likelihood import Likelihood
from regulars.models.optimise import (
    FURTHEST,
    LONGEST_STEP,
    STALLED,
    Floats,
    Summit,
    climb,
    curvature,
    free_to_move,
    held,
    inverse_of,
    search,
)

Curved = Callable[[Floats], tuple[float, Floats, Floats]]

# Curvatures below this share of the largest are lost in rounding: a step along them would be chance.
LOST = 1e-10


def ascend(likelihood: Likelihood, start: Floats, *, metric: Floats | None = None, resolution: float = 1e-13) -> Summit:
    """Return the summit reached from `start`, by Newton's method where the model has second derivatives."""
    if likelihood.is_curved:
        return newton(likelihood.curved, start, resolution=resolution)
    return climb(likelihood, start, metric=metric, resolution=resolution)


def curvature_at(likelihood: Likelihood, summit: Summit) -> Floats:
    """Return minus the Hessian per customer at a summit, exact or from differences."""
    return curvature(likelihood, summit.point) if summit.curvature is None else summit.curvature


def newton(objective: Curved, start: Floats, *, resolution: float = 1e-13, most_steps: int = 200) -> Summit:
    """Return the summit reached from `start`; `objective` gives the height, its gradient and minus its Hessian.

    Converged means the same as in `climb`.
    """
    point = np.clip(start, -FURTHEST, FURTHEST)
    height, gradient, bend = objective(point)
    for step in range(most_steps):
        metric, free = inverse_of(bend, LOST), free_to_move(point, gradient)
        uphill = np.where(free, gradient, 0.0)
        direction = np.where(free, held(metric, free) @ uphill, 0.0)
        gain = float(direction @ uphill) / 2.0
        if gain <= resolution * max(1.0, abs(height)):
            return Summit(point, height, gradient, metric, step, converged=True, curvature=bend)
        direction *= min(1.0, LONGEST_STEP / float(np.abs(direction).max()))
        found = search(objective, point, height, gradient, direction)
        if found is None:
            settled = gain <= STALLED * max(1.0, abs(height))
            return Summit(point, height, gradient, metric, step, converged=settled, curvature=bend)
        point, (height, gradient, bend) = found
    return Summit(point, height, gradient, metric, most_steps, converged=False, curvature=bend)
