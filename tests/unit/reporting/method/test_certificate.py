"""Certificate and method: what was checked, assumed and fitted stands on the page as the valuation has it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

from artificial_shops import report_of

from regulars.reporting import formats
from regulars.reporting.document import Findings, Section, Table
from regulars.valuation.valuation import Valuation

Shops = dict[str, Callable[[], Valuation]]


def certificate_of(shop: Valuation) -> Section:
    return next(section for section in report_of(shop).sections if section.name == "certificate")


def table(shop: Valuation, title: str) -> Table:
    tables = (block for block in certificate_of(shop).blocks if isinstance(block, Table))
    return next(block for block in tables if block.title.startswith(title))


def checks(shop: Valuation) -> Iterator[Findings]:
    return (block for block in certificate_of(shop).blocks if isinstance(block, Findings))


def test_the_gravest_finding_comes_first_and_warnings_reach_the_top(shop: Valuation) -> None:
    doubts, purchases, spend = checks(shop)
    assert doubts.title == "When not to believe these numbers"
    assert [finding.standing for finding in purchases.findings] == ["note", "good", "good"]
    assert [finding.standing for finding in spend.findings] == ["warning", "good"]
    assert f"Gamma-Gamma: {spend.findings[0].sentence}" in [alert.text for alert in report_of(shop).alerts]


def test_every_fit_brings_its_assumptions(shop: Valuation) -> None:
    rows = [row.cells for row in table(shop, "What is taken for granted").rows]
    assert shop.spend is not None
    for fit in (shop.transactions, shop.spend):
        assert [cells[0] for cells in rows if cells[1] == fit.title] == list(fit.assumptions)
    assert sum(cells[1] == "every forecast here" for cells in rows) == 3


def test_without_money_nothing_is_assumed_about_spend(shops: Shops) -> None:
    makers = {row.cells[1] for row in table(shops["no_money"](), "What is taken for granted").rows}
    assert makers == {"Pareto/NBD", "every forecast here"}


def test_parameters_with_their_standard_errors_in_the_unit(shop: Valuation) -> None:
    purchases, spend = table(shop, "Pareto/NBD"), table(shop, "Gamma-Gamma")
    assert purchases.title == "Pareto/NBD, time in weeks"
    assert [row.cells[:2] for row in purchases.rows] == list(shop.transactions.parameters.items())
    assert purchases.texts()[0][1] == ["r", "0.5534", "0.048"]
    assert purchases.texts()[3][1] == ["beta", "11,656", formats.MISSING]
    assert "this standard error does not exist" in purchases.note
    assert "this standard error does not exist" not in spend.note


def test_what_was_tried_and_what_was_taken(shop: Valuation) -> None:
    candidates = table(shop, "Models that were tried")
    assert candidates.texts()[0][1] == ["bg-nbd", "−41,230.51", "82,494.5", "40.8", ""]
    assert candidates.texts()[2][1][3:] == ["0.0", "taken"]
    assert candidates.texts()[3][1] == ["nbd", formats.MISSING, formats.MISSING, formats.MISSING, "not asked for"]


def test_the_words_follow_the_settings(shop: Valuation) -> None:
    settings = dataclasses.replace(shop.settings, horizon=90, interval=0.95, discount=0.07, margin=0.4)
    rows = table(dataclasses.replace(shop, settings=settings), "Words").texts()
    words = {word: meaning for _, (word, meaning) in rows}
    told = " ".join(words.values()).replace("\N{NO-BREAK SPACE}", " ")
    for part in ("the 90 days after 9 December 2011", "probability of 95 %", "7 % a year", "40 % of sales"):
        assert part in told
    assert {"Purchase", "Repeat purchase", "Alive", "Expected", "Interval", "Cohort", "Value at risk"} <= set(words)


def test_the_settings_name_the_currency_and_the_start_of_the_record(shop: Valuation) -> None:
    def made(valuation: Valuation) -> dict[object, str]:
        rows = table(valuation, "How this run was made").texts()
        return {name: text.replace("\N{NO-BREAK SPACE}", " ") for _, (name, text) in rows}

    assert made(shop)["Currency"] == "GBP"
    assert made(shop)["First seen in the first 30\N{NO-BREAK SPACE}days"] == "885 customers (20.4 %)"
    unnamed = dataclasses.replace(shop, receipt=dataclasses.replace(shop.receipt, currency=None))
    assert "name none" in made(unnamed)["Currency"]
    assert made(shop)["duckdb"] == "2.0.0"
