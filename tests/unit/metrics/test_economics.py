"""The numbers of the economics page: each equals its definition, and what is undefined says why."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from artificial_cohorts import cohorts_of
from artificial_facts import economics, facts_of
from artificial_fit import nbd
from artificial_shops import SHOPS, five_customers, no_money, normal, undefined_mean

from regulars.metrics.acquisition import Acquisition, CohortLTV, acquisition_of, payback
from regulars.metrics.cohorts import Cohorts
from regulars.metrics.economics import Economics, economics_of
from regulars.metrics.number import Number, combined, undefined
from regulars.periods import days
from regulars.valuation.valuation import Valuation


def with_settings(valuation: Valuation, **options: Any) -> Valuation:
    return dataclasses.replace(valuation, settings=dataclasses.replace(valuation.settings, **options))


def numbers_of(value: object) -> list[Number]:
    """Every `Number` in a value, however deep."""
    if isinstance(value, Number):
        return [value]
    if isinstance(value, tuple):
        return [number for one in value for number in numbers_of(one)]
    if dataclasses.is_dataclass(value):
        return [number for field in dataclasses.fields(value) for number in numbers_of(getattr(value, field.name))]
    return []


@pytest.mark.parametrize("name", SHOPS)
@pytest.mark.parametrize("options", [{}, {"cac": 35.0}, {"cac": 35.0, "margin": 0.4, "basis": "margin"}])
def test_every_number_is_a_number_or_has_a_reason(name: str, options: dict[str, Any]) -> None:
    shop = SHOPS[name]()
    if not shop.receipt.has_money:
        options = {key: value for key, value in options.items() if key == "cac"}
    found = economics(with_settings(shop, **options))
    for number in numbers_of(found):
        assert (number.value is None) == bool(number.reason)
        assert number.value is None or np.isfinite(number.value)


def test_the_textbook_multiplies_what_stands_beside_it() -> None:
    found = economics(with_settings(normal(), margin=0.25))
    facts = facts_of(with_settings(normal(), margin=0.25))
    observed = found.textbook[0]
    assert found.order_value.value == pytest.approx(facts.sales / facts.orders)
    assert found.frequency.value == pytest.approx(facts.observed_orders / facts.observed_customers)
    assert found.lifespan_observed.value == pytest.approx(131 / 365.25)
    product = (found.order_value.value or 0) * (found.frequency.value or 0) * (observed.lifespan.value or 0) * 0.25
    assert observed.simple.value == pytest.approx(product)
    assert observed.annual.value == pytest.approx((found.annual_revenue.value or 0) * 131 / 365.25 * 0.25)


def test_a_lifespan_without_end_leaves_its_textbook_undefined() -> None:
    for book in economics(dataclasses.replace(normal(), fit=nbd())).textbook[1:]:
        assert book.simple.value is None
        assert "no customer ever leaves" in book.simple.reason


def test_a_new_customer_is_worth_a_first_purchase_and_the_expected_repeats() -> None:
    shop = with_settings(normal(), margin=0.5)
    found, facts = economics(shop).new_customer, facts_of(shop)
    repeats = shop.fit.expected_purchases_new(days(365))
    assert found.purchases.value == repeats
    assert found.value.value == pytest.approx(0.5 * (facts.first_sales / facts.customers + repeats * 416.9))


def test_what_cannot_be_said_is_not() -> None:
    assert "infinite" in economics(undefined_mean()).new_customer.value.reason
    without_money = economics(no_money())
    assert (
        without_money.order_value.reason == without_money.cohort_ltvs[-1].value.reason == "the orders hold no amounts"
    )
    assert without_money.frequency.value is not None
    few = economics(five_customers())
    assert "shorter than 365 days" in few.annual_revenue.reason
    assert "whole window" in few.textbook[0].simple.reason
    assert "observed for 365 days" in few.cohort_ltvs[-1].value.reason


def test_ltv_of_a_year_is_that_of_whole_cohorts() -> None:
    shop = with_settings(normal(), margin=0.5)
    facts = dataclasses.replace(facts_of(shop), whole_customers=200, whole_sales=30_000.0)
    found = economics_of(shop, facts, cohorts_of(shop))
    assert found.cohort_ltvs[-1].value == Number(75.0, 200)
    assert [ltv.days for ltv in found.cohort_ltvs] == [30, 90, 180, 365]
    pooled = cohorts_of(shop).pooled_value
    assert [ltv.value.value for ltv in found.cohort_ltvs[:3]] == [pooled[0], pooled[2], pooled[5]]


def curve(*pooled: float) -> Cohorts:
    """One cohort of ten customers that brought `pooled` by 30, 60, 90 … days."""
    cells = np.array([pooled])
    months = (normal().settings.as_of,)
    return Cohorts(months, months, np.array([10]), cells, cells, cells, cells)


@pytest.mark.parametrize(
    ("pooled", "cac", "days_to", "recovered"),
    [
        ((10.0, 20.0, 30.0), 20.0, 60, 1.5),
        ((10.0, 20.0, 30.0), 20.01, 90, 30 / 20.01),
        ((10.0, 20.0, 30.0), 40.0, None, 0.75),
        # A refund can take back what had been paid back; the first age still stands, the share falls.
        ((25.0, 15.0), 20.0, 30, 0.75),
        ((-5.0, -1.0), 20.0, None, -0.05),
        ((10.0, float("nan")), 20.0, None, 0.5),
    ],
)
def test_payback_is_the_first_age_that_has_it(
    pooled: tuple[float, ...], cac: float, days_to: int | None, recovered: float
) -> None:
    cohorts = curve(*pooled)
    found = acquisition_of(cac, (CohortLTV(30, Number(pooled[0], 10)),), cohorts, "")
    assert payback(cac, cohorts).value == days_to
    assert found.payback.value == days_to
    assert found.recovered.value == pytest.approx(recovered)
    assert found.ltv_to_cac.value == pytest.approx(pooled[0] / cac)
    assert found.net_value.value == pytest.approx(pooled[0] - cac)


def cost_of(found: Economics) -> Acquisition:
    assert found.acquisition is not None
    return found.acquisition


def test_ratios_on_margin_only() -> None:
    on_sales = cost_of(economics(with_settings(normal(), cac=35.0)))
    for number in (on_sales.ltv_to_cac, on_sales.net_value, on_sales.payback, on_sales.recovered):
        assert number.value is None
        assert "on margin only" in number.reason
    for options in ({"margin": 0.4, "basis": "margin"}, {"basis": "cm2"}):
        assert cost_of(economics(with_settings(normal(), cac=35.0, **options))).ltv_to_cac.value is not None
    assert economics(normal()).acquisition is None


def test_a_cost_of_zero_has_no_ratio_but_a_net_value() -> None:
    found = acquisition_of(0.0, (CohortLTV(30, Number(10.0, 10)),), curve(10.0), "")
    assert "cost of 0" in found.ltv_to_cac.reason
    assert found.net_value.value == 10.0


def test_no_cohort_observed_long_enough() -> None:
    nothing = (CohortLTV(30, undefined("no cohort has been observed for 30 days")),)
    found = acquisition_of(35.0, nothing, curve(float("nan")), "")
    assert "30 days" in found.ltv_to_cac.reason
    assert found.recovered_days is None


def test_what_is_too_large_is_no_number() -> None:
    assert combined(lambda a: a * 1e308 * 10, Number(1.0, 5)).reason == "it is too large to be a number"
