"""The search in the list of customers: one script, named by its hash, and customers' names that stay text."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import re

import pytest
from artificial_shops import AS_OF, render_html, report_of
from rendered_shops import page_named

from regulars.reporting import markdown
from regulars.reporting.document import Table
from regulars.reporting.json_document import to_json
from regulars.valuation.valuation import CustomerRow, Valuation

SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
DATA = re.compile(r'<script type="application/json">(.*?)</script>', re.DOTALL)
POLICY = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]*)"')
NAMES = ("</script><img src=x onerror=1>", "<!--<script>", "a'b\"c", "\u2028", "\ud800", "Zürich & Söhne", "]]>", "")


@pytest.fixture
def many(shop: Valuation) -> Valuation:
    """A shop that lists more customers than the page shows, with names that would be markup."""
    rows = [_named(shop.top_customers[0], f"customer {rank:03d}", rank) for rank in range(60)]
    for rank, name in enumerate(NAMES):
        rows[rank + 30] = _named(rows[0], name, rank)
    return dataclasses.replace(shop, top_customers=tuple(rows))


def _named(row: CustomerRow, name: str, rank: int) -> CustomerRow:
    return dataclasses.replace(row, customer_id=name, last_order=AS_OF, expected_value=9000.0 - rank)


def table_of(valuation: Valuation) -> Table:
    section = next(section for section in report_of(valuation).sections if section.name == "customers")
    return next(block for block in section.blocks if isinstance(block, Table))


def test_the_policy_names_the_one_script_and_nothing_else(many: Valuation) -> None:
    html = render_html(many)
    (script,) = SCRIPT.findall(html)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    (policy,) = POLICY.findall(html)
    assert policy == f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    assert html.count("<script") == 2
    assert html.count("</script") == 2


def test_a_page_without_a_search_has_no_script_and_allows_none() -> None:
    html = page_named("normal")
    assert "<script" not in html
    assert POLICY.findall(html) == ["default-src 'none'; style-src 'unsafe-inline'"]


def test_the_further_rows_are_data_and_come_back_as_they_were(many: Valuation) -> None:
    html = render_html(many)
    (data,) = DATA.findall(html)
    assert "<" not in data
    assert ">" not in data
    further = json.loads(data)
    assert further == table_of(many).found_texts()
    assert [cells[0] for cells in further] == [row.customer_id for row in many.top_customers[20:]]
    assert NAMES[0] not in html


def test_twenty_are_shown_and_no_other_renderer_shows_more(many: Valuation) -> None:
    table = table_of(many)
    assert len(table.rows) == len(table.texts()) == 20
    assert table.search is not None
    assert len(table.search.rows) == 40
    report = report_of(many)
    for text in (markdown.to_markdown(report), to_json(report)):
        assert "customer 019" in text
        assert "customer 020" not in text


def test_who_is_not_listed_is_said(many: Valuation, shop: Valuation) -> None:
    search = table_of(many).search
    assert search is not None
    assert search.label == "Find one of the 60 most valuable customers"
    assert search.nothing == "Not among the 60 listed; customers.parquet has everyone."
    everyone = dataclasses.replace(many, totals=dataclasses.replace(many.totals, customers=60))
    search = table_of(everyone).search
    assert search is not None
    assert search.nothing == "No customer has this name or number."
    assert table_of(shop).search is None


def test_the_script_sets_texts_and_never_markup(many: Valuation) -> None:
    (script,) = SCRIPT.findall(render_html(many))
    assert "textContent" in script
    for way in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "Function(",
        "fetch",
        "RegExp",
    ):
        assert way not in script
