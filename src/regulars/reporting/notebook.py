"""A report as it shows itself in a notebook: the headline, the key numbers, and two charts.

Only elements with their own styles: no class, no id and no style sheet that could change the page around it.
"""

from __future__ import annotations

import html
from collections.abc import Iterator

from regulars.reporting.charts.drawing import Drawing
from regulars.reporting.document import Caption, Figure, KeyNumber, KeyNumbers, Report, Section

# Who carries the value, and does the model follow the customers?
SHOWN = ("value-over-customers", "purchases-so-far")
_MUTED = "color:#55606e;font-size:.875em"


def to_notebook(report: Report) -> str:
    """Return the short form of a report as one HTML element."""
    parts = [
        f"<div style='font-size:1.25em;font-weight:600'>{html.escape(report.headline)}</div>",
        f"<div style='{_MUTED}'>{html.escape(report.label.capitalize())}.</div>",
        *(
            f"<div>{html.escape(alert.standing.capitalize())}: {html.escape(alert.text)}</div>"
            for alert in report.alerts
        ),
        *_key_numbers(report),
        f"<div style='display:flex;flex-wrap:wrap;gap:1em'>{''.join(_drawings(report))}</div>",
    ]
    style = "background:#fff;color:#1c2430;line-height:1.5;max-width:60em;padding:1em"
    return f"<div style='{style}'>{''.join(parts)}</div>".encode("utf-8", "replace").decode("utf-8")


def _key_numbers(report: Report) -> Iterator[str]:
    """Yield the totals with their caption: the first numbers of the section on the value of the base."""
    for section in report.sections:
        for block in section.blocks:
            if section.name == "value" and isinstance(block, KeyNumbers):
                cells = "".join(_key_number(item) for item in block.items)
                yield f"<div style='display:flex;flex-wrap:wrap;gap:.75em 2em;margin:.75em 0'>{cells}</div>"
                yield _caption(section.caption)
                return


def _key_number(item: KeyNumber) -> str:
    return (
        f"<div><div style='{_MUTED}'>{html.escape(item.name)}</div>"
        f"<div style='font-size:1.25em;font-weight:600'>{html.escape(item.text)}</div>"
        f"<div style='{_MUTED};max-width:18em'>{html.escape(item.detail)}</div></div>"
    )


def _caption(caption: Caption) -> str:
    return f"<div style='{_MUTED}'>{html.escape(caption.text)}</div>"


def _drawings(report: Report) -> Iterator[str]:
    for name in SHOWN:
        found = next(_figures_named(report, name), None)
        if found is not None:
            section, figure = found
            drawn = Drawing(figure, section.caption).to_html()
            yield f"<div style='flex:1 1 20em;max-width:28em'>{drawn}</div>"


def _figures_named(report: Report, name: str) -> Iterator[tuple[Section, Figure]]:
    for section in report.sections:
        for block in section.blocks:
            if isinstance(block, Figure) and block.name == name:
                yield section, block
