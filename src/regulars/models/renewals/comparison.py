"""Is the richer of two models worth its parameters? The likelihood-ratio test, with its edges respected."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from regulars.errors import NotApplicable

if TYPE_CHECKING:
    from regulars.models.renewals.fit import RenewalFit


@dataclass(frozen=True)
class LikelihoodRatio:
    """Twice the log-likelihood gained, and the chance of that much if the simpler model were true."""

    statistic: float
    degrees: int
    p_value: float
    at_edge: bool


def likelihood_ratio(richer: RenewalFit, simpler: RenewalFit) -> LikelihoodRatio:
    """Return the test of `simpler` inside `richer`, both fitted to the same contracts.

    Where the simpler model lies at the edge of the richer one's parameters (all contracts alike: α and β without end),
    the statistic is a half and half mixture of χ² with k - 1 and k degrees (Self & Liang 1987, case 5). Raises
    `NotApplicable` where neither is a special case of the other, or the fits saw different contracts.
    """
    place = richer.model.special_cases.get(simpler.model.name)
    if place is None:
        raise NotApplicable(
            f"{simpler.model.title} is no special case of {richer.model.title}: compare them by AIC or BIC instead"
        )
    if (richer.contracts, richer.longest) != (simpler.contracts, simpler.longest):
        raise NotApplicable("the two fits saw different contracts, so their likelihoods cannot be compared")
    statistic = max(2.0 * (richer.log_likelihood - simpler.log_likelihood), 0.0)
    degrees, at_edge = richer.theta.size - simpler.theta.size, place == "edge"
    p_value = _beyond(statistic, degrees)
    if at_edge:
        p_value = (_beyond(statistic, degrees - 1) + p_value) / 2.0
    return LikelihoodRatio(statistic, degrees, p_value, at_edge)


def _beyond(statistic: float, degrees: int) -> float:
    """Return P(χ² with 0, 1 or 2 degrees of freedom >= statistic)."""
    if degrees == 0:
        return 1.0 if statistic == 0.0 else 0.0
    return math.erfc(math.sqrt(statistic / 2.0)) if degrees == 1 else math.exp(-statistic / 2.0)
