"""The checks of a page can fail: each finds the fault that was put there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from looks import accessibility_troubles, layout_troubles, text_troubles
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PAGE = '<!doctype html><html lang="en"><title>t</title><body style="margin:20px"><main><h1>Title</h1>{}</main></body>'
DATA = '<rect width="50" height="20" fill="#1a5fb4"/>'
SVG = '<div class="drawing"><svg viewBox="0 0 300 100" width="300" height="100" style="display:block">{}</svg></div>'
FAULTS = {
    "the page scrolls sideways": '<div style="width:3000px;height:1px"></div>',
    "wider than its frame": '<p style="width:60px;overflow:hidden;white-space:nowrap">too long for its frame</p>',
    "two texts overlap": '<p>one sentence</p><p style="margin-top:-2.2em">another sentence</p>',
    "two texts overlap: ": SVG.format(f'{DATA}<text x="60" y="50">Jan 2011</text><text x="90" y="52">Feb 2011</text>'),
    "a label leaves its drawing": SVG.format(f'{DATA}<text x="-40" y="50">a long label</text>'),
    "too small to read": SVG.format(f'{DATA}<text x="60" y="50" font-size="5">tiny</text>'),
    "an empty chart": SVG.format('<path d="M0,0L100,0" stroke="var(--grid, #ddd)"/><text x="60" y="50">0</text>'),
}


@pytest.fixture
def page_of(opened: Callable[[Path], Page], tmp_path: Path) -> Callable[[str], Page]:
    """Return the way to open a piece of markup."""

    def page_of(markup: str) -> Page:
        file = tmp_path / "page.html"
        file.write_text(PAGE.format(markup), encoding="utf-8")
        return opened(file)

    return page_of


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_layout_is_found(page_of: Callable[[str], Page], fault: str) -> None:
    assert any(fault in trouble for trouble in layout_troubles(page_of(FAULTS[fault])))


def test_a_page_in_order_has_no_troubles(page_of: Callable[[str], Page]) -> None:
    labels = '<text x="60" y="50">Jan 2011</text><text x="150" y="50">Feb 2011</text>'
    scrolled = '<div class="scroll" tabindex="0" style="width:90px;overflow-x:auto;white-space:nowrap">{}</div>'
    page = page_of(SVG.format(DATA + labels) + scrolled.format("a long line of numbers 1,234.5 of 0.0001235"))
    assert layout_troubles(page) == []
    assert text_troubles(page) == []


@pytest.mark.parametrize("shown", ["NaN", "None", "0.12345678", "1.5e-07", SVG.format("<text y='20'>inf</text>")])
def test_a_raw_number_is_found(page_of: Callable[[str], Page], shown: str) -> None:
    assert text_troubles(page_of(f"<p>Value: {shown}</p>"))


def test_text_without_contrast_is_found(page_of: Callable[[str], Page]) -> None:
    page = page_of('<p style="color:#bbb;background:#fff">grey on white</p>')
    assert [trouble.partition(":")[0] for trouble in accessibility_troubles(page)] == ["color-contrast"]


def test_a_page_that_loads_something_is_found(page_of: Callable[[str], Page], misdeeds: list[str]) -> None:
    page_of('<img src="elsewhere.png" alt="a picture" onerror="alert(1)">')
    assert any(misdeed.startswith("loads ") for misdeed in misdeeds)
    assert "dialog: 1" in misdeeds
