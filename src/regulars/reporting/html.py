"""A report as one HTML file that opens offline: no font, no address, and one script where a table can be searched.

Every text of the user's data passes through the escaping of the template; the only markup put in as it is
are the drawings, which hold no text of the data, and our own script. The page's policy forbids every
other script: it names this one by its hash.
"""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from regulars.reporting.charts.svg import svg
from regulars.reporting.document import Figure, Report, Table
from regulars.reporting.theme import PAGE

_SYMBOLS = {"good": "✓", "note": "◆", "warning": "▲"}
_STANDINGS = {"good": "Good", "note": "Note", "warning": "Warning"}


def to_html(report: Report) -> str:
    """Return a report as a page; what UTF-8 cannot carry is shown as a question mark."""
    script = _script() if _searchable(report) else ""
    page = (
        _environment()
        .get_template("report.html.jinja")
        .render(
            report=report,
            symbols=_SYMBOLS,
            standings=_STANDINGS,
            drawing=_drawing,
            script=Markup(script),  # noqa: S704 (our own file, the same for every report)
            script_hash=Markup(_hash(script)),  # noqa: S704 (letters and digits)
        )
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


def _searchable(report: Report) -> bool:
    blocks = (block for section in report.sections for block in section.blocks)
    return any(isinstance(block, Table) and block.search is not None for block in blocks)


def _script() -> str:
    return files("regulars.reporting").joinpath("templates/search.js").read_text(encoding="utf-8")


def _hash(script: str) -> str:
    """Return what a Content-Security-Policy calls an inline script (CSP level 3, section 2.3.1)."""
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode('utf-8')).digest()).decode('ascii')}"


def _drawing(figure: Figure) -> Markup:
    return Markup(svg(figure, PAGE))  # noqa: S704 (drawn from our own words and numbers only)
