"""One report, four formats: each holds what the value holds, and shows every text as text."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from artificial_shops import report_of
from markdown_it import MarkdownIt
from rendered_shops import page_named, pdf_named, report_named

from regulars.errors import InputError, RunFailed
from regulars.reporting import optional
from regulars.reporting.document import Figure, Report
from regulars.reporting.html import to_html
from regulars.reporting.json_document import content, to_json
from regulars.reporting.markdown import to_markdown
from regulars.reporting.pdf import to_pdf
from regulars.reporting.rendering import FORMATS, write
from regulars.valuation.valuation import Valuation

NUMBER = re.compile(r"\d(?:[\d,]*\d)?(?:\.\d+)?")
SCALES = {"million": 1e6, "billion": 1e9, "trillion": 1e12}
POWERS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


class Words(HTMLParser):
    """The words of a page that a reader sees, without the marks on the scales of its charts."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.inside: list[str] = []
        self.said: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"head", "script", "style", "svg"}:
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.said.append(data)


def strings(value: Any) -> Iterator[str]:
    """Every text in a JSON document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def tables(value: Any) -> Iterator[dict[str, Any]]:
    """Every table in a JSON document, those of the charts included."""
    if isinstance(value, dict):
        if value.get("kind") == "table":
            yield value
        for item in value.values():
            yield from tables(item)
    elif isinstance(value, list):
        for item in value:
            yield from tables(item)


def key_numbers(report: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for section in report["sections"]:
        for block in section["blocks"]:
            if block["kind"] == "key_numbers":
                yield from block["items"]
            if block["kind"] == "sentences":
                yield from (item["figure"] for item in block["items"])


def stands_for(text: str, number: float) -> bool:
    """Whether a text shows a number, to the digits that it shows; written without the code that wrote the text."""
    shown = text.replace("\N{NO-BREAK SPACE}", " ").replace("−", "-")
    found = re.search(r"-?" + NUMBER.pattern, shown)
    if found is None:
        return False
    digits = found[0].replace(",", "")
    scale = next((factor for word, factor in SCALES.items() if word in shown), 1.0)
    power = re.search(r"× 10([⁻⁰-⁹¹²³]+)", shown)
    scale *= 10.0 ** int(power[1].translate(POWERS)) if power else 1.0
    scale *= 0.01 if "%" in shown else 1.0
    decimals = len(digits.partition(".")[2])
    if re.match(r"< \d", shown):
        return number < float(digits) * scale
    if re.match(r"> \d", shown):
        return number > float(digits) * scale
    return math.isclose(number, float(digits) * scale, abs_tol=0.5000001 * 10.0**-decimals * scale)


def test_each_number_on_the_page_is_in_the_json(each_page: str, each_report: Report) -> None:
    known = set(NUMBER.findall("\n".join(strings(content(each_report)))))
    shown = Words(each_page).said
    assert len(shown) > 50
    assert {number for words in shown for number in NUMBER.findall(words)} - known == set()


def test_each_text_of_a_table_stands_for_its_number(each_report: Report) -> None:
    wrong = [
        (table["title"], column["title"], value, text)
        for table in tables(content(each_report))
        for row in table["rows"]
        for column, value, text in zip(table["columns"], row["values"], row["texts"], strict=True)
        if isinstance(value, int | float) and not isinstance(value, bool) and not stands_for(text, value)
    ]
    assert wrong == []


def test_each_key_number_stands_for_its_number(each_report: Report) -> None:
    items = list(key_numbers(content(each_report)))
    assert items
    assert [item for item in items if item["number"] is not None and not stands_for(item["text"], item["number"])] == []


def test_what_is_missing_is_null_beside_a_dash(each_report: Report) -> None:
    for table in tables(content(each_report)):
        for row in table["rows"]:
            for value, text in zip(row["values"], row["texts"], strict=True):
                assert (text == "–") == (value in (None, "–"))


def test_json_has_no_number_that_json_does_not_know(each_report: Report) -> None:
    json.loads(to_json(each_report), parse_constant=pytest.fail)


def test_json_holds_the_tables_of_the_charts(shop: Valuation) -> None:
    figures = [
        block
        for section in content(report_of(shop))["sections"]
        for block in section["blocks"]
        if block["kind"] == "figure" and block["name"] == "purchases-by-week"
    ]
    assert [row["values"][1] for row in figures[0]["table"]["rows"]] == shop.tracking.actual.tolist()
    assert "specification" not in figures[0]


def test_markdown_shows_every_text_as_text(hostile: str) -> None:
    page = MarkdownIt("commonmark").enable("table").render(to_markdown(report_named("long_ids")))
    assert "<img" not in page
    assert "<script" not in page
    read = "".join(Words(page).said)
    assert read.count(hostile) > len(("file", "column", "customer", "two notes"))
    assert "{{ 7 * 7 }}" in read
    assert "&lt;b&gt;" in read


def test_markdown_says_what_the_report_says(each_report: Report) -> None:
    report = each_report
    page = MarkdownIt("commonmark").enable("table").render(to_markdown(report))
    said = Words(page).said
    read = flat("".join(said))
    for section in report.sections:
        assert flat(section.title) in read
        assert flat(section.caption.text) in read
    known = set(NUMBER.findall("\n".join(strings(content(report)))))
    assert {number for words in said for number in NUMBER.findall(words)} - known == set()
    cells = sum(len(table["columns"]) * (1 + len(table["rows"])) for table in tables(content(report)))
    assert page.count("<td") + page.count("<th") - page.count("<thead") == cells


def flat(text: str) -> str:
    return re.sub(r"\s+", "", text)


def pages_of(document: bytes) -> list[str]:
    with pypdfium2.PdfDocument(document) as pdf:
        texts = []
        for page in pdf:
            reader = page.get_textpage()
            texts.append(reader.get_text_bounded().replace("\ufffe", "-"))
            reader.close()
            page.close()
        return texts


def test_the_pdf_holds_every_section_and_key_number(situation: str, each_report: Report) -> None:
    read = flat("".join(pages_of(pdf_named(situation)))).replace("\u200b", "")
    for section in each_report.sections:
        assert flat(section.title) in read
    for item in key_numbers(content(each_report)):
        assert flat(item["text"]) in read


def test_in_the_pdf_a_text_is_never_source(shop: Valuation) -> None:
    text = '#panic("x") $x$ \\ ] *b* _i_ `c` @ref <label> "quote" // no comment'
    hard = dataclasses.replace(shop, notes=(text,), spend_note=text)
    read = flat("".join(pages_of(to_pdf(report_of(hard))))).replace("\u200b", "")
    assert flat(text) in read


def test_the_pdf_has_its_page_numbers_and_charts() -> None:
    texts = pages_of(pdf_named("normal"))
    for number, text in enumerate(texts, start=1):
        assert f"{number} / {len(texts)}" in text
    sections = report_named("normal").sections
    figures = [block for section in sections for block in section.blocks if isinstance(block, Figure)]
    read = flat("".join(texts))
    assert [figure.title for figure in figures if flat(figure.title) not in read] == []


def test_the_same_report_is_the_same_pdf(shop: Valuation) -> None:
    document = to_pdf(report_of(shop))
    assert document == pdf_named("normal")
    assert b"D:20111209" in document


def test_a_pdf_leaves_the_page_as_it_was() -> None:
    """The same report, drawn for the page after it was drawn for paper."""
    page = page_named("normal")
    pdf_named("normal")
    assert to_html(report_named("normal")) == page


def test_without_typst_the_pdf_says_how_to_get_it(shop: Valuation, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(optional, "import_module", missing)
    with pytest.raises(RunFailed, match=r"typst is not installed; install it with: pip install 'regulars\[pdf\]'"):
        to_pdf(report_of(shop))


@pytest.mark.parametrize("ending", FORMATS.names())
def test_a_report_is_written_by_the_ending_of_its_file(shop: Valuation, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"report{ending.upper()}"
    write(report_of(shop), path)
    beginnings = {".html": b"<!doctype html>", ".pdf": b"%PDF-", ".md": b"# These", ".json": b"{"}
    assert path.read_bytes().lstrip().startswith(beginnings[ending])


def test_an_unknown_ending_is_answered_with_the_known_ones(shop: Valuation, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"unknown format '.docx'.*known: .html, .json, .md, .pdf"):
        write(report_of(shop), tmp_path / "report.docx")
    assert list(tmp_path.iterdir()) == []


FORMATS_BY_NAME: dict[str, Callable[[str], str | bytes]] = {
    "html": page_named,
    "markdown": lambda name: to_markdown(report_named(name)),
    "json": lambda name: to_json(report_named(name)),
    "pdf": pdf_named,
}


@pytest.mark.parametrize("render", FORMATS_BY_NAME.values(), ids=FORMATS_BY_NAME)
def test_every_format_takes_every_situation(render: Callable[[str], str | bytes], situation: str) -> None:
    assert len(render(situation)) > 5_000


def test_a_broken_letter_breaks_no_format(shops: dict[str, Callable[[], Valuation]], tmp_path: Path) -> None:
    for ending in FORMATS.names():
        write(report_named("long_ids"), tmp_path / f"report{ending}")
    assert "\\ud800" in (tmp_path / "report.json").read_text(encoding="utf-8")
    assert shops["long_ids"]().top_customers[7].customer_id == "\ud800"
