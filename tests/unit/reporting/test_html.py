"""The report as a page: well-formed, self-contained, safe and readable without its colours."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from artificial_shops import render_html
from rendered_shops import page_named

from regulars.reporting.document import Figure, Report
from regulars.valuation.valuation import Valuation

VOID = {"meta", "br", "img", "link", "input", "hr", "source", "wbr"}
FEWEST_BYTES, MOST_BYTES = 10_000, 600_000


class Page(HTMLParser):
    """Reads a page and complains about an element that is not closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def test_the_page_is_well_formed(each_page: str, each_report: Report) -> None:
    page = Page(each_page)
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    assert {attributes["href"] for attributes in page.all("a")} <= {f"#{name}" for name in ids}
    assert each_report.label.replace("\N{NO-BREAK SPACE}", " ") in page.text


def test_every_section_and_caption_is_on_the_page(each_page: str, each_report: Report) -> None:
    text = Page(each_page).text
    for section in each_report.sections:
        assert re.sub(r"\s+", " ", section.caption.text) in text
        assert section.title in text


def test_the_page_needs_nothing_else(each_page: str) -> None:
    page = Page(each_page)
    loading = {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
    assert not loading & {tag for tag, _ in page.elements}
    names = {name for _, attributes in page.elements for name in attributes}
    assert not [name for name in names if name == "src" or name.startswith("on")]
    for address in ("http://", "https://", "url(", "@import", "data:image"):
        assert address not in each_page
    policy = [attributes["content"] for attributes in page.all("meta") if "http-equiv" in attributes]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'"]


def test_hostile_text_is_shown_as_text(hostile: str) -> None:
    html = page_named("long_ids")
    assert hostile not in html
    assert "<img" not in html
    assert escape(hostile) in html
    text = Page(html).text
    assert text.count(hostile) > len(("file", "column", "customer", "two notes", "currency"))
    assert "{{ 7 * 7 }}" in text
    assert "&lt;b&gt;" in text


def test_nothing_is_shown_as_none_nan_or_inf(each_page: str) -> None:
    shown = Page(each_page).text
    assert not re.search(r"\b(NaN|nan|None|null|undefined|inf|Infinity)\b", shown)
    assert not re.search(r"\d\.\d{5,}", shown), "a raw float"
    assert "NaN" not in each_page, "a place in a drawing"


def test_every_chart_has_a_text_alternative_and_its_numbers(each_page: str, each_report: Report) -> None:
    page = Page(each_page)
    blocks = [block for section in each_report.sections for block in section.blocks]
    figures = [block for block in blocks if isinstance(block, Figure)]
    drawings = [attributes for _, attributes in page.elements if attributes.get("role") == "img"]
    assert [attributes["aria-label"] for attributes in drawings] == [figure.finding for figure in figures]
    assert len(page.all("svg")) == len(page.all("details")) == len(figures)


def test_every_standing_is_said_in_words() -> None:
    html = page_named("normal")
    for symbol, word in (("✓", "Good"), ("◆", "Note"), ("▲", "Warning")):
        assert f'<span aria-hidden="true">{symbol}</span> {word}</span>' in html


def test_the_size_of_the_page() -> None:
    assert FEWEST_BYTES < len(page_named("normal").encode()) < MOST_BYTES


def test_a_thousand_customers_with_endless_names_stay_a_light_page(shop: Valuation) -> None:
    row = shop.top_customers[0]
    named = (f"{number:04} {'<顧 客>' * 2000}" for number in range(1000))
    top = tuple(dataclasses.replace(row, customer_id=name) for name in named)
    html = render_html(dataclasses.replace(shop, top_customers=top))
    assert "0999 " in html
    assert len(html.encode()) < 3_000_000


def test_the_same_valuation_is_the_same_page(shop: Valuation) -> None:
    assert render_html(shop) == page_named("normal")


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255.0 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_contrast_is_enough_to_read(root: Path, scheme: int) -> None:
    css = (root / "src/regulars/reporting/templates/report.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", re.findall(r":root \{([^}]*)\}", css)[scheme]))
    for ground in ("page", "surface"):
        for text in ("ink", "muted", "actual", "expected", "good", "note", "warning"):
            assert contrast(colours[text], colours[ground]) >= 4.5, f"{text} on {ground}"


def test_a_report_loads_no_dataframes_and_no_chart_builder() -> None:
    code = "import regulars.reporting.html, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "vl_convert" in loaded
    assert not {"pandas", "polars", "pyarrow", "narwhals", "duckdb", "altair"} & set(loaded)
