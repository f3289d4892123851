"""The report as a browser prints it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from playwright.sync_api import Page
from rendered_shops import page_named, report_named

pytestmark = pytest.mark.browser

MILLIMETRE = 72 / 25.4
MARGIN = 15 * MILLIMETRE


@pytest.fixture(params=["light", "dark"])
def printed(request: pytest.FixtureRequest, opened: Callable[[Path], Page], tmp_path: Path) -> pypdfium2.PdfDocument:
    """The report of the shop in good order on A4, asked for by readers of a light and of a dark screen."""
    file = tmp_path / "report.html"
    file.write_text(page_named("normal"), encoding="utf-8")
    page = opened(file)
    page.emulate_media(color_scheme=request.param)
    return pypdfium2.PdfDocument(page.pdf(format="A4", print_background=True))


def words_of(printed: pypdfium2.PdfDocument) -> str:
    return " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in printed)


def test_paper_has_every_section_and_nothing_to_click(printed: pypdfium2.PdfDocument) -> None:
    words = words_of(printed)
    for section in report_named("normal").sections:
        assert section.title in words
    assert "The numbers of this chart" not in words
    assert "Find one of" not in words
    assert f"1 / {len(printed)}" in words


def test_no_page_is_cut_or_empty(printed: pypdfium2.PdfDocument) -> None:
    for number, page in enumerate(printed, start=1):
        grey = page.render(scale=1.0, grayscale=True).to_numpy()
        inked = grey < 250
        assert grey[0, 0] > 250, f"page {number} is printed on a dark ground"
        edge = int(MARGIN) - 2
        assert not inked[:, :edge].any(), f"page {number} is cut at the left"
        assert not inked[:, -edge:].any(), f"page {number} is cut at the right"
        rows = np.flatnonzero(inked[:-edge].any(axis=1))
        assert rows.size > 0.1 * len(grey), f"page {number} is nearly empty"
