"""How uncertain the parameters and effects of a fit are: (1) of `models/posterior`, at unit scale.

Parameters have the prior of the plain model, at average customers, and effects N(0, 2²) per standard deviation of their
covariate and for the reach of a clock's regressors. A penalty counts beside it as the prior that it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regulars.errors import NotApplicable
from regulars.models.bootstrap import settled
from regulars.models.effects.likelihood import EffectsLikelihood
from regulars.models.importance import Weighted
from regulars.models.optimise import climb
from regulars.models.parameter_draws import Posterior, drawn
from regulars.models.posterior import Height, sampled_around

if TYPE_CHECKING:
    from regulars.models.effects.fit import EffectsFit
    from regulars.models.histories import Floats, Histories, Integers


WHOSE = (
    "a clock is fitted to the purchases of each day, and whose they were is not known: customers cannot be "
    "drawn again, so there is no bootstrap"
)


def draw_parameters(fit: EffectsFit, histories: Histories, draws: int, seed: int) -> Posterior[EffectsFit]:
    """Return weighted draws of the parameters and of e to the power of the effects; raises as `drawn` does."""
    likelihood = _likelihood(fit, histories)
    centre = np.zeros(likelihood.size)
    centre[: likelihood.parameters] = np.log(fit.spec.starts(histories)).mean(axis=0)
    height = Height(likelihood, histories.customers_total, centre)

    def weighted(number: int, rng: np.random.Generator) -> Weighted:
        top = height.top(_inside(fit, likelihood))
        found = sampled_around(top, height, height.total, number, rng)
        return Weighted(found.points @ likelihood.to_reported.T, found.weights)

    return drawn(
        fit,
        weighted,
        lambda number, rng: bootstrap(fit, histories, number, rng),
        draws,
        seed,
    )


def bootstrap(fit: EffectsFit, histories: Histories, number: int, rng: np.random.Generator) -> Floats:
    """Return the same of `number` fits to as many customers drawn again; raises as `settled` does.

    Raises `NotApplicable` for a clock, which is fitted to the purchases of each day: nobody knows whose they were.
    """
    if fit.spec.clock is not None:
        raise NotApplicable(WHOSE)
    customers = histories.customers_total

    def refitted(count: Integers) -> Floats:
        rows = np.flatnonzero(count)
        likelihood = _likelihood(fit, histories.take(rows, count[rows] * customers / count.sum()))
        summit = climb(likelihood, _inside(fit, likelihood))
        if not summit.converged:
            raise NotApplicable(f"the search for the best parameters did not settle after {summit.steps} steps")
        return np.exp(likelihood.to_reported @ summit.point)

    counts = rng.multinomial(round(customers), histories.count / customers, size=number)
    return settled(refitted, list(counts), fit.spec.title)


def _likelihood(fit: EffectsFit, histories: Histories) -> EffectsLikelihood:
    return EffectsLikelihood(fit.model, fit.spec.covariates, fit.spec.clock, histories, threads=1)


def _inside(fit: EffectsFit, likelihood: EffectsLikelihood) -> Floats:
    """Return where the fit stands at the scale of a likelihood."""
    point: Floats = np.linalg.solve(likelihood.to_reported, np.concatenate([np.log(fit.theta), fit.effects]))
    return point
