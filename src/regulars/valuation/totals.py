"""The totals of a base: exact sums over histories, intervals from simulated outcomes and parameters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from regulars.models.histories import Floats
from regulars.models.scoring import Scores
from regulars.models.totals import expected_value
from regulars.valuation.drawn_totals import Way
from regulars.valuation.histories import Summary
from regulars.valuation.valuation import Interval, Settings, Totals
from regulars.valuation.with_learners import Sums

UNDEFINED = (
    "The mean value is infinite under the fitted spend model for customers with few observed values "
    "(p·n + q is 1 or less), so no expected total is shown; medians and intervals still hold."
)

ENDLESS = (
    "Without a discount the value to the end of life may be infinite, so it is not shown; "
    "give --discount a rate above 0."
)


def total_up(way: Way, summary: Summary, scores: Scores) -> Totals:
    """Return the totals over all customers, money times the margin where there is one."""
    base, settings = summary.base, way.settings
    margin = 1.0 if settings.margin is None else settings.margin
    worth = way.corrections.spend * margin
    drawn = way.totals(base, scores)
    purchases = float(base.histories.count @ scores.purchases)
    value, clv, residual = (
        _money(expected_value(base, way.spend, number) * worth)
        for number in (scores.purchases, scores.discounted, scores.residual)
    )
    return Totals(
        customers=summary.customers,
        orders=summary.orders,
        historic_value=summary.historic_value * margin,
        expected_purchases=_interval(purchases, drawn.purchases, settings),
        expected_value=None if value is None else _interval(value, drawn.value * margin, settings),
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
