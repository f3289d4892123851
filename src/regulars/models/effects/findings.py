"""What the certificate says of effects: whether they matter, and which of them the data do not tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import special

from regulars.models.certificate import Finding
from regulars.models.optimise import at_boundary

if TYPE_CHECKING:
    from regulars.models.histories import Floats

Flags = NDArray[np.bool_]

USUAL_LEVEL = 0.05
SMALLEST = 1e-16
# Curvature this small against the largest, in the directions of what ran away, is flat; and who takes part in it.
FLAT = 1e-5
LOADING = 0.1
# A parameter that may as well be e³ = 20 times smaller or larger is not known.
UNKNOWN = 3.0


def run_away(names: tuple[str, ...], effects: Floats) -> list[Finding]:
    """Name the effects that ran to the end of their range, and which end."""
    return [
        Finding(
            "boundary",
            "warning",
            f"The effect {name} runs away to {'plus' if value > 0 else 'minus'} infinity: it has no standard error.",
            float(value),
        )
        for name, value in zip(names, effects, strict=True)
        if at_boundary(np.array([value]))[0]
    ]


def ridge(information: Floats, fixed: Flags) -> Flags:
    """Return which parameters ran away, and which run along with them: those in the same flat direction."""
    values, vectors = np.linalg.eigh(information)
    along = np.abs(vectors[:, values <= FLAT * values[-1]]) > LOADING
    lost: Flags = fixed | along[:, along[fixed].any(axis=0)].any(axis=1)
    return lost


def not_identified(names: tuple[str, ...], covariance: Floats, lost: Flags) -> list[Finding]:
    """Name the parameters on a ridge, or with standard errors so large that the data hardly rule anything out."""
    errors = np.sqrt(np.diag(covariance))
    unknown = [name for name, error, gone in zip(names, errors, lost, strict=True) if gone or error > UNKNOWN]
    if not unknown:
        return []
    listed = " and ".join([", ".join(unknown[:-1]), unknown[-1]] if len(unknown) > 1 else unknown)
    sentence = f"{listed} {'are' if len(unknown) > 1 else 'is'} not identified: other values, however "
    sentence += "far away, fit as well; read the predictions, not these parameters."
    return [Finding("identified", "warning", sentence)]


def gain(number: int, title: str, gained: float, *, penalised: bool) -> Finding:
    """Say what so many effects gain over the model `title` without them: the likelihood-ratio test."""
    words = f"{number} effects gain" if number > 1 else "One effect gains"
    words += f" {gained:,.1f} of log-likelihood over {title} alone"
    if penalised:
        return Finding("effects", "note", f"{words}; the penalty holds them back.", gained)
    probability = float(special.chdtrc(number, max(2.0 * gained, 0.0)))
    if probability > USUAL_LEVEL:
        return Finding("effects", "note", f"{words}: no more than chance would ({_level(probability)}).", gained)
    return Finding("effects", "good", f"{words}, more than chance would ({_level(probability)}).", gained)


def _level(probability: float) -> str:
    return "p below 1e-16" if probability < SMALLEST else f"p = {probability:.2g}"
