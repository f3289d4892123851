"""What the report says, before it is drawn: the same numbers as the valuation, each with its caption."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from artificial_shops import report_of

from regulars.reporting import sections
from regulars.reporting.document import (
    Block,
    Figure,
    Findings,
    KeyNumber,
    KeyNumbers,
    Paragraph,
    Report,
    Section,
    Sentence,
    Sentences,
    Table,
)
from regulars.valuation.valuation import Valuation

Shops = dict[str, Callable[[], Valuation]]


def section_of(report: Report, name: str) -> Section:
    return next(section for section in report.sections if section.name == name)


def tables_of(section: Section) -> Iterator[Table]:
    for block in section.blocks:
        if isinstance(block, Table):
            yield block
        elif isinstance(block, Figure):
            yield block.table


def texts_of(block: Block) -> Iterator[str]:
    """Every text of a block as a reader meets it."""
    if isinstance(block, Paragraph):
        yield block.text
    elif isinstance(block, KeyNumbers | Sentences):
        for item in block.items:
            yield from texts_of_item(item)
    elif isinstance(block, Table):
        yield from (block.title, block.note, *(column.title for column in block.columns))
        for _, cells in block.texts():
            yield from cells
    elif isinstance(block, Figure):
        yield from (block.title, block.finding, *texts_of(block.table))
    elif isinstance(block, Findings):
        yield block.title
        for finding in block.findings:
            yield from (finding.check, finding.sentence)


def texts_of_item(item: KeyNumber | Sentence) -> Iterator[str]:
    if isinstance(item, Sentence):
        yield from (item.question, item.text, *texts_of_item(item.figure))
    else:
        yield from (item.name, item.text, item.detail)


def words(report: Report) -> str:
    """The whole report as plain text with ordinary spaces."""
    texts = [report.title, report.headline, report.label, *(alert.text for alert in report.alerts)]
    for section in report.sections:
        texts.extend((section.title, section.caption.text))
        texts.extend(text for block in section.blocks for text in texts_of(block))
    return " | ".join(texts).replace("\N{NO-BREAK SPACE}", " ")


HEADLINES = {
    "normal": "These 4,338 customers are expected to buy for GBP 5.92 million (80 % interval 5.60 to 6.30 million) "
    "in the 365 days after 9 December 2011.",
    "no_money": "These 4,338 customers are expected to make 12,604 purchases (80 % interval 12,260 to 12,951) "
    "in the 365 days after 9 December 2011.",
    "undefined_mean": "These 4,338 customers are expected to make 12,604 purchases (80 % interval 12,260 to 12,951) "
    "in the 365 days after 9 December 2011.",
    "five_customers": "These 5 customers are expected to buy for GBP 631 (80 % interval 42 to 1,480) "
    "in the 365 days after 9 December 2011.",
    "no_repeat_buyers": "These 1,200 customers are expected to buy for GBP 0 (80 % interval 0 to 0) "
    "in the 365 days after 9 December 2011.",
}


@pytest.mark.parametrize("name", HEADLINES)
def test_the_first_sentence_says_what_the_base_is_worth(shops: Shops, name: str) -> None:
    assert report_of(shops[name]()).headline.replace("\N{NO-BREAK SPACE}", " ") == HEADLINES[name]


def test_the_first_sentence_names_a_margin(shop: Valuation) -> None:
    settings = dataclasses.replace(shop.settings, margin=0.4, basis="margin", horizon=1)
    report = report_of(dataclasses.replace(shop, settings=settings))
    assert "expected to bring a margin of GBP" in report.headline.replace("\N{NO-BREAK SPACE}", " ")
    assert report.headline.endswith("in the day after 9\N{NO-BREAK SPACE}December 2011.")
    assert "Basis: margin, 40 % of sales" in words(report)


def test_every_section_says_basis_horizon_as_of_and_n(each_shop: Valuation) -> None:
    for section in report_of(each_shop).sections:
        caption = section.caption.text.replace("\N{NO-BREAK SPACE}", " ")
        expected_basis = each_shop.settings.basis if each_shop.receipt.has_money else "purchases"
        assert caption.startswith(f"Basis: {expected_basis}")
        horizons = ("365 days", "120 days from each of 2 earlier days", "none", "beside each number")
        assert any(f"horizon: {said}" in caption for said in horizons)
        assert "as of 9 December 2011" in caption
        assert "n = " in caption


def test_captions_follow_the_settings(shop: Valuation) -> None:
    settings = dataclasses.replace(shop.settings, horizon=90, interval=0.95, basis="cm1")
    caption = section_of(report_of(dataclasses.replace(shop, settings=settings)), "value").caption.text
    assert caption.replace("\N{NO-BREAK SPACE}", " ") == (
        "Basis: cm1 · horizon: 90 days from the as-of date · as of 9 December 2011 · n = 4,338 customers · "
        "95 % intervals, equal-tailed, tested on 2 earlier windows of 120 days"
    )


def test_nothing_is_shown_as_none_nan_or_inf(each_shop: Valuation) -> None:
    shown = words(report_of(each_shop)).lower()
    assert not {"none", "nan", "inf", "-inf"} & set(
        shown.replace("horizon: none,", "")
        .replace("none for the record", "")
        .replace("(", " ")
        .replace(",", " ")
        .split()
    )


def test_every_section_is_in_the_one_tuple(root: Path) -> None:
    files = {path.stem for path in (root / "src/regulars/reporting/sections").glob("*.py")} - {"__init__"}
    assert {section.__module__.rpartition(".")[2] for section in sections.SECTIONS} == files


def test_the_addresses_of_sections_are_unique_and_alerts_lead_to_them(each_shop: Valuation) -> None:
    report = report_of(each_shop)
    names = [section.name for section in report.sections]
    assert len(set(names)) == len(names)
    assert {alert.section for alert in report.alerts} <= set(names)


# Receipt


def test_the_receipt_holds_each_line_and_adds_up(shop: Valuation) -> None:
    section = section_of(report_of(shop), "receipt")
    table = next(tables_of(section))
    single = [row.cells for row in table.rows if not row.sums]
    assert single == [(line.rule, line.meaning, line.rows, line.amount) for line in shop.receipt.lines]
    *sums, total = [row.cells for row in table.rows if row.sums]
    assert total[2:] == (shop.receipt.rows_read, shop.receipt.amount_read)
    assert sum(int(str(cells[2])) for cells in sums) == shop.receipt.rows_read
    assert "9,747,747.934" in words(report_of(shop))
    assert "406,789 valid + 135,119 excluded + 1 quarantined = 541,909 rows" in words(report_of(shop))


def test_a_receipt_that_does_not_add_up_is_a_warning(shop: Valuation) -> None:
    receipt = dataclasses.replace(shop.receipt, rows_read=1)
    report = report_of(dataclasses.replace(shop, receipt=receipt))
    assert report.alerts[0].text == "The receipt of the data does not add up."
    paragraphs = [block for block in section_of(report, "receipt").blocks if isinstance(block, Paragraph)]
    assert [paragraph.standing for paragraph in paragraphs] == [None, "warning"]


def test_from_gross_to_net(shop: Valuation) -> None:
    table = next(table for table in tables_of(section_of(report_of(shop), "receipt")) if "gross" in table.title)
    assert table.rows[0].cells == ("Gross sales", shop.receipt.amount_of("sale"))
    assert table.rows[-1].cells == ("Net sales", shop.receipt.amount("valid"))


# Totals


def test_totals_are_those_of_the_valuation(shop: Valuation) -> None:
    block = section_of(report_of(shop), "value").blocks[0]
    assert isinstance(block, KeyNumbers)
    totals = shop.totals
    assert totals.expected_value is not None
    assert [item.number for item in block.items] == [
        totals.historic_value,
        totals.expected_value.expected,
        totals.expected_purchases.expected,
        totals.clv,
        totals.residual_value,
    ]
    assert [item.text.replace("\N{NO-BREAK SPACE}", " ") for item in block.items] == [
        "GBP 8.91 million",
        "GBP 5.92 million",
        "12,604 purchases",
        "GBP 5.65 million",
        "GBP 21.4 million",
    ]


def test_totals_are_labelled_by_how_far_they_were_tested(each_shop: Valuation) -> None:
    report = report_of(each_shop)
    tested = "tested on 2 earlier windows of 120 days"
    untested = "model only, not yet back-tested"
    assert report.label.replace("\N{NO-BREAK SPACE}", " ") == (untested if each_shop.tested is None else tested)
    assert report.label in section_of(report, "value").caption.text


def test_an_undefined_mean_has_its_reason_and_the_medians(shops: Shops) -> None:
    shop = shops["undefined_mean"]()
    report = report_of(shop)
    assert words(report).count(shop.totals.reason) == 2
    table = next(tables_of(section_of(report, "customers")))
    titles = [column.title for column in table.columns]
    assert "Expected value" not in titles
    assert [row.cells[titles.index("Median")] for row in table.rows] == [row.value_median for row in shop.top_customers]


def test_without_money_everything_is_purchases(shops: Shops) -> None:
    shop = shops["no_money"]()
    shown = words(report_of(shop))
    assert "GBP" not in shown
    assert "Amount" not in shown
    assert "every value here is a number of purchases" in shown
    assert shown.count("Basis: purchases (the data hold no amounts)") == len(sections.SECTIONS)


def test_few_customers_are_said_to_be_few(shops: Shops) -> None:
    assert "Only 5 customers could be used." in words(report_of(shops["five_customers"]()))
    assert "could be used" not in words(report_of(shops["normal"]()))


# Tracking and distribution


def test_tracking_tables_hold_the_weeks(shop: Valuation) -> None:
    by_week, so_far, *_ = tables_of(section_of(report_of(shop), "fit"))
    assert [row.cells for row in by_week.rows] == list(
        zip(shop.tracking.week_start, shop.tracking.actual, shop.tracking.expected, strict=True)
    )
    assert so_far.rows[-1].cells[1:] == pytest.approx((shop.tracking.actual.sum(), shop.tracking.expected.sum()))
    assert "9,799 happened, 9,884.5 were expected: 0.9 % more than there were." in words(report_of(shop))


def test_no_repeat_purchase_is_said_instead_of_drawn(shops: Shops) -> None:
    section = section_of(report_of(shops["no_repeat_buyers"]()), "fit")
    drawn = {block.name for block in section.blocks if isinstance(block, Figure)}
    assert not drawn & {"purchases-by-week", "purchases-so-far", "alive-matrix", "purchase-rates", "holdout"}
    texts = [text for block in section.blocks for text in texts_of(block)]
    assert any(text.startswith("No customer bought on a second day") for text in texts)


def test_intervals_of_zero_are_explained_with_their_share(shops: Shops) -> None:
    shown = words(report_of(shops["normal"]()))
    assert "For 34.2 % of the customers the 80 % interval is 0 to 0 although their mean is above zero." in shown
    assert "with a probability of at least 90 %" in shown
    assert "although their mean" not in words(report_of(shops["no_repeat_buyers"]()))
    assert "For no customer is the 80 % interval 0 to 0." in words(report_of(shops["five_customers"]()))


def test_the_distribution_counts_every_customer(shop: Valuation) -> None:
    *_, table = tables_of(section_of(report_of(shop), "value"))
    assert [row.cells[1] for row in table.rows] == shop.spread().customers.tolist()
    assert table.rows[0].cells[0] == "0 to 10"


# Customers


def test_top_customers_are_those_of_the_valuation(shop: Valuation) -> None:
    table = next(tables_of(section_of(report_of(shop), "customers")))
    for row, customer in zip(table.rows, shop.top_customers, strict=True):
        assert row.cells == (
            customer.customer_id,
            customer.first_order,
            customer.last_order,
            customer.orders,
            customer.historic_value,
            customer.probability_alive,
            customer.expected_purchases,
            customer.expected_value,
            customer.value_low,
            customer.value_median,
            customer.value_high,
        )
    assert table.texts()[0][1] == [
        "14646",
        "2010-12-01",
        "2011-12-09",
        "74",
        "280,000",
        "99.9\N{NO-BREAK SPACE}%",
        "52.4",
        "250,000",
        "202,500",
        "245,000",
        "302,500",
    ]
