"""The formats of a report, by the ending of a file: one value, written in whichever is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from regulars.registry import Registry
from regulars.reporting.document import Report


@dataclass(frozen=True)
class Format:
    """A format: the ending of its files, and how a report becomes the bytes of one."""

    name: str
    render: Callable[[Report], bytes]


def write(report: Report, path: Path) -> None:
    """Write a report in the format of the file's ending; raises `UnknownName` (an `InputError`) with the known ones."""
    rendered = FORMATS.get(path.suffix.lower()).render(report)
    path.write_bytes(rendered)


def _html(report: Report) -> bytes:
    from regulars.reporting.html import to_html  # noqa: PLC0415 - the drawing library takes half a second to load

    return to_html(report).encode("utf-8")


def _pdf(report: Report) -> bytes:
    from regulars.reporting.pdf import to_pdf  # noqa: PLC0415 - as above

    return to_pdf(report)


def _markdown(report: Report) -> bytes:
    from regulars.reporting.markdown import to_markdown  # noqa: PLC0415 - only where it is asked for

    return to_markdown(report).encode("utf-8", "replace")


def _json(report: Report) -> bytes:
    from regulars.reporting.json_document import to_json  # noqa: PLC0415 - only where it is asked for

    # What no text can hold (half of a broken letter) stays an escape, as in run.json.
    return to_json(report).encode("utf-8", "backslashreplace")


FORMATS: Registry[Format] = Registry(
    "formats", (Format(".html", _html), Format(".pdf", _pdf), Format(".md", _markdown), Format(".json", _json))
)
