"""The economics page says what the numbers say: in every situation, with and without a cost and a margin."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from typing import Any

import altair as alt
import pytest
from artificial_shops import SHOPS, normal, study_of

from regulars.errors import NotApplicable
from regulars.metrics.acquisition import Acquisition
from regulars.metrics.economics import NewCustomer, Textbook
from regulars.metrics.number import Number, undefined
from regulars.reporting.charts.payback_curve import NAME, PAYBACK_CURVE
from regulars.reporting.document import Figure, KeyNumber, KeyNumbers, Paragraph, Section, Table
from regulars.reporting.economics.why import why
from regulars.reporting.sections.economics import economics
from regulars.reporting.study import Study
from regulars.reporting.theme import PAGE

SITUATIONS: dict[str, dict[str, Any]] = {
    "no cost": {},
    "sales only": {"cac": 35.0},
    "paid back": {"cac": 35.0, "margin": 0.4, "basis": "margin"},
    "not yet": {"cac": 4000.0, "margin": 0.4, "basis": "margin"},
}


def study(name: str = "normal", **options: Any) -> Study:
    shop = SHOPS[name]()
    return study_of(dataclasses.replace(shop, settings=dataclasses.replace(shop.settings, **options)))


def texts(section: Section) -> Iterator[str]:
    for block in section.blocks:
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, KeyNumbers):
            for item in block.items:
                yield from (item.name, item.text, item.detail)
        elif isinstance(block, Table | Figure):
            table = block if isinstance(block, Table) else block.table
            yield from (text for _, cells in table.texts() for text in cells)
            yield block.title if isinstance(block, Table) else block.finding


def words(section: Section) -> str:
    return " | ".join(texts(section)).replace("\N{NO-BREAK SPACE}", " ")


def key_numbers(section: Section) -> dict[str, KeyNumber]:
    blocks = [block for block in section.blocks if isinstance(block, KeyNumbers)]
    return {item.name: item for block in blocks for item in block.items}


@pytest.mark.parametrize("name", SHOPS)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_nothing_undefined_is_shown_as_a_number(name: str, situation: str) -> None:
    section = economics(study(name, **SITUATIONS[situation]))
    told = words(section)
    for wrong in ("nan", "None", "inf ", "infinity", ": .", ". .", ".."):
        assert wrong not in told
    for item in key_numbers(section).values():
        assert item.detail
        assert (item.number is None) == (item.text in ("not defined", "not yet"))


def test_without_a_cost_one_line_says_how_to_get_it() -> None:
    told = words(economics(study()))
    assert told.count("--cac") == 1
    assert "LTV:CAC |" not in told


def test_on_sales_nothing_is_divided_by_the_cost() -> None:
    section = economics(study(**SITUATIONS["sales only"]))
    assert key_numbers(section)["LTV180:CAC"].number is None
    assert "give --margin" in words(section)
    assert not any(isinstance(block, Figure) for block in section.blocks)


def test_what_has_come_back() -> None:
    section = economics(study(**SITUATIONS["paid back"]))
    items = key_numbers(section)
    assert items["Payback"].text.replace("\N{NO-BREAK SPACE}", " ") == "30 days"
    ltv = items["LTV180:CAC"].number
    assert ltv is not None
    assert items["Net value of a customer"].number == pytest.approx(35.0 * ltv - 35.0)
    assert "has come back by the age of 30 days" in words(section)


def test_what_has_not_come_back_is_not_extrapolated() -> None:
    shop = study(**SITUATIONS["not yet"])
    section = economics(shop)
    acquisition = shop.economics.acquisition
    assert acquisition is not None
    assert acquisition.recovered.value is not None
    assert key_numbers(section)["Payback"].text == "not yet"
    share = f"{100 * acquisition.recovered.value:.1f} % of the cost of GBP 4,000 has come back"
    assert f"Not yet: {share} by the age of {acquisition.recovered_days} days" in words(section)


def with_values(shop: Study, simple: float, model: float, lifespan: float = 1.5) -> Study:
    """Return the study with one textbook value and a model's value."""
    number = Number(1.0, 10)
    book = Textbook("observed", Number(lifespan, 10), Number(simple, 10), number)
    later = Textbook("modelled, median", undefined("none"), undefined("none"), undefined("none"))
    changed = dataclasses.replace(
        shop.economics,
        textbook=(book, later, later),
        new_customer=NewCustomer(number, number, number, Number(model, 10)),
    )
    return dataclasses.replace(shop, economics=changed)


@pytest.mark.parametrize(
    ("simple", "model", "said"),
    [
        (50.0, 100.0, "50.0 % below it"),
        (125.0, 100.0, "25.0 % above it"),
        (500.0, 100.0, "5.0 times as much"),
        (100.0, 100.0, "the same"),
        (10.0, 0.0, "more"),
        (-10.0, 5.0, "less"),
    ],
)
def test_which_is_larger_and_by_how_much(simple: float, model: float, said: str) -> None:
    shop = with_values(study(), simple, model)
    told = why(shop.economics, shop.valuation).replace("\N{NO-BREAK SPACE}", " ")
    assert f"GBP {simple:,.2f}".replace("-", "−") in told
    assert f", {said}." in told


def test_the_observed_lifespan_is_called_short_only_where_customers_are_young() -> None:
    shop = with_values(study(), 50.0, 100.0)
    assert "too short" in why(shop.economics, shop.valuation)
    old = dataclasses.replace(shop.economics, young=0.001)
    assert "too short" not in why(old, shop.valuation)


@pytest.mark.parametrize(("lifespan", "twice"), [(0.4, True), (1.5, False)])
def test_a_lifespan_of_less_than_a_year_counts_leaving_twice(lifespan: float, *, twice: bool) -> None:
    shop = with_values(study(), 50.0, 100.0, lifespan)
    told = why(shop.economics, shop.valuation)
    assert ("counts twice" in told) is twice
    assert ("It counts 1.50" in told) is not twice


def test_the_curve_is_a_valid_chart_with_its_crossing() -> None:
    shop = study(**SITUATIONS["paid back"])
    figure = PAYBACK_CURVE.figure(shop)
    assert figure.name == NAME
    specification = figure.specification(PAGE)
    alt.LayerChart.from_dict(specification)
    assert "'strokeWidth': 2, 'color'" in str(specification)
    rows = [row.cells for row in figure.table.rows]
    known = [value for value in shop.cohorts.pooled_value.tolist() if not math.isnan(value)]
    assert [cells[1] for cells in rows] == known
    assert "'strokeWidth': 2, 'color'" not in str(
        PAYBACK_CURVE.figure(study(**SITUATIONS["not yet"])).specification(PAGE)
    )


@pytest.mark.parametrize("situation", ["no cost", "sales only"])
def test_no_curve_without_a_cost_on_margin(situation: str) -> None:
    with pytest.raises(NotApplicable, match=r"--cac|--margin"):
        PAYBACK_CURVE.figure(study(**SITUATIONS[situation]))


def test_a_cost_that_cannot_be_held_against_anything() -> None:
    nothing = undefined("no cohort has been observed for 30 days")
    open_yet = Acquisition(35.0, None, nothing, nothing, nothing, nothing, None)
    shop = study(**SITUATIONS["paid back"])
    shop = dataclasses.replace(shop, economics=dataclasses.replace(shop.economics, acquisition=open_yet))
    assert "no cohort has been observed for 30 days" in words(economics(shop))
    assert normal().settings.cac is None
