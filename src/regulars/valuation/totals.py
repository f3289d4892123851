"""The totals of a base: exact sums over histories, intervals from simulated outcomes and parameters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from regulars.models.histories import Floats
from regulars.models.predictions import Uncertain
from regulars.models.scoring import Scores
from regulars.models.spend.base import SpendFit
from regulars.models.totals import expected_value, simulate_totals
from regulars.valuation.corrections import Corrections, question_of
from regulars.valuation.histories import Summary
from regulars.valuation.valuation import Interval, Settings, Totals
from regulars.valuation.with_learners import Sums

# Sets the stream of the shocks apart from that of the outcomes.
SHOCKS = 1

UNDEFINED = (
    "The mean value is infinite under the fitted spend model for customers with few observed values "
    "(p·n + q is 1 or less), so no expected total is shown; medians and intervals still hold."
)

ENDLESS = (
    "Without a discount the value to the end of life may be infinite, so it is not shown; "
    "give --discount a rate above 0."
)


def total_up(
    fit: Uncertain, spend: SpendFit, summary: Summary, scores: Scores, settings: Settings, *, corrections: Corrections
) -> Totals:
    """Return the totals over all customers, money times the margin where there is one.

    Where windows of the past were tested, the shocks seen between them widen the intervals: each draw is multiplied by
    exp(shock · z), z standard normal and the same for purchases and for value.
    """
    base = summary.base
    worth = corrections.spend * (1.0 if settings.margin is None else settings.margin)
    drawn = simulate_totals(fit, spend, base, scores, question_of(settings, corrections), seed=settings.seed)
    shock = np.random.default_rng([settings.seed, SHOCKS]).standard_normal(drawn.purchases.size)
    drawn_purchases = drawn.purchases * np.exp((corrections.purchase_shock or 0.0) * shock)
    drawn_value = drawn.value * worth * np.exp((corrections.value_shock or 0.0) * shock)
    purchases = float(base.histories.count @ scores.purchases)
    value, clv, residual = (
        _money(expected_value(base, spend, number) * worth)
        for number in (scores.purchases, scores.discounted, scores.residual)
    )
    return Totals(
        customers=summary.customers,
        orders=summary.orders,
        historic_value=summary.historic_value * (1.0 if settings.margin is None else settings.margin),
        expected_purchases=_interval(purchases, drawn_purchases, settings),
        expected_value=None if value is None else _interval(value, drawn_value, settings),
        clv=clv,
        residual_value=residual,
        reason=_reason(value, residual),
    )


def moved_to(totals: Totals, sums: Sums) -> Totals:
    """Return the totals with other expectations, their intervals moved in proportion."""
    value = totals.expected_value
    return replace(
        totals,
        expected_purchases=_moved(totals.expected_purchases, sums.purchases),
        expected_value=None if value is None else _moved(value, sums.value),
        clv=_money(sums.clv),
        residual_value=_money(sums.residual),
    )


def _moved(interval: Interval, expected: float) -> Interval:
    factor = expected / interval.expected if interval.expected > 0.0 else 1.0
    return Interval(expected, interval.low * factor, interval.high * factor)


def _reason(value: float | None, residual: float | None) -> str:
    """Return why something is missing, or nothing."""
    if value is None:
        return UNDEFINED
    return "" if residual is not None else ENDLESS


def _interval(expected: float, drawn: Floats, settings: Settings) -> Interval:
    tail = (1.0 - settings.interval) / 2.0
    low, high = np.quantile(drawn, [tail, 1.0 - tail])
    return Interval(expected, float(low), float(high))


def _money(amount: float) -> float | None:
    return amount if np.isfinite(amount) else None
