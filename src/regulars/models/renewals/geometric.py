"""Geometric: every contract lapses with the same chance θ at every renewal. The baseline that the others must beat.

    r(n) = 1 - θ,   S(n) = (1 - θ)^n                                                      (1)

The best θ is the share that lapsed of all that were at risk. With λ = -log(1 - θ), on which the climb works,
log r(n) = -λ.

When not to use it: to look further ahead than was seen. Those most likely to leave leave first, so the retention of a
cohort rises as it ages; this model extends the low rate of the beginning for ever and makes old contracts look
worthless.

Fader & Hardie (2007), How to project customer retention, Journal of Interactive Marketing 21(1), the model of table 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from regulars.models.renewals.cohorts import Floats
from regulars.models.renewals.fitting import FitsRenewals


@dataclass(frozen=True)
class Geometric(FitsRenewals):
    """The geometric model of renewals; parameter theta, the chance to lapse.

    >>> from regulars.models.renewals.cohorts import Renewals
    >>> Geometric().fit(Renewals(at_risk=[1000, 600], renewed=[600, 360])).params
    {'theta': 0.4}
    """

    name: ClassVar[str] = "geometric"
    title: ClassVar[str] = "geometric"
    parameters: ClassVar[tuple[str, ...]] = ("theta",)
    climbs: ClassVar[tuple[str, ...]] = ("theta",)
    special_cases: ClassVar[dict[str, str]] = {}
    assumptions: ClassVar[tuple[str, ...]] = (
        (
            "All contracts lapse with the same chance, however old they are. Where they differ, old contracts are "
            "valued too low and the end of a cohort comes too soon."
        ),
    )

    def starts(self, lapse: float) -> list[Floats]:
        """Return the answer itself."""
        return [np.array([lapse])]

    def climbed(self, parameters: Floats) -> Floats:
        """Return λ."""
        return -np.log1p(-parameters)

    def shown(self, theta: Floats) -> tuple[Floats, Floats]:
        """Return θ = 1 - e^(-λ) and its derivative by log λ."""
        return -np.expm1(-theta), np.diag(theta * np.exp(-theta))

    def log_retention(self, theta: Floats, n: Floats) -> tuple[Floats, Floats]:
        """Return -λ for every renewal, which is its own derivative by log λ."""
        value = np.full(n.shape, -theta[0])
        return value, value[None, :]
