"""Is the richer of two models of renewals worth its parameters?"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from regulars.errors import NotApplicable
from regulars.models.likelihood_ratio import LikelihoodRatio, Place
from regulars.models.likelihood_ratio import likelihood_ratio as ratio

if TYPE_CHECKING:
    from regulars.models.renewals.fit import RenewalFit


def likelihood_ratio(richer: RenewalFit, simpler: RenewalFit) -> LikelihoodRatio:
    """Return the test of `simpler` inside `richer`, both fitted to the same contracts.

    At the edge of the richer model's parameters all contracts are alike: α and β without end. Raises `NotApplicable`
    where neither is a special case of the other, or the fits saw different contracts.
    """
    place = richer.model.special_cases.get(simpler.model.name)
    if place is None:
        raise NotApplicable(
            f"{simpler.model.title} is no special case of {richer.model.title}: compare them by AIC or BIC instead"
        )
    seen = richer.fingerprint, simpler.fingerprint
    if seen[0] is None or seen[1] is None or not seen[0].matches(seen[1]):
        raise NotApplicable("the two fits saw different contracts, so their likelihoods cannot be compared")
    gained, degrees = richer.log_likelihood - simpler.log_likelihood, richer.theta.size - simpler.theta.size
    return ratio(simpler.model.title, richer.model.title, gained, degrees, cast("Place", place))
