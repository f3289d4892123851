"""sBG: each contract has a chance of its own to lapse, the same at every renewal; the chances follow a beta law.

With θ ~ Beta(α, β) those most likely to lapse go first, and the retention rate of a cohort rises although nobody
changes:

    r(n) = (β + n - 1) / (α + β + n - 1)                       (equation 8 of the paper)  (1)
    S(n) = B(α, β + n) / B(α, β)                               (equation 6)               (2)

When not to use it: where single customers change with their age (contracts that bind more and more, or trials that
end), which raises or lowers retention by itself; the beta-discrete-Weibull allows for that.

Fader & Hardie (2007), How to project customer retention, Journal of Interactive Marketing 21(1). The body of the paper
misprints α of its "Regular" customers; its appendix and this model have .704.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from regulars.models.renewals.beta_law import alpha_and_beta, odds_and_size
from regulars.models.renewals.cohorts import Floats
from regulars.models.renewals.fitting import FitsRenewals


@dataclass(frozen=True)
class ShiftedBetaGeometric(FitsRenewals):
    """The shifted-beta-geometric model of renewals; parameters alpha, beta (Fader & Hardie 2007).

    >>> from regulars.models.renewals.cohorts import Renewals
    >>> regular = Renewals.from_survivors([1000, 631, 468, 382, 326, 289, 262, 241])
    >>> {name: round(value, 3) for name, value in ShiftedBetaGeometric().fit(regular).params.items()}
    {'alpha': 0.704, 'beta': 1.182}
    """

    name: ClassVar[str] = "sbg"
    title: ClassVar[str] = "sBG"
    parameters: ClassVar[tuple[str, ...]] = ("alpha", "beta")
    climbs: ClassVar[tuple[str, ...]] = ("alpha / beta", "alpha + beta")
    special_cases: ClassVar[dict[str, str]] = {"geometric": "edge"}
    assumptions: ClassVar[tuple[str, ...]] = (
        (
            "Each contract has one chance to lapse that stays the same as long as it lasts. Where customers grow "
            "fonder or tire with the years, far renewals are over- or underestimated."
        ),
        "The chances follow a beta law: one group with many shades, or one of stayers and one of leavers.",
    )

    def starts(self, lapse: float) -> list[Floats]:
        """Return a mixed and an even group of customers with this mean chance."""
        return [size * np.array([lapse, 1.0 - lapse]) for size in (1.0, 20.0)]

    def climbed(self, parameters: Floats) -> Floats:
        """Return the odds and the size of the beta law."""
        return np.array(odds_and_size(*parameters))

    def shown(self, theta: Floats) -> tuple[Floats, Floats]:
        """Return α and β with their derivatives by the logarithms of odds and size."""
        alpha, beta, slopes = alpha_and_beta(*theta)
        return np.array([alpha, beta]), slopes

    def log_retention(self, theta: Floats, n: Floats) -> tuple[Floats, Floats]:
        """Return the logarithm of (1) and its derivatives by the logarithms of odds and size."""
        alpha, beta, slopes = alpha_and_beta(*theta)
        before = beta + (n - 1.0)  # in this order a small β keeps its digits at n = 1
        both = alpha + before
        return -np.log1p(alpha / before), slopes.T @ np.stack([-1.0 / both, alpha / (before * both)])
