"""How uncertain parameters and effects in time are: (1) of `models/posterior`, or fits to customers drawn again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regulars.errors import NotApplicable
from regulars.models.bootstrap import settled
from regulars.models.importance import Weighted
from regulars.models.optimise import climb
from regulars.models.parameter_draws import Posterior, drawn
from regulars.models.posterior import Height, sampled_around

if TYPE_CHECKING:
    from regulars.models.effects.paths import CovariatePaths
    from regulars.models.effects.paths_fit import TimedFit
    from regulars.models.histories import Floats, Integers


def draw_parameters(fit: TimedFit, paths: CovariatePaths, draws: int, seed: int) -> Posterior[TimedFit]:
    """Return weighted draws of the parameters and of e to the power of the effects; raises as `drawn` does.

    The prior of an effect is N(0, 2²) at the largest value of its covariate.
    """
    likelihood, scale = fit.spec.height(paths)
    height = Height(likelihood, float(len(paths)), np.mean(fit.spec.starts(paths), axis=0))

    def weighted(number: int, rng: np.random.Generator) -> Weighted:
        top = height.top(_inside(fit, scale))
        found = sampled_around(top, height, height.total, number, rng)
        return Weighted(found.points / scale, found.weights)

    return drawn(fit, weighted, lambda number, rng: bootstrap(fit, paths, number, rng), draws, seed)


def bootstrap(fit: TimedFit, paths: CovariatePaths, number: int, rng: np.random.Generator) -> Floats:
    """Return the same of `number` fits to as many customers drawn again; raises as `settled` does."""
    customers = len(paths)

    def refitted(count: Integers) -> Floats:
        height, scale = fit.spec.height(paths, count.astype(np.float64))
        summit = climb(height, _inside(fit, scale))
        if not summit.converged:
            raise NotApplicable(f"the search for the best parameters did not settle after {summit.steps} steps")
        return np.exp(summit.point / scale)

    counts = rng.multinomial(customers, np.full(customers, 1.0 / customers), size=number)
    return settled(refitted, list(counts), fit.spec.title)


def _inside(fit: TimedFit, scale: Floats) -> Floats:
    """Return where the fit stands at the scale of the likelihood."""
    return np.concatenate([np.log(fit.theta), fit.effects]) * scale
