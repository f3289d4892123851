"""What the certificate of a fit says: one function per thing that was checked."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from regulars.models.certificate import Finding
from regulars.models.histories import Floats, Histories
from regulars.models.optimise import Summit, at_boundary

Flags = NDArray[np.bool_]

# Twice the log-likelihood gained by two dropout parameters; 5.99 is the 5 % point of χ² with two
# degrees of freedom, an upper bound here because the plain NBD lies on the boundary.
DROPOUT_IDENTIFIED = 5.99
ILL_CONDITIONED = 1e8
FEW_REPEAT_BUYERS = 30


def top(summit: Summit, covariance: Floats, customers: float) -> Finding:
    """Say whether the fit stands at a top: the log-likelihood still to be gained by one more Newton step."""
    gradient = summit.gradient * customers
    free = ~np.isnan(np.diag(covariance))
    gain = 0.5 * float(gradient[free] @ covariance[np.ix_(free, free)] @ gradient[free]) if free.any() else np.nan
    if summit.converged:
        words = f"{_small(gain)} of log-likelihood is left to gain" if free.any() else "it is flat there"
        return Finding("gradient", "good", f"The fit stands at the top of the likelihood: {words}.", _number(gain))
    return Finding(
        "gradient",
        "warning",
        f"The search for the best parameters did not settle after {summit.steps} steps; do not rely on this fit.",
        _number(gain),
    )


def starts_agree(summits: list[Summit]) -> Finding:
    """Say whether different starting points lead to the same height, to 1e-6 per customer; the highest comes first."""
    starts = len(summits)
    agreeing = sum(summit.height > summits[0].height - 1e-6 for summit in summits)
    if agreeing == starts:
        return Finding("starts", "good", f"All {starts} starting points lead to the same fit.", float(agreeing))
    return Finding(
        "starts",
        "note",
        f"{agreeing} of {starts} starting points lead to the best fit found; the others stop lower.",
        float(agreeing),
    )


def condition(parameters: tuple[str, ...], information: Floats, covariance: Floats, fixed: Flags) -> Finding:
    """Say how well the data pin down every combination of parameters: the condition of the Hessian."""
    unknown = [name for name, lost in zip(parameters, np.isnan(np.diag(covariance)) & ~fixed, strict=True) if lost]
    if unknown:
        names = " and ".join(unknown)
        sentence = f"These data say nothing about {names}, or only about a combination: no standard error there."
        return Finding("condition", "warning", sentence)
    free = np.flatnonzero(~fixed)
    values = np.linalg.eigvalsh(information[np.ix_(free, free)]) if free.size else np.ones(1)
    number = float(values[-1] / values[0])
    if number > ILL_CONDITIONED:
        sentence = (
            "The parameters trade off against each other almost freely (condition number above "
            f"{ILL_CONDITIONED:,.0f}); read the predictions, not the single parameters."
        )
        return Finding("condition", "note", sentence, number)
    what = "Every parameter" if free.size == len(parameters) else "Every other parameter"
    sentence = f"{what} is determined by the data (condition number {number:,.0f})."
    return Finding("condition", "good", sentence, number)


def boundaries(parameters: tuple[str, ...], point: Floats) -> list[Finding]:
    """Name the parameters that ran to the end of their range, and which end."""
    return [
        Finding(
            "boundary",
            "warning",
            f"The parameter {name} runs {'away to infinity' if value > 0 else 'to zero'}: "
            f"these data look like a simpler model, and {name} has no standard error.",
            float(np.exp(value)),
        )
        for name, value in zip(parameters, point, strict=True)
        if at_boundary(np.array([value]))[0]
    ]


def repeat_buyers(histories: Histories) -> Finding:
    """Say how many customers came back: everything a model learns comes from them."""
    number = float(histories.count[histories.frequency > 0.0].sum())
    if number == 0.0:
        sentence = "Nobody has bought twice yet: expected purchases are close to zero only for that reason."
        return Finding("repeat buyers", "warning", sentence, number)
    if number < FEW_REPEAT_BUYERS:
        sentence = f"Only {number:,.0f} customers have bought again; the parameters are very uncertain."
        return Finding("repeat buyers", "warning", sentence, number)
    return Finding("repeat buyers", "good", f"{number:,.0f} customers have bought again.", number)


def dropout(gained: float, plain: str = "NBD") -> Finding:
    """Say whether the data show that customers leave: log-likelihood gained over a model where nobody does."""
    if 2.0 * gained < DROPOUT_IDENTIFIED:
        return Finding(
            "dropout",
            "warning",
            f"Dropout is not identified: these data look like a plain {plain}, where nobody leaves. "
            "The probability of being alive is then an assumption more than a finding.",
            gained,
        )
    sentence = f"Dropout is identified: it gains {gained:,.1f} of log-likelihood over a model where nobody leaves."
    return Finding("dropout", "good", sentence, gained)


def _small(gain: float) -> str:
    return "less than 0.001" if gain < 1e-3 else f"about {gain:.3f}"


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
