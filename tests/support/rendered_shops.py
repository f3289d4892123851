"""The artificial shops with their reports, pages and PDFs: each is made once, whoever asks for it."""

from __future__ import annotations

from functools import cache

from artificial_shops import SHOPS, report_of

from regulars.reporting.document import Report
from regulars.reporting.html import to_html
from regulars.reporting.pdf import to_pdf
from regulars.valuation.valuation import Valuation


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
    return to_html(report_named(name))


@cache
def pdf_named(name: str) -> bytes:
    """Return the PDF of a situation."""
    return to_pdf(report_named(name))
