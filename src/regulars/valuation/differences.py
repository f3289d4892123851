"""How customers differ in pace and in readiness to leave, under the fitted model, as shares of new customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from regulars.models.histories import Floats
from regulars.models.laws import BetaLaw, GammaLaw, Law, MixedLaw
from regulars.models.predictions import Predictions
from regulars.periods import DAYS_PER_YEAR
from regulars.valuation.steps import readable_step

BANDS = 20
# The few fastest customers would squeeze all others into the first band.
SHOWN = 0.95
FINEST = 0.02

Trait = Literal["purchases a year", "chance at each purchase", "chance within a year"]


@dataclass(frozen=True, eq=False)
class Differences:
    """Shares of new customers by a trait: one per band between `edges` and what is beyond; half are below `median`."""

    trait: Trait
    edges: Floats
    share: Floats
    beyond: float
    median: float


def differences_in_pace(fit: Predictions) -> Differences:
    """Return new customers by purchases a year while active, the law of λ ~ Gamma(r, α)."""
    law = fit.model.pace_law(fit.theta)
    a_year = DAYS_PER_YEAR / fit.unit.days
    step = readable_step(max(law.quantile(SHOWN) * a_year, float(np.finfo(float).tiny)), BANDS)
    edges = step * np.arange(BANDS + 1, dtype=np.float64)
    return _differences("purchases a year", law, edges, edges / a_year, law.quantile(0.5) * a_year)


def differences_in_leaving(fit: Predictions) -> Differences | None:
    """Return new customers by their chance of leaving; None where the model lets nobody leave.

    None, too, for a pool in which some leave at a purchase and some at any time.

    Where customers leave at a purchase (BG/NBD, MBG/NBD) it is p ~ Beta(a, b) itself; where they leave at any
    time at a rate μ ~ Gamma(s, β) (Pareto/NBD) it is 1 - e^(-μ·year), the chance within a year.
    """
    law = fit.model.dropout_law(fit.theta)
    if law is None:
        return None
    if isinstance(law.laws[0] if isinstance(law, MixedLaw) else law, BetaLaw):
        chances = _chances(law.quantile(SHOWN))
        return _differences("chance at each purchase", law, chances, chances, law.quantile(0.5))
    a_year = DAYS_PER_YEAR / fit.unit.days
    a_year = law.exposure(a_year) if isinstance(law, GammaLaw) else a_year
    chances = _chances(_within(law.quantile(SHOWN) * a_year))
    with np.errstate(divide="ignore"):  # who is certain to leave leaves at an infinite rate
        rates = -np.log1p(-chances) / a_year
    return _differences("chance within a year", law, chances, rates, _within(law.quantile(0.5) * a_year))


def _within(rate: float) -> float:
    return float(-np.expm1(-rate))


def _chances(top: float) -> Floats:
    """Return bands up to a chance that is hardly exceeded: chances around a thousandth all look the same.

    >>> float(_chances(0.43)[-1]), float(_chances(0.0)[-1])
    (1.0, 0.02)
    """
    return readable_step(max(top, FINEST), BANDS) * np.arange(BANDS + 1, dtype=np.float64)


def _differences(trait: Trait, law: Law, edges: Floats, numbers: Floats, median: float) -> Differences:
    below = law.share_below(numbers)
    return Differences(trait, edges, np.diff(below), 1.0 - float(below[-1]), median)
