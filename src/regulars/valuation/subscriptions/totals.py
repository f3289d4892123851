"""The sums over all contracts, with intervals: chance of every contract, and uncertainty of the parameters.

Given the parameters the contracts are independent, so the variance of a total is Σ price²·Var(N) per situation; the
parameters add g'Cg, with g the derivatives of the total by the logarithms of the model's numbers and C their
covariance. A sum of many bounded numbers is close to normal; it cannot be below 0, where the interval ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from regulars.engines.base import Engine
from regulars.models.renewals.cohorts import Floats
from regulars.sources.subscriptions.billing import BillingPeriod
from regulars.valuation.subscriptions.customers import MONTHLY
from regulars.valuation.subscriptions.score import SCORES, Outlook, Situations, expected_renewals
from regulars.valuation.subscriptions.spells import SPELLS
from regulars.valuation.subscriptions.valuation import PlanRow, SubscriptionSettings, SubscriptionTotals
from regulars.valuation.valuation import Interval

STEP = 1e-4
NO_DISCOUNT = "Without a discount the value to the end of life may be infinite."


def total_up(
    engine: Engine, known: Sequence[Situations], outlooks: Sequence[Outlook], settings: SubscriptionSettings
) -> SubscriptionTotals:
    """Return the totals of the base."""
    customers, active_customers, contracts, active, historic, monthly = engine.rows(
        """
        select count(*), count(*) filter (active_contracts > 0), sum(contracts), sum(active_contracts),
            sum(historic_value order by customer_id), sum(monthly_price order by customer_id)
        from customers
        """
    )[0]
    margin = 1.0 if settings.margin is None else settings.margin
    return SubscriptionTotals(
        customers=int(customers),
        active_customers=int(active_customers),
        contracts=int(contracts),
        active_contracts=int(active),
        monthly_price=float(monthly),
        historic_value=float(historic),
        expected_renewals=interval_of(known, outlooks, settings.interval, money=False),
        expected_value=_scaled(interval_of(known, outlooks, settings.interval, money=True), margin),
        clv=_sum(known, [one.discounted for one in outlooks], margin),
        residual_value=_sum(known, [one.residual for one in outlooks], margin),
        reason=_reason(known, settings),
    )


def interval_of(
    known: Sequence[Situations], outlooks: Sequence[Outlook], level: float, *, money: bool
) -> Interval | None:
    """Return the expected renewals (or the money they bring) of all contracts; None where some have no model."""
    weights = [one.amount if money else one.contracts for one in known]
    squares = [one.squares if money else one.contracts for one in known]
    expected = sum(float(weight @ one.expected) for weight, one in zip(weights, outlooks, strict=True))
    if not np.isfinite(expected):
        return None
    chance = sum(float(square @ one.variance) for square, one in zip(squares, outlooks, strict=True))
    parameters = sum(_of_parameters(one, weight) for one, weight in zip(known, weights, strict=True))
    around = NormalDist().inv_cdf((1.0 + level) / 2.0) * float(np.sqrt(max(chance, 0.0) + parameters))
    return Interval(expected, max(expected - around, 0.0), expected + around)


def plan_rows(engine: Engine, settings: SubscriptionSettings) -> tuple[PlanRow, ...]:
    """Return the plans with their billing period, those that pay most first."""
    margin = 1.0 if settings.margin is None else settings.margin
    rows = engine.rows(
        f"""
        select coalesce(plan, ''), months, days, count(*) filter (active), count(*) filter (not active),
            coalesce(sum(monthly_price order by customer_id, spell) filter (active), 0.0) as monthly,
            sum(expected * price order by customer_id, spell) filter (active),
            coalesce(bool_or(isnan(expected)), false)
        from (
            select s.customer_id, s.spell, s.plan, s.months, s.days, s.active, {MONTHLY} as monthly_price,
                cast(s.amount as double) as price, f.expected
            from {SPELLS} s left join {SCORES} f
                on s.active and s.months = f.months and s.days = f.days and s.renewals = f.renewals
                and s.wait = f.wait and s.within = f.within
        )
        group by plan, months, days order by monthly desc, plan, months, days
        """
    )
    return tuple(
        PlanRow(
            plan, BillingPeriod(months, days).name, active, ended, monthly, None if unknown else (value or 0.0) * margin
        )
        for plan, months, days, active, ended, monthly, value, unknown in rows
    )


def _of_parameters(known: Situations, weight: Floats) -> float:
    """Return g'Cg; numbers without a variance stand at an edge where they change nothing any more."""
    if known.fit.fit is None or not known.renewals.size:
        return 0.0
    point = np.log(known.fit.fit.theta)
    slopes = np.array(
        [
            float(weight @ (expected_renewals(known, point + step) - expected_renewals(known, point - step)))
            for step in np.eye(point.size) * STEP
        ]
    ) / (2.0 * STEP)
    return float(slopes @ np.nan_to_num(known.fit.fit.covariance) @ slopes)


def _sum(known: Sequence[Situations], numbers: Sequence[Floats], margin: float) -> float | None:
    total = sum(float(one.amount @ number) for one, number in zip(known, numbers, strict=True)) * margin
    return total if np.isfinite(total) else None


def _scaled(interval: Interval | None, factor: float) -> Interval | None:
    if interval is None:
        return None
    return Interval(interval.expected * factor, interval.low * factor, interval.high * factor)


def _reason(known: Sequence[Situations], settings: SubscriptionSettings) -> str:
    without = [one.fit for one in known if one.fit.fit is None and one.renewals.size]
    if without:
        return " ".join(f"Contracts renewed every {fit.period.name}: {fit.because}." for fit in without)
    return NO_DISCOUNT if settings.discount == 0.0 else ""
