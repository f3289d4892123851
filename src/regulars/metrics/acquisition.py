"""What a customer costs, and what comes back: LTV:CAC, net value and payback, on margin and mature cohorts only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.metrics.cohorts import Cohorts
from regulars.metrics.definitions.ltv_to_cac import ltv_to_cac
from regulars.metrics.definitions.net_value import net_value
from regulars.metrics.number import Number, combined, undefined


@dataclass(frozen=True)
class CohortLTV:
    """What customers of cohorts observed that long brought in their first `days` days, in money (LTV-N)."""

    days: int
    value: Number


@dataclass(frozen=True)
class Acquisition:
    """The cost of acquiring a customer against the cohort LTV at the longest age that is observed.

    `payback` is in days; where it is undefined `recovered` says which share of the cost has come back by
    `recovered_days`. All are undefined, with the reason, where amounts are sales and no margin is known.
    """

    cac: float
    ltv: CohortLTV | None
    ltv_to_cac: Number
    net_value: Number
    payback: Number
    recovered: Number
    recovered_days: int | None


def acquisition_of(cac: float, ltvs: tuple[CohortLTV, ...], cohorts: Cohorts, no_margin: str) -> Acquisition:
    """Return what a cost of `cac` per customer is against; `no_margin` is why there is no margin, or empty."""
    observed = [ltv for ltv in ltvs if ltv.value.value is not None]
    longest = observed[-1] if observed else None
    reason = no_margin or ("" if longest else f"no cohort has been observed for {cohorts.step_days} days")
    if reason or longest is None:
        nothing = undefined(reason)
        return Acquisition(cac, longest, nothing, nothing, nothing, nothing, None)
    age, recovered = _recovered(cac, cohorts)
    return Acquisition(
        cac=cac,
        ltv=longest,
        ltv_to_cac=combined(ltv_to_cac, longest.value, cac),
        net_value=combined(net_value, longest.value, cac),
        payback=payback(cac, cohorts),
        recovered=recovered,
        recovered_days=age,
    )


def payback(cac: float, cohorts: Cohorts) -> Number:
    """Return the first age in days by which pooled mature cohorts brought in `cac` per customer; never extrapolated."""
    reached = np.flatnonzero(cohorts.pooled_value >= cac)  # a NaN has not reached anything
    if not reached.size:
        return undefined("the cohorts observed so far have not brought it in yet")
    first = int(reached[0])
    return Number(float(cohorts.ages[first]), int(cohorts.pooled_customers[first]))


def _recovered(cac: float, cohorts: Cohorts) -> tuple[int | None, Number]:
    """Return the last observed age in days, and the share of the cost that has come back by then."""
    known = np.flatnonzero(np.isfinite(cohorts.pooled_value))
    if not known.size:
        return None, undefined("no cohort has been observed long enough")
    last = int(known[-1])
    value = Number(float(cohorts.pooled_value[last]), int(cohorts.pooled_customers[last]))
    return int(cohorts.ages[last]), combined(ltv_to_cac, value, cac)
