"""Charts in the hand of a user: every registered one is a method, a picture, a file, and an Altair chart."""

from __future__ import annotations

import dataclasses
import json
import re
import struct
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import altair as alt
import pytest
from artificial_fit import on_a_clock
from artificial_shops import report_of, study_of

from regulars.errors import InputError, NotApplicable, RunFailed
from regulars.reporting import optional
from regulars.reporting.charts import CHARTS
from regulars.reporting.charts.chart import Chart
from regulars.reporting.charts.drawing import PICTURES, Drawing
from regulars.reporting.charts.export import paper_svg
from regulars.reporting.charts.gallery import Gallery
from regulars.reporting.document import Figure, Report
from regulars.reporting.notebook import SHOWN, to_notebook
from regulars.reporting.theme import PRINT
from regulars.valuation.valuation import Valuation

each_chart = pytest.mark.parametrize("chart", list(CHARTS), ids=lambda chart: chart.name)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def priced(shop: Valuation) -> Valuation:
    """The shop in good order, with a margin, a cost of customers, learners and a season: it has every chart."""
    settings = dataclasses.replace(shop.settings, margin=0.4, basis="margin", cac=30.0, learners=True)
    return dataclasses.replace(shop, settings=settings, fit=on_a_clock())


def drawn(chart: Chart, shop: Valuation) -> Drawing:
    drawing: Drawing = getattr(Gallery(study_of(shop)), chart.method)()
    return drawing


@each_chart
def test_each_chart_is_drawn_or_says_why_not(chart: Chart, each_shop: Valuation) -> None:
    try:
        drawing = drawn(chart, each_shop)
    except NotApplicable as error:
        reason = str(error)
        assert len(reason.split()) > 3
    else:
        assert drawing.figure.finding
        json.dumps(drawing.figure.specification(PRINT), allow_nan=False)


@each_chart
def test_each_chart_can_be_drawn_for_a_shop_with_all_its_data(chart: Chart, priced: Valuation) -> None:
    drawing = drawn(chart, priced)
    assert drawing.figure.name == chart.name
    assert drawing.table
    assert drawing.figure.finding in repr(drawing)


@each_chart
def test_a_picture_has_colours_of_its_own(chart: Chart, priced: Valuation) -> None:
    drawing = paper_svg(drawn(chart, priced).figure)
    assert "var(" not in drawing
    assert "<image" not in drawing
    assert "NaN" not in drawing


def test_the_caption_is_that_of_the_section_that_shows_the_chart(shop: Valuation) -> None:
    shown = [
        (block.name, section.caption)
        for section in report_of(shop).sections
        for block in section.blocks
        if isinstance(block, Figure)
    ]
    assert {name for name, _ in shown} >= {"purchases-by-week", "purchases-so-far"}
    for name, caption in shown:
        assert drawn(CHARTS.get(name), shop).caption == caption


@each_chart
def test_every_caption_says_basis_horizon_day_and_number(chart: Chart, priced: Valuation) -> None:
    words = drawn(chart, priced).caption.text.replace("\N{NO-BREAK SPACE}", " ")
    assert re.search(r"Basis: .+ · horizon: .+ · as of .*2011 · n =", words)


def test_the_gallery_lists_its_charts_with_their_questions(shop: Valuation) -> None:
    gallery = Gallery(study_of(shop))
    assert dir(gallery) == sorted(chart.method for chart in CHARTS)
    listed = repr(gallery).splitlines()
    assert [line.split("()")[0] for line in listed] == [chart.method for chart in CHARTS]
    assert all(line.endswith("?") for line in listed)
    assert gallery.purchases_by_week.__doc__ == CHARTS.get("purchases-by-week").question


def test_an_unknown_chart_is_no_attribute(shop: Valuation) -> None:
    gallery = Gallery(study_of(shop))
    with pytest.raises(AttributeError, match="did you mean 'purchases-by-week'"):
        _ = gallery.purchases_by_weak
    assert not hasattr(gallery, "_repr_html_")
    assert not hasattr(gallery, "__wrapped__")


# Files


def test_an_svg_stands_alone_with_its_words(shop: Valuation, tmp_path: Path) -> None:
    drawing = drawn(CHARTS.get("value-over-customers"), shop)
    root = ET.parse(drawing.save(tmp_path / "chart.svg")).getroot()  # noqa: S314 - our own file
    assert root.tag == f"{SVG}svg"
    title = root.find(f"{SVG}title")
    assert title is not None
    assert title.text == drawing.figure.finding
    assert "Roboto" in (tmp_path / "chart.svg").read_text(encoding="utf-8")


def test_a_png_has_the_size_that_was_asked_for(shop: Valuation, tmp_path: Path) -> None:
    drawing = drawn(CHARTS.get("purchases-by-week"), shop)
    sizes = []
    for scale in (1.0, 3.0):
        content = drawing.save(tmp_path / "chart.PNG", scale=scale).read_bytes()
        assert content.startswith(b"\x89PNG")
        sizes.append(struct.unpack(">LL", content[16:24]))
    assert sizes[1] == pytest.approx([3 * side for side in sizes[0]], abs=3)


@each_chart
def test_vega_lite_holds_the_data_and_is_valid(chart: Chart, priced: Valuation, tmp_path: Path) -> None:
    path = drawn(chart, priced).save(str(tmp_path / "chart.json"))
    specification = json.loads(path.read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert specification["config"]["background"] == "#ffffff"
    assert "http" not in json.dumps({name: part for name, part in specification.items() if name != "$schema"})
    alt.Chart.from_dict(specification, validate=True)


def test_another_ending_is_answered_with_the_known_ones(shop: Valuation, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"unknown picture '.gif'.*known: .json, .png, .svg"):
        drawn(CHARTS.get("purchases-by-week"), shop).save(tmp_path / "chart.gif")
    assert PICTURES.names() == [".svg", ".png", ".json"]


def test_altair_goes_on_with_a_chart(shop: Valuation) -> None:
    chart = drawn(CHARTS.get("purchases-by-week"), shop).to_altair()
    assert isinstance(chart, alt.Chart)
    assert chart.properties(width=900).to_dict()["width"] == 900


def test_without_altair_it_says_how_to_get_it(shop: Valuation, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ModuleNotFoundError(name)

    drawing = drawn(CHARTS.get("purchases-by-week"), shop)
    monkeypatch.setattr(optional, "import_module", missing)
    with pytest.raises(RunFailed, match=r"pip install 'regulars\[altair\]'"):
        drawing.to_altair()


def test_the_table_of_a_chart_is_not_rounded(shop: Valuation) -> None:
    table = drawn(CHARTS.get("purchases-by-week"), shop).table
    assert [row["Expected"] for row in table] == shop.tracking.expected.tolist()


# Notebook


class Elements(HTMLParser):
    """The elements of a fragment, which must be closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.found: list[tuple[str, set[str]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.found.append((tag, {name for name, _ in attrs}))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name for name, _ in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_a_notebook_shows_the_headline_the_key_numbers_and_two_charts(shop: Valuation) -> None:
    report = report_of(shop)
    shown = Elements(to_notebook(report))
    words = " ".join(shown.words)
    assert report.headline in words
    assert "Tested on 2 earlier windows of 120 days" in words.replace("\N{NO-BREAK SPACE}", " ")
    assert "GBP\N{NO-BREAK SPACE}5.92\N{NO-BREAK SPACE}million" in words
    assert [tag for tag, _ in shown.found].count("svg") == len(SHOWN)
    assert words.count("Basis: ") == len(SHOWN) + 1


def test_a_notebook_keeps_its_own_looks(each_report: Report, hostile: str) -> None:
    fragment = to_notebook(each_report)
    shown = Elements(fragment)
    assert not {"style", "script", "link", "img", "iframe"} & {tag for tag, _ in shown.found}
    for tag, names in shown.found:
        assert not [name for name in names if name == "id" or name.startswith("on")], tag
    assert not [tag for tag, names in shown.found if "class" in names and tag in {"div", "figure", "figcaption"}]
    assert hostile not in fragment
