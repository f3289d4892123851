"""Discrete Weibull: all contracts alike, but the chance to lapse rises or falls with age.

    S(n) = (1 - θ)^(n^c)                                                                  (1)
    log r(n) = -λ (n^c - (n-1)^c),   λ = -log(1 - θ)                                      (2)

c < 1: retention rises with age; c = 1: the geometric model; c > 1: it falls. θ is the chance to lapse at the first
renewal. The difference in (2) is n^c (1 - e^(c log(1 - 1/n))), which loses no digits for old contracts.

When not to use it: as an explanation of rising retention, which differences between customers explain as well
(sBG); it serves to tell the two apart inside the beta-discrete-Weibull.

Nakagawa & Osaki (1975), The discrete Weibull distribution, IEEE Transactions on Reliability 24(5); Fader & Hardie's
note on the beta-discrete-Weibull.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from regulars.models.renewals.cohorts import Floats
from regulars.models.renewals.fitting import FitsRenewals
from regulars.models.renewals.powers import steps_of_power


@dataclass(frozen=True)
class DiscreteWeibull(FitsRenewals):
    """The discrete Weibull model of renewals; parameters theta (chance to lapse at first), c (shape).

    >>> from regulars.models.renewals.cohorts import Renewals
    >>> high_end = Renewals.from_survivors([1000, 869, 743, 653, 593])
    >>> {name: round(value, 3) for name, value in DiscreteWeibull().fit(high_end).params.items()}
    {'theta': 0.138, 'c': 0.91}
    """

    name: ClassVar[str] = "discrete-weibull"
    title: ClassVar[str] = "discrete Weibull"
    parameters: ClassVar[tuple[str, ...]] = ("theta", "c")
    climbs: ClassVar[tuple[str, ...]] = ("theta", "c")
    special_cases: ClassVar[dict[str, str]] = {"geometric": "inside"}
    assumptions: ClassVar[tuple[str, ...]] = (
        (
            "All contracts of one age lapse with the same chance, which rises or falls steadily with age. Where "
            "customers differ, the change with age stands for the differences and is carried on too far."
        ),
    )

    def starts(self, lapse: float) -> list[Floats]:
        """Return a retention that rises and one that falls."""
        return [np.array([lapse, c]) for c in (0.7, 1.4)]

    def climbed(self, parameters: Floats) -> Floats:
        """Return λ and c."""
        return np.array([-np.log1p(-parameters[0]), parameters[1]])

    def shown(self, theta: Floats) -> tuple[Floats, Floats]:
        """Return θ = 1 - e^(-λ) and c with their derivatives by log λ and log c."""
        rate, c = theta
        return np.array([-np.expm1(-rate), c]), np.diag([rate * np.exp(-rate), c])

    def log_retention(self, theta: Floats, n: Floats) -> tuple[Floats, Floats]:
        """Return (2) and its derivatives by log λ, log c."""
        rate, c = theta
        step, slope = steps_of_power(c, n)
        return -rate * step, np.stack([-rate * step, -rate * c * slope])
