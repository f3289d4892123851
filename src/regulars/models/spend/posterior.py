"""How uncertain the parameters of a model of spend are: (1) of `models/posterior`, or fits to customers drawn again."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from regulars.errors import NotApplicable
from regulars.models.bootstrap import settled
from regulars.models.importance import Weighted
from regulars.models.optimise import climb
from regulars.models.parameter_draws import Posterior, drawn
from regulars.models.posterior import Height, sampled_around
from regulars.models.spend.fitted import FittedSpend

if TYPE_CHECKING:
    from regulars.models.histories import Floats, Integers
    from regulars.models.spend.spent import Spent

Spending = TypeVar("Spending", bound=FittedSpend)


def draw_parameters(fit: Spending, spent: Spent, draws: int, seed: int) -> Posterior[Spending]:
    """Return weighted draws of e to the power of `point` given what was spent; raises as `drawn` does."""
    likelihood = fit.likelihood(spent)
    height = Height(likelihood.height, likelihood.customers, likelihood.centre)

    def weighted(number: int, rng: np.random.Generator) -> Weighted:
        top = height.top(fit.point - likelihood.origin)
        found = sampled_around(top, height, height.total, number, rng)
        return Weighted(found.points + likelihood.origin, found.weights)

    return drawn(fit, weighted, lambda number, rng: bootstrap(fit, spent, number, rng), draws, seed)


def bootstrap(fit: Spending, spent: Spent, number: int, rng: np.random.Generator) -> Floats:
    """Return e to the power of `point` of `number` fits to as many customers drawn again; raises as `settled` does."""
    customers = float(spent.count.sum())

    def refitted(count: Integers) -> Floats:
        likelihood = fit.likelihood(spent.counted(count * customers / count.sum()))
        summit = climb(likelihood.height, fit.point - likelihood.origin, metric=fit.covariance * fit.customers)
        if not summit.converged:
            raise NotApplicable(f"the search for the best parameters did not settle after {summit.steps} steps")
        return np.exp(summit.point + likelihood.origin)

    counts = rng.multinomial(round(customers), spent.count / customers, size=number)
    return settled(refitted, list(counts), fit.model.title)
