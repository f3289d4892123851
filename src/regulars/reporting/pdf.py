"""A report as a PDF for print and for boards: A4, page numbers, headings repeated over broken tables.

The page is laid out by Typst from one template. Everything the report says reaches it as data and
never as source, so a text of the user's data is only ever text. The same report is the same bytes:
the only date in the file is the as-of date.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

from regulars.errors import RunFailed
from regulars.reporting.charts.export import FONTS, paper_svg
from regulars.reporting.document import Figure, Report
from regulars.reporting.json_document import content
from regulars.reporting.optional import library

_TEMPLATE = Path(__file__).with_name("templates") / "report.typ"
# A word longer than this may be broken where the line ends, as an id of 300 letters must be.
_LONGEST_WORD = 24
_LONG_WORD = re.compile(rf"(\S{{{_LONGEST_WORD}}})(?=\S)")
_ZERO_WIDTH_SPACE = "\u200b"


def to_pdf(report: Report) -> bytes:
    """Return a report as a PDF; raises `RunFailed` where the extra `pdf` is not installed."""
    typst = library("typst", extra="pdf")
    try:
        document: bytes = typst.compile(
            str(_TEMPLATE),
            root=str(_TEMPLATE.parent),
            font_paths=[str(FONTS)],
            sys_inputs={"report": json.dumps(_data(report), ensure_ascii=True)},
            timestamp=dt.datetime.combine(report.as_of, dt.time(), dt.UTC),
        )
    except typst.TypstError as error:
        raise RunFailed(f"the report could not be laid out as a PDF: {error}") from error
    return document


def _data(report: Report) -> dict[str, Any]:
    """Return what the template shows: the report with its charts drawn, and no text that a page cannot hold."""
    data: dict[str, Any] = _printable(content(report))
    for section, shown in zip(report.sections, data["sections"], strict=True):
        for block, drawn in zip(section.blocks, shown["blocks"], strict=True):
            if isinstance(block, Figure):
                drawn["drawing"] = paper_svg(block)
    return data


def _printable(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _printable(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_printable(item) for item in value]
    if isinstance(value, str):
        whole = value.encode("utf-8", "replace").decode("utf-8")
        return _LONG_WORD.sub(rf"\1{_ZERO_WIDTH_SPACE}", whole)
    return value
