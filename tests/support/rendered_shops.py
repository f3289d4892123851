"""The artificial shops with their reports, pages and PDFs: each is made once, whoever asks for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
import vl_convert
from artificial_shops import SHOPS, report_of

from regulars.reporting.document import Report
from regulars.reporting.html import to_html
from regulars.reporting.pdf import to_pdf
from regulars.valuation.valuation import Valuation

_draw = vl_convert.vegalite_to_svg
_drawn: dict[str, str] = {}


@cache
def shop_named(name: str) -> Valuation:
    """Return the valuation of a situation."""
    return SHOPS[name]()


@cache
def report_named(name: str) -> Report:
    """Return the report of a situation."""
    return report_of(shop_named(name))


@cache
def page_named(name: str) -> str:
    """Return the page of a situation."""
    with _each_chart_drawn_once():
        return to_html(report_named(name))


@cache
def pdf_named(name: str) -> bytes:
    """Return the PDF of a situation."""
    with _each_chart_drawn_once():
        return to_pdf(report_named(name))


@contextmanager
def _each_chart_drawn_once() -> Iterator[None]:
    """Situations differ in some of their charts; drawing takes nearly all of the time of a page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vl_convert, "vegalite_to_svg", _drawn_once)
        yield


def _drawn_once(specification: dict[str, Any], **options: Any) -> str:
    key = json.dumps([specification, options])
    if key not in _drawn:
        _drawn[key] = _draw(specification, **options)
    return _drawn[key]
