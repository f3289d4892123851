"""A report as one HTML file that opens offline: no script, no font, no address.

Every text of the user's data passes through the escaping of the template; the only
markup put in as it is are the drawings, which hold no text of the data.
"""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from regulars.reporting.charts.svg import svg
from regulars.reporting.document import Figure, Report
from regulars.reporting.theme import PAGE

_SYMBOLS = {"good": "✓", "note": "◆", "warning": "▲"}
_STANDINGS = {"good": "Good", "note": "Note", "warning": "Warning"}


def to_html(report: Report) -> str:
    """Return a report as a page; what UTF-8 cannot carry is shown as a question mark."""
    page = (
        _environment()
        .get_template("report.html.jinja")
        .render(report=report, symbols=_SYMBOLS, standings=_STANDINGS, drawing=_drawing)
    )
    return page.encode("utf-8", "replace").decode("utf-8")


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("regulars.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _drawing(figure: Figure) -> Markup:
    return Markup(svg(figure, PAGE))  # noqa: S704 (drawn from our own words and numbers only)
