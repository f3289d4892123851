"""What the certificate of a fit to renewals says beside what it says of every fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regulars.models.certificate import Finding
from regulars.models.optimise import at_boundary

if TYPE_CHECKING:
    from regulars.models.renewals.cohorts import Floats, Renewals
    from regulars.models.renewals.renewal_model import RenewalModel

FEW_LAPSES = 30
# A retention rate this many standard deviations from the model's is no accident among some dozen of them.
FAR_OFF = 3.5


def edges(names: tuple[str, ...], point: Floats) -> list[Finding]:
    """Name the numbers that ran to the end of their range; `point` holds logarithms."""
    return [
        Finding(
            "boundary",
            "warning",
            f"{name} runs to the {'upper' if value > 0.0 else 'lower'} end of its range: these data look like a "
            "simpler model, and what it stands for has no standard error.",
            float(np.exp(value)),
        )
        for name, value in zip(names, point, strict=True)
        if at_boundary(np.array([value]))[0]
    ]


def enough_renewals(parameters: int, renewals: Renewals) -> Finding:
    """Say whether there are more retention rates than parameters: otherwise any model fits."""
    seen = renewals.longest
    if seen <= parameters:
        sentence = (
            f"There are {seen} retention rates for {parameters} parameters: the model repeats what was seen and says "
            "nothing about later renewals."
        )
        return Finding("renewals", "warning", sentence, float(seen))
    sentence = (
        f"{seen} retention rates stand behind {parameters} parameters; renewals beyond the {seen}th were not seen."
    )
    return Finding("renewals", "good", sentence, float(seen))


def enough_lapses(renewals: Renewals) -> Finding:
    """Say how many contracts were seen to lapse: everything a model learns comes from them."""
    number = renewals.lapsed
    if number < FEW_LAPSES:
        sentence = f"Only {number:,.0f} contracts were seen to lapse; the parameters are very uncertain."
        return Finding("lapses", "warning", sentence, number)
    return Finding("lapses", "good", f"{number:,.0f} contracts were seen to lapse.", number)


def curve(model: RenewalModel, point: Floats, renewals: Renewals) -> Finding:
    """Say how far the retention rates seen are from the model's, in standard deviations of a binomial share."""
    risk = renewals.risk_by_renewal[: renewals.longest]
    times = np.flatnonzero(risk > 0.0)
    share = np.exp(model.log_retention(np.exp(point), (times + 1).astype(np.float64))[0])
    spread = np.sqrt(np.maximum(risk[times] * share * (1.0 - share), np.finfo(np.float64).tiny))
    # Half a contract less: a share of few contracts cannot be hit exactly.
    away = np.maximum(np.abs(renewals.renewed_by_renewal[times] - risk[times] * share) - 0.5, 0.0) / spread
    worst = int(away.argmax())
    figure, when = float(away[worst]), int(times[worst]) + 1
    if figure > FAR_OFF:
        sentence = (
            f"At renewal {when} the share renewed lies {figure:,.1f} standard deviations from the model's: the model "
            "does not describe these contracts there."
        )
        return Finding("curve", "warning", sentence, figure)
    sentence = (
        f"No retention rate lies further than {figure:,.1f} standard deviations from the model's (renewal {when})."
    )
    return Finding("curve", "good", sentence, figure)
