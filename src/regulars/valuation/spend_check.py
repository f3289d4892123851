"""Does the spend model put as many customers at each average purchase as there are?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.engines.base import Engine
from regulars.models.histories import Floats
from regulars.models.spend.gamma_gamma_sums import GammaGammaSums
from regulars.models.totals import Base
from regulars.valuation.histories import Summary
from regulars.valuation.steps import readable_step

BANDS = 25
# The few largest means would squeeze all others into the first band.
SHOWN = 0.95
# Scales that differ by less than this share are one.
SAME_SCALE = 0.005

OBSERVED_DAYS = """
create or replace temp view mean_spends as
select cast(observed_value as double) / observed as mean_spend from summaries where observed > 0
"""
FIRST_DAYS = """
create or replace temp view mean_spends as
select cast(first_value as double) as mean_spend from summaries where first_value > 0
"""
BY_BAND = """
select cast(least(floor(mean_spend * $margin / $step), $bands) as integer) as band, count(*) as customers
from mean_spends group by band order by band
"""


@dataclass(frozen=True, eq=False)
class SpendCheck:
    """Customers by their mean spend per purchase day, between `edges` (money, times the margin) and beyond the last.

    `actual` and `expected` hold one number per band and one for all above. `days` says which were averaged: "repeat"
    for those after the first, "all", or "first" where only they have a value.
    """

    edges: Floats
    actual: Floats
    expected: Floats
    days: str


def spend_check(engine: Engine, fit: GammaGammaSums, summary: Summary, margin: float) -> SpendCheck | None:
    """Return customers by mean spend, as they are and as the fit expects; None where every mean shown is 0.

    A customer with n values has F_n, the fit's law of the mean of n values at the customer's scale, so a band holds
    Σ over n and scales of customers(n, scale) · (F_n(upper) - F_n(lower)).
    """
    observed = bool((summary.base.n_obs > 0.0).any())
    engine.execute(OBSERVED_DAYS if observed else FIRST_DAYS)
    top = engine.rows("select quantile_disc(mean_spend, $shown) from mean_spends", {"shown": SHOWN})[0][0] * margin
    if not top > 0.0:
        return None
    step = readable_step(top, BANDS)
    bands = int(np.ceil(top / step))
    rows = engine.rows(BY_BAND, {"margin": margin, "step": step, "bands": bands})
    engine.execute("drop view mean_spends")
    actual = np.zeros(bands + 1)
    for band, customers in rows:
        actual[band] = customers
    edges = step * np.arange(bands + 1, dtype=np.float64)
    alike = _alike(fit, summary.base) if observed else _new(fit, float(actual.sum()))
    below = alike.customers @ fit.share_below(alike.number[:, None], edges / margin, alike.intercept[:, None])
    expected = np.diff(below, append=alike.customers.sum())
    return SpendCheck(edges, actual, expected, summary.spend_days if observed else "first")


@dataclass(frozen=True, eq=False)
class _Alike:
    """Numbers of observed values, the scale before these, and the customers with both."""

    number: Floats
    intercept: Floats
    customers: Floats


def _alike(fit: GammaGammaSums, base: Base) -> _Alike:
    """Return the customers with values, those of the same number whose scales hardly differ as one."""
    seen = base.n_obs > 0.0
    number, count = base.n_obs[seen], base.histories.count[seen]
    intercept = fit.intercept(base.histories.frequency[seen], base.age_in_days[seen])
    step = np.round(np.log(intercept) / SAME_SCALE)
    _, first, which = np.unique(np.stack([number, step]), axis=1, return_index=True, return_inverse=True)
    return _Alike(number[first], intercept[first], np.bincount(which.ravel(), count).astype(np.float64))


def _new(fit: GammaGammaSums, customers: float) -> _Alike:
    """Return customers of whom one value each is known, that of the first day."""
    return _Alike(np.ones(1), fit.intercept(np.zeros(1), np.zeros(1)), np.array([customers]))
