"""Who carries the value, whose leaving would cost most, which segments there are: the study in words and figures."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import altair as alt
import pytest
from artificial_shops import report_of, study_of

from regulars.decisions.segments import SEGMENTS, segmentation
from regulars.errors import NotApplicable
from regulars.metrics.concentration import NO_TOTAL, Concentration
from regulars.reporting import report as reports
from regulars.reporting.charts import CHARTS
from regulars.reporting.charts.svg import svg
from regulars.reporting.document import Block, Figure, Paragraph, Section, Table
from regulars.reporting.study import Study
from regulars.reporting.theme import PAGE
from regulars.valuation.valuation import Valuation

Shops = dict[str, Callable[[], Valuation]]


def section_of(study: Study, name: str) -> Section:
    return next(section for section in reports.report_of(study).sections if section.name == name)


def table_of(section: Section, title: str) -> Table:
    return next(block for block in section.blocks if isinstance(block, Table) and title in block.title)


def said(blocks: tuple[Block, ...]) -> str:
    texts = [block.text for block in blocks if isinstance(block, Paragraph)]
    texts += [block.note for block in blocks if isinstance(block, Table)]
    return " ".join(texts).replace("\N{NO-BREAK SPACE}", " ")


# Who carries the value


def test_historic_and_expected_stand_side_by_side(shop: Valuation) -> None:
    study = study_of(shop)
    section = section_of(study, "value")
    rows = table_of(section, "How unequally").rows
    for row, spread in zip(rows, (study.historic_concentration, study.expected_concentration), strict=True):
        assert row.cells[1:] == (spread.customers, spread.top_share(10), spread.top_share(1), spread.gini)
    text = said(section.blocks)
    assert "the highest historic value carries 27.1 % of the total" in text
    assert "the highest expected value carries 41.0 % of the total" in text
    assert "7 customers were refunded more than they bought. They stay in below zero" in text


def test_a_share_of_less_than_one_customer_is_not_shown(shops: Shops) -> None:
    section = section_of(study_of(shops["five_customers"]()), "value")
    assert [row.cells[2:4] for row in table_of(section, "How unequally").rows] == [(None, None), (None, None)]
    assert "is not defined here" in said(section.blocks)


def test_where_nothing_is_expected_only_the_record_has_a_curve(shops: Shops) -> None:
    study = study_of(shops["no_repeat_buyers"]())
    figure = CHARTS.get("lorenz").figure(study)
    assert [column.title for column in figure.table.columns] == ["Share of customers", "Historic value"]
    assert "Expected value: The values do not add up to more than zero" in figure.finding
    nothing = Concentration(3, None, None, 3, NO_TOTAL)
    empty = dataclasses.replace(study, historic_concentration=nothing)
    with pytest.raises(NotApplicable, match="no shares"):
        CHARTS.get("lorenz").figure(empty)
    assert not any(isinstance(block, Figure) and block.name == "lorenz" for block in section_of(empty, "value").blocks)


def test_an_undefined_mean_is_counted_in_purchases(shops: Shops) -> None:
    study = study_of(shops["undefined_mean"]())
    section = section_of(study, "value")
    assert str(table_of(section, "How unequally").rows[1].cells[0]).startswith("Expected purchases")
    assert "counted in purchases" in said(section.blocks)
    customers = section_of(study, "customers")
    table = table_of(customers, "purchases at risk")
    assert table.columns[-1].title == "Purchases at risk"
    assert table.rows[0].cells[5] == study.at_risk[0].customer.expected_purchases


# Value at risk


def test_the_customers_at_risk_are_those_of_the_study(shop: Valuation) -> None:
    study = study_of(shop)
    table = table_of(section_of(study, "customers"), "most value at risk")
    assert [row.cells for row in table.rows] == [
        (
            one.customer.customer_id,
            one.customer.last_order,
            one.customer.orders,
            one.customer.historic_value,
            one.customer.probability_alive,
            one.customer.expected_value,
            one.value_if_alive,
            one.value_at_risk,
        )
        for one in study.at_risk
    ]
    assert "not how much a campaign would win back" in table.note


def test_nobody_at_risk_is_said(shops: Shops) -> None:
    section = section_of(study_of(shops["no_repeat_buyers"]()), "customers")
    assert "No customer has value at risk" in said(section.blocks)


# Segments


def test_the_segments_add_up_to_the_base(each_shop: Valuation) -> None:
    table = table_of(section_of(study_of(each_shop), "segments"), "The segments")
    columns = list(zip(*(row.cells for row in table.rows), strict=True))
    assert sum(columns[1]) == each_shop.totals.customers
    assert sum(columns[2]) == pytest.approx(1.0)
    assert sum(columns[3]) == pytest.approx(each_shop.totals.historic_value)
    if each_shop.totals.expected_purchases.expected > 0.0:
        assert sum(columns[5]) == pytest.approx(1.0)
    else:
        assert columns[5] == (None,) * len(table.rows)


def test_the_rules_are_printed_in_order_with_one_move_each(shop: Valuation) -> None:
    section = section_of(study_of(shop), "segments")
    rules = table_of(section, "The rules in the order")
    assert [row.cells for row in rules.rows] == [(one.name, one.rule, one.move) for one in SEGMENTS]
    assert all(one.move for one in SEGMENTS)
    assert "is not measured here" in said(section.blocks)


def test_where_a_score_begins_and_where_nobody_has_it(shop: Valuation, shops: Shops) -> None:
    study = study_of(shop)
    starts = table_of(section_of(study, "segments"), "Where the scores begin")
    assert [row.cells[0] for row in starts.rows] == [5, 4, 3, 2]
    assert [row.cells[1] for row in starts.rows] == list(study.segments.cuts.recency[::-1])
    assert [row.cells[2] for row in starts.rows] == [6, None, 2, None]
    alike = section_of(study_of(shops["no_repeat_buyers"]()), "segments")
    assert "In frequency nobody can be told apart: everyone has score 3." in said(alike.blocks)
    assert "In frequency" not in said(section_of(study, "segments").blocks)


def test_few_customers_are_warned_of(shops: Shops) -> None:
    assert "With 5 customers a score rests on" in said(
        section_of(study_of(shops["five_customers"]()), "segments").blocks
    )
    assert "a score rests on" not in said(section_of(study_of(shops["normal"]()), "segments").blocks)


def test_the_chart_of_segments_keeps_the_order_of_the_rules(each_shop: Valuation) -> None:
    study = study_of(each_shop)
    figure = CHARTS.get("segments").figure(study)
    specification = figure.specification(PAGE)
    alt.Chart.from_dict(specification, validate=True)
    held = [size.segment.name for size in study.segments.sizes if size.customers]
    assert [row.cells[0] for row in figure.table.rows] == held
    drawn = svg(figure, PAGE)
    places = [drawn.index(f">{name}</text>") for name in held]
    assert places == sorted(places)


def test_nobody_is_no_chart(shop: Valuation) -> None:
    study = study_of(shop)
    nobody = dataclasses.replace(study, segments=segmentation((), study.segments.cuts))
    with pytest.raises(NotApplicable, match="no customer"):
        CHARTS.get("segments").figure(nobody)


def test_sections_carry_their_captions(each_shop: Valuation) -> None:
    for section in report_of(each_shop).sections:
        if section.name in {"value", "customers", "segments"}:
            assert "as of" in section.caption.text
            assert "horizon: 365" in section.caption.text.replace("\N{NO-BREAK SPACE}", " ")
