"""How uncertain the parameters of a model of renewals are: (1) of `models/posterior`, or renewals drawn again.

The likelihood is a product over renewals of binomial chances given the numbers at risk, (1) of `renewal_model`, so a
bootstrap draws the number renewed of each cohort each time again, from the number at risk and the share that was
seen to renew. Nothing of a model is in these shares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regulars.models.bootstrap import settled
from regulars.models.parameter_draws import Posterior, drawn
from regulars.models.posterior import Height, sampled_around
from regulars.models.renewals.cohorts import Renewals
from regulars.models.renewals.fitting import Likelihood, prior_centre, refit

if TYPE_CHECKING:
    from regulars.models.importance import Weighted
    from regulars.models.renewals.cohorts import Floats
    from regulars.models.renewals.fit import RenewalFit


def draw_parameters(fit: RenewalFit, renewals: Renewals, draws: int, seed: int) -> Posterior[RenewalFit]:
    """Return weighted draws of `theta` given `renewals`, or fits to resampled ones; raises as `drawn` does."""
    height = Height(Likelihood(fit.model, renewals), renewals.contracts, prior_centre(fit, renewals))

    def weighted(number: int, rng: np.random.Generator) -> Weighted:
        return sampled_around(height.top(np.log(fit.theta)), height, height.total, number, rng)

    return drawn(fit, weighted, lambda number, rng: bootstrap(fit, renewals, number, rng), draws, seed)


def bootstrap(fit: RenewalFit, renewals: Renewals, number: int, rng: np.random.Generator) -> Floats:
    """Return `theta` of `number` fits to resampled renewals, shape (fits, numbers); raises as `settled` does."""
    at_risk = np.round(renewals.at_risk)
    share = np.divide(renewals.renewed, renewals.at_risk, out=np.zeros(at_risk.shape), where=renewals.at_risk > 0.0)
    again = rng.binomial(at_risk.astype(np.int64), share, size=(number, *share.shape))
    return settled(lambda renewed: refit(fit, Renewals(at_risk=at_risk, renewed=renewed)), list(again), fit.model.title)
