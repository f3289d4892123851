"""Facts of the record that fit the artificial shops: the same customers, orders and money, a year or six weeks long."""

from __future__ import annotations

from artificial_cohorts import cohorts_of

from regulars.metrics.economics import Economics, economics_of
from regulars.metrics.facts import Facts
from regulars.valuation.valuation import Valuation


def facts_of(valuation: Valuation) -> Facts:
    """Return facts of a record of some 370 days, or of a few weeks where the shop is a small one."""
    totals, small = valuation.totals, valuation.totals.customers < 100
    sales = totals.historic_value / (valuation.settings.margin or 1.0)
    came_back = bool(valuation.tracking.actual.any())
    observed = 0 if small else totals.customers // 10
    return Facts(
        customers=totals.customers,
        orders=totals.orders,
        sales=sales,
        first_sales=sales * totals.customers / totals.orders,
        days_between=(12 if small else 131) * totals.customers if came_back else 0,
        young=totals.customers - observed,
        observed_customers=observed,
        observed_orders=round(observed * (5.2 if came_back else 1.0)),
        whole_customers=0,
        whole_sales=0.0,
        last_year_customers=None if small else totals.customers,
        last_year_sales=None if small else 0.97 * sales,
    )


def economics(valuation: Valuation) -> Economics:
    """Return the economics of an artificial shop."""
    return economics_of(valuation, facts_of(valuation), cohorts_of(valuation))
