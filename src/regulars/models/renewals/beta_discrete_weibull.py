"""BdW: contracts differ in their chance to lapse, and the chance of each changes with its age.

A discrete Weibull whose θ varies over contracts as Beta(α, β):

    S(n) = B(α, β + n^c) / B(α, β)                                                        (1)
    -log r(n) = J(β + (n-1)^c; α, n^c - (n-1)^c)                                          (2)

with J of `gamma_ratios`, which keeps every digit of it. c = 1 is the sBG; α and β without end, their ratio kept, is
the discrete Weibull; both at once is the geometric model. c > 1 says that single customers become less loyal with age
while the cohort, losing its worst, may still look more loyal.

When not to use it: with fewer than four renewals, which three parameters describe without saying anything.

Fader, Hardie, Liu, Davin & Steenburgh (2018), "How to project customer retention" revisited: the role of duration
dependence, Journal of Interactive Marketing 43.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from regulars.models.renewals.beta_law import alpha_and_beta, odds_and_size
from regulars.models.renewals.cohorts import Floats
from regulars.models.renewals.fitting import FitsRenewals
from regulars.models.renewals.gamma_ratios import mixed_difference
from regulars.models.renewals.powers import power, steps_of_power


@dataclass(frozen=True)
class BetaDiscreteWeibull(FitsRenewals):
    """The beta-discrete-Weibull model of renewals; parameters alpha, beta, c (Fader, Hardie et al. 2018).

    >>> from regulars.models.renewals.cohorts import Renewals
    >>> high_end = Renewals.from_survivors([1000, 869, 743, 653, 593])
    >>> round(BetaDiscreteWeibull().fit(high_end).log_likelihood, 3)
    -1222.749
    """

    name: ClassVar[str] = "bdw"
    title: ClassVar[str] = "BdW"
    parameters: ClassVar[tuple[str, ...]] = ("alpha", "beta", "c")
    climbs: ClassVar[tuple[str, ...]] = ("alpha / beta", "alpha + beta", "c")
    special_cases: ClassVar[dict[str, str]] = {"sbg": "inside", "discrete-weibull": "edge", "geometric": "edge"}
    assumptions: ClassVar[tuple[str, ...]] = (
        (
            "Each contract has a chance to lapse of its own, and all chances rise or fall with age in one common way. "
            "Where only some customers change, far renewals are uncertain by more than the intervals say."
        ),
        "The chances follow a beta law: one group with many shades, or one of stayers and one of leavers.",
    )

    def starts(self, lapse: float) -> list[Floats]:
        """Return mixed and even groups whose retention rises or falls with age."""
        return [np.array([size * lapse, size * (1.0 - lapse), c]) for size, c in ((1.0, 1.0), (1.0, 1.5), (20.0, 0.8))]

    def climbed(self, parameters: Floats) -> Floats:
        """Return the odds and the size of the beta law, and c."""
        alpha, beta, c = parameters
        return np.array([*odds_and_size(alpha, beta), c])

    def shown(self, theta: Floats) -> tuple[Floats, Floats]:
        """Return α, β, c with their derivatives by the logarithms of odds, size and c."""
        odds, size, c = theta
        alpha, beta, slopes = alpha_and_beta(odds, size)
        return np.array([alpha, beta, c]), np.pad(slopes, (0, 1)) + np.diag([0.0, 0.0, c])

    def log_retention(self, theta: Floats, n: Floats) -> tuple[Floats, Floats]:
        """Return the logarithm of r in (2) and its derivatives by the logarithms of odds, size and c."""
        alpha, beta, c = self.shown(theta)[0]
        step, slope = steps_of_power(c, n)
        age = power(c, n - 1.0)
        moved = age * np.log(np.maximum(n - 1.0, 1.0))  # the derivative of (n-1)^c by c
        value, by_x, by_alpha, by_step = mixed_difference(beta + age, alpha, step)
        by_parameter = np.stack([-by_alpha, -by_x, -(by_x * moved + by_step * slope)])
        return -value, self.shown(theta)[1].T @ by_parameter
