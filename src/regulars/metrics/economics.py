"""The numbers of the economics page: what a customer brings, by the textbook, by the model and by the cohorts."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.metrics.acquisition import Acquisition, CohortLTV, acquisition_of
from regulars.metrics.cohorts import Cohorts
from regulars.metrics.definitions.annual_ltv import annual_ltv
from regulars.metrics.definitions.annual_revenue import annual_revenue
from regulars.metrics.definitions.average_order_value import average_order_value
from regulars.metrics.definitions.cohort_ltv import cohort_ltv
from regulars.metrics.definitions.lifespan_observed import lifespan_observed
from regulars.metrics.definitions.new_customer_value import new_customer_value
from regulars.metrics.definitions.purchase_frequency import purchase_frequency
from regulars.metrics.definitions.simple_ltv import simple_ltv
from regulars.metrics.facts import YEAR, Facts
from regulars.metrics.number import Number, combined, undefined
from regulars.models.lifetime import lifetime_of
from regulars.periods import days
from regulars.valuation.valuation import Settings, Valuation

# LTV30, LTV90, LTV180; LTV365 is no multiple of the cohorts' steps and is taken from the record.
LTV_DAYS = (30, 90, 180)
# What an amount means where it is a margin already.
MARGINS = ("cm1", "cm2")
NO_MONEY = "the orders hold no amounts"


@dataclass(frozen=True)
class Textbook:
    """The textbook formulas at one lifespan (years), in money times the margin where there is one."""

    lifespan_name: str
    lifespan: Number
    simple: Number
    annual: Number


@dataclass(frozen=True)
class NewCustomer:
    """The model's value of a new customer over the horizon, and what it is made of (money times the margin).

    `purchases` are the expected repeat purchases, `first_value` and `repeat_value` what a first and a repeat
    purchase bring on average.
    """

    first_value: Number
    purchases: Number
    repeat_value: Number
    value: Number


@dataclass(frozen=True)
class Economics:
    """Every number of the economics page; what is undefined is None with its reason.

    `order_value` and `annual_revenue` are sales, before the margin; `frequency` is orders in a customer's first
    365 days; lifespans are in years; `young` is the share of customers who came in the last 365 days.
    """

    order_value: Number
    frequency: Number
    annual_revenue: Number
    lifespan_observed: Number
    lifespan_mean: Number
    lifespan_median: Number
    young: float
    textbook: tuple[Textbook, ...]
    new_customer: NewCustomer
    cohort_ltvs: tuple[CohortLTV, ...]
    acquisition: Acquisition | None


def economics_of(valuation: Valuation, facts: Facts, cohorts: Cohorts) -> Economics:
    """Return the economics of a customer base from its valuation, the facts of its record and its cohorts."""
    settings, money = valuation.settings, valuation.receipt.has_money
    life = lifetime_of(valuation.fit)
    order_value = _order_value(facts) if money else undefined(NO_MONEY, facts.orders)
    frequency = combined(
        purchase_frequency, facts.observed_orders, facts.observed_customers, n=facts.observed_customers
    )
    annual = _annual_revenue(facts) if money else undefined(NO_MONEY, facts.customers)
    lifespans = {
        "observed": combined(lifespan_observed, facts.days_between, facts.customers, n=facts.customers),
        "modelled, mean": Number(life.mean, facts.customers, life.mean_reason),
        "modelled, median": Number(life.median, facts.customers, life.median_reason),
    }
    ltvs = cohort_ltvs(facts, cohorts, settings) if money else _no_ltvs(facts)
    return Economics(
        order_value=order_value,
        frequency=frequency,
        annual_revenue=annual,
        lifespan_observed=lifespans["observed"],
        lifespan_mean=lifespans["modelled, mean"],
        lifespan_median=lifespans["modelled, median"],
        young=facts.young / facts.customers,
        textbook=tuple(
            Textbook(
                name,
                lifespan,
                combined(simple_ltv, order_value, frequency, lifespan, _margin(settings)),
                combined(annual_ltv, annual, lifespan, _margin(settings)),
            )
            for name, lifespan in lifespans.items()
        ),
        new_customer=_new_customer(valuation, facts),
        cohort_ltvs=ltvs,
        acquisition=None
        if settings.cac is None
        else acquisition_of(settings.cac, ltvs, cohorts, _why_no_margin(settings, money=money)),
    )


def cohort_ltvs(facts: Facts, cohorts: Cohorts, settings: Settings) -> tuple[CohortLTV, ...]:
    """Return LTV30, 90, 180 and 365 over the cohorts observed that long; undefined where none is."""
    by_age = {
        int(age): Number(float(value), int(customers))
        for age, value, customers in zip(cohorts.ages, cohorts.pooled_value, cohorts.pooled_customers, strict=True)
        if customers > 0
    }
    short = (CohortLTV(age, by_age.get(age, _not_yet(age))) for age in LTV_DAYS)
    year = combined(cohort_ltv, facts.whole_sales * _margin(settings), facts.whole_customers, n=facts.whole_customers)
    return (*short, CohortLTV(YEAR, year if year.value is not None else _not_yet(YEAR)))


def _not_yet(age: int) -> Number:
    return undefined(f"no cohort has been observed for {age} days")


def _no_ltvs(facts: Facts) -> tuple[CohortLTV, ...]:
    return tuple(CohortLTV(age, undefined(NO_MONEY, facts.customers)) for age in (*LTV_DAYS, YEAR))


def _order_value(facts: Facts) -> Number:
    return combined(average_order_value, facts.sales, facts.orders, n=facts.orders)


def _annual_revenue(facts: Facts) -> Number:
    if facts.last_year_sales is None or facts.last_year_customers is None:
        return undefined("the record is shorter than 365 days")
    return combined(annual_revenue, facts.last_year_sales, facts.last_year_customers, n=facts.last_year_customers)


def _new_customer(valuation: Valuation, facts: Facts) -> NewCustomer:
    """Return m (E[first] + E[X(H)] E[z]), with E[z] the spend model's mean for a customer not seen before."""
    settings = valuation.settings
    expected = valuation.fit.expected_purchases_new(days(settings.horizon))
    purchases = Number(expected, facts.customers)
    if not valuation.receipt.has_money:
        nothing = undefined(NO_MONEY, facts.customers)
        return NewCustomer(nothing, purchases, nothing, nothing)
    margin = _margin(settings)
    first = Number(margin * facts.first_sales / facts.customers, facts.customers)
    repeat = _repeat_value(valuation, margin)
    return NewCustomer(first, purchases, repeat, combined(new_customer_value, first, purchases, repeat))


def _repeat_value(valuation: Valuation, margin: float) -> Number:
    customers = valuation.totals.customers
    if valuation.mean_spend is None:
        return undefined("the mean spend of a customer not seen before is infinite under the spend model", customers)
    return Number(margin * valuation.mean_spend, customers)


def _margin(settings: Settings) -> float:
    return 1.0 if settings.margin is None else settings.margin


def _why_no_margin(settings: Settings, *, money: bool) -> str:
    if not money:
        return NO_MONEY
    if settings.margin is not None or settings.basis in MARGINS:
        return ""
    return "it is computed on margin only, and the amounts are sales: give --margin"
