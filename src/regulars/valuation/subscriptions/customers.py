"""The table `customers`: contracts joined with what is expected of them, a row per customer.

Contracts of one customer that run beside each other are taken to end together: their quantiles are added, which is
exact then and never too narrow.
"""

from __future__ import annotations

from regulars.engines.base import Engine
from regulars.valuation.subscriptions.score import SCORES
from regulars.valuation.subscriptions.spells import SPELLS
from regulars.valuation.subscriptions.valuation import SubscriberRow

# An order of the contracts of one customer, so that sums are the same for any number of threads.
_IN_ORDER = "order by started, spell"
# What a contract `s` pays per month.
MONTHLY = "cast(s.amount as double) / (s.months + s.days * 12 / 365.25)"
MOST_LISTED = 20


def make_customers(engine: Engine, margin: float | None) -> None:
    """Make the table `customers`; `margin` multiplies the values and not the price."""
    factor = 1.0 if margin is None else margin
    engine.execute(
        f"""
        create or replace table customers as
        select customer_id, last(plan order by active, started, spell) as plan, min(started) as first_start,
            case when not bool_or(active) then max(ended) end as last_end,
            cast(count(*) as bigint) as contracts, cast(count(*) filter (active) as bigint) as active_contracts,
            cast(sum(renewals) as bigint) as renewals, cast(sum(periods) as bigint) as periods_paid,
            coalesce(sum(monthly_price {_IN_ORDER}) filter (active), 0.0) as monthly_price,
            cast(sum(paid) as double) * {factor} as historic_value,
            cast(bool_or(active) as double) as probability_alive,
            {_total("expected")} as expected_renewals,
            case when bool_or(active and at_least_one is null) then null
                else coalesce(max(at_least_one), 0.0) end as probability_renewal,
            {_total("expected * price")} * {factor} as expected_value,
            {_total("low * price")} * {factor} as value_low,
            {_total("median * price")} * {factor} as value_median,
            {_total("high * price")} * {factor} as value_high,
            {_total("discounted * price")} * {factor} as clv,
            {_total("residual * price")} * {factor} as residual_value
        from (
            select s.customer_id, s.spell, s.plan, s.started, s.ended, s.active, s.renewals, s.periods, s.paid,
                cast(s.amount as double) as price, {MONTHLY} as monthly_price,
                nullif(f.expected, 'nan'::double) as expected, nullif(f.at_least_one, 'nan'::double) as at_least_one,
                nullif(f.low, 'nan'::double) as low, nullif(f.median, 'nan'::double) as median,
                nullif(f.high, 'nan'::double) as high, nullif(f.discounted, 'nan'::double) as discounted,
                nullif(f.residual, 'nan'::double) as residual
            from {SPELLS} s
            left join {SCORES} f
                on s.active and s.months = f.months and s.days = f.days and s.renewals = f.renewals
                and s.wait = f.wait and s.within = f.within
        )
        group by customer_id
        """
    )


def _total(number: str) -> str:
    """Return the sum over the running contracts, null where one of them has no such number."""
    return (
        f"case when bool_or(active and ({number}) is null) then null "
        f"else coalesce(sum({number} {_IN_ORDER}) filter (active), 0.0) end"
    )


def top_subscribers(engine: Engine) -> tuple[SubscriberRow, ...]:
    """Return the customers with the highest expected value; of equal ones, the first by id."""
    rows = engine.rows(
        f"""
        select customer_id, plan, first_start, renewals, monthly_price, historic_value, expected_value, value_low,
            value_high, residual_value
        from customers where active_contracts > 0
        order by expected_value desc nulls last, customer_id limit {MOST_LISTED}
        """
    )
    return tuple(SubscriberRow(*row) for row in rows)
