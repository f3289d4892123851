"""How regular buyers are: the number of stages k behind a purchase, found by likelihood.

The likelihoods of different k are densities of the same gaps, so they may be compared once the constant
(k-1) Σ log gap - Σx log Γ(k), (3) in `cnbd`, stands in each.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from regulars.models.certificate import Certificate, Finding
from regulars.models.fitting import ROUGHLY
from regulars.models.likelihood import Likelihood
from regulars.models.optimise import climb

if TYPE_CHECKING:
    from regulars.models.fit import Fit
    from regulars.models.histories import Histories
    from regulars.models.transactions.cnbd import Regular

MOST_REGULAR = 12
# The search ends after so many k in a row that are less likely than the best.
FALLS = 2


def with_gaps(fit: Fit, k: int, histories: Histories) -> Fit:
    """Return the fit with the part of its log-likelihood that is the gaps' own."""
    return replace(fit, log_likelihood=fit.log_likelihood + constant(k, histories), histories=fit.histories)


def constant(k: int, histories: Histories) -> float:
    """Return (k-1) Σ log gap - Σx log Γ(k), which is 0 for k = 1 and needs the gaps for any other."""
    if k == 1 or histories.log_gaps is None:
        return 0.0
    purchases = float(histories.frequency @ histories.count)
    return (k - 1) * histories.log_gaps - purchases * float(special.gammaln(k))


def most_likely(family: type[Regular], histories: Histories, *, threads: int) -> Fit:
    """Return the fit of the most likely k, which says in its certificate how far the others were behind."""
    heights = _heights(family, histories, threads)
    best = max(heights, key=lambda k: heights[k])
    fit = family(best).fit(histories, threads=threads)
    return replace(fit, certificate=Certificate((*fit.certificate.findings, _found(best, heights))))


def _heights(family: type[Regular], histories: Histories, threads: int) -> dict[int, float]:
    """Return the log-likelihood by k, each climbed from the top of the one before, until it has fallen twice."""
    heights: dict[int, float] = {}
    exposure, customers = float(histories.age @ histories.count), histories.customers_total
    # Half a purchase keeps the starting rate above zero where nobody came back.
    rate = (float(histories.frequency @ histories.count) + 0.5) / exposure
    point = np.log(family(1).starts(rate, exposure / customers)[0])
    for k in range(1, MOST_REGULAR + 1):
        summit = climb(Likelihood(family(k), histories, threads), point, resolution=ROUGHLY)
        heights[k] = summit.height * customers + constant(k, histories)
        if k - max(heights, key=lambda each: heights[each]) >= FALLS:
            break
        # One stage more: stages come so much faster that purchases keep their pace.
        point = summit.point + np.array([0.0, np.log(k / (k + 1.0)), 0.0, 0.0])
    return heights


def _found(best: int, heights: dict[int, float]) -> Finding:
    gained = heights[best] - heights[1]
    if best == 1:
        sentence = "Purchases are no more regular than at random: k = 1 is the most likely."
        return Finding("regularity", "good", sentence, 1.0)
    ahead = f"k = {best} gains {gained:,.1f} of log-likelihood over purchases at random"
    if best == MOST_REGULAR:
        sentence = f"{ahead}, and k is the largest that is tried: buyers may be more regular than the model can say."
        return Finding("regularity", "note", sentence, float(best))
    return Finding("regularity", "good", f"Purchases come regularly: {ahead}.", float(best))
