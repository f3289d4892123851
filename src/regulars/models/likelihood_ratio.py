"""Is the larger of two models worth its parameters? The likelihood-ratio test, with its edges respected.

Twice the log-likelihood gained is χ² with k degrees for k more parameters when the smaller model is true and lies
inside the larger one's parameters. Where it lies at their edge (nobody leaves, all customers alike), the p-value is
that of a half and half mixture of χ² with k - 1 and k degrees (Self & Liang 1987, case 5). For NBD inside the models
with dropout even that is cautious, because the chance to leave and how it varies vanish together: in 150 simulated
sets without dropout 1 to 3 % had a p-value below 5 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scipy.special import gammaincc

Place = Literal["inside", "edge"]
# Log-likelihood gained over a special case below which a fit is that case, reached to within rounding and ridges.
NO_GAIN = 1e-3


@dataclass(frozen=True)
class LikelihoodRatio:
    """Twice the log-likelihood that `larger` gains over `smaller`, and the chance of that much if `smaller` is true."""

    smaller: str
    larger: str
    statistic: float
    degrees: int
    p_value: float
    at_edge: bool

    def __str__(self) -> str:
        edge = "; cautious, because it lies at the edge of the larger model" if self.at_edge else ""
        return (
            f"{self.smaller} inside {self.larger}: 2 log ratio {self.statistic:.4g}, {self.degrees} more "
            f"parameter{'s' if self.degrees > 1 else ''}, p {_p(self.p_value)}{edge}"
        )


def likelihood_ratio(smaller: str, larger: str, gained: float, degrees: int, place: Place) -> LikelihoodRatio:
    """Return the test for `gained` log-likelihood by `degrees` more parameters.

    A larger model that ends a little below the smaller one has gained nothing.

    >>> likelihood_ratio("equal", "free", 5.4715, 1, "inside").p_value
    0.00093...
    """
    statistic = max(2.0 * gained, 0.0)
    p_value = _beyond(statistic, degrees)
    if place == "edge":
        p_value = (_beyond(statistic, degrees - 1) + p_value) / 2.0
    return LikelihoodRatio(smaller, larger, statistic, degrees, p_value, at_edge=place == "edge")


def _beyond(statistic: float, degrees: int) -> float:
    """Return P(χ² >= statistic); with 0 degrees χ² is 0."""
    if degrees == 0:
        return 1.0 if statistic == 0.0 else 0.0
    return float(gammaincc(degrees / 2.0, statistic / 2.0))


def _p(value: float) -> str:
    return "below 0.0001" if value < 1e-4 else f"{value:.4f}"
