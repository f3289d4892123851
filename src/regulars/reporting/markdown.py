"""A report as Markdown: headings, sentences and tables, for wherever no page can be opened.

A chart is its finding and its numbers as a table. Whatever would be markup is escaped, so a
text of the data is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from regulars.models.certificate import Standing
from regulars.reporting.document import (
    Block,
    Column,
    Figure,
    Findings,
    KeyNumber,
    KeyNumbers,
    Paragraph,
    Report,
    Section,
    Sentence,
    Sentences,
    Table,
)

_SYMBOLS = {"good": "✓ Good", "note": "◆ Note", "warning": "▲ Warning"}
_BREAKS = re.compile("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_MARKUP = re.compile(r"([\\`*_\[\]<|~&$])")
_BEGINS_A_BLOCK = re.compile(r"^(?:([-+=>#])|(\d+)(?=[.)](?: |$)))")


def to_markdown(report: Report) -> str:
    """Return a report as Markdown with pipe tables."""
    parts = [f"# {escaped(report.headline)}", f"{escaped(report.title)}. **{escaped(report.label.capitalize())}.**"]
    if report.alerts:
        parts.append("\n".join(f"* {_standing(alert.standing)} {escaped(alert.text)}" for alert in report.alerts))
    for section in report.sections:
        parts.extend(_section(section))
    parts.append(f"Made with {escaped(report.made_with)}.")
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    r"""Return a text, on one line, that Markdown shows as it is.

    >>> print(escaped("<b>1</b> * 2"), escaped("1. first"), escaped("- second"))
    \<b>1\</b> \* 2 1\. first \- second
    """
    line = _MARKUP.sub(r"\\\1", _BREAKS.sub(" ", text).strip(" "))
    return _BEGINS_A_BLOCK.sub(lambda start: f"\\{start[1]}" if start[1] else f"{start[2]}\\", line)


def _section(section: Section) -> Iterator[str]:
    yield f"## {escaped(section.title)}"
    yield f"{escaped(section.caption.text)}"
    for block in section.blocks:
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph():
            yield f"> {_standing(block.standing)} {escaped(block.text)}" if block.standing else escaped(block.text)
        case KeyNumbers():
            yield "\n".join(_key_number(item) for item in block.items)
        case Sentences():
            yield "\n".join(_sentence(item) for item in block.items)
        case Table():
            yield from _titled(block)
        case Figure():
            yield f"### {escaped(block.title)}"
            yield escaped(block.finding)
            yield _table(block.table)
        case Findings():
            yield f"### {escaped(block.title)}: {_SYMBOLS[block.standing]}"
            yield "\n".join(
                f"* {_standing(finding.standing)} *{escaped(finding.check)}*: {escaped(finding.sentence)}"
                for finding in block.findings
            )


def _standing(standing: Standing) -> str:
    return f"**{_SYMBOLS[standing]}**"


def _key_number(item: KeyNumber) -> str:
    return f"* {escaped(item.name)}: **{escaped(item.text)}** ({escaped(item.detail)})"


def _sentence(item: Sentence) -> str:
    figure = f"{escaped(item.figure.name)}: {escaped(item.figure.text)}, {escaped(item.figure.detail)}"
    return f"* *{escaped(item.question)}* {escaped(item.text)} ({figure})"


def _titled(table: Table) -> Iterator[str]:
    yield f"**{escaped(table.title)}**"
    yield _table(table)
    if table.note:
        yield escaped(table.note)


def _table(table: Table) -> str:
    lines = [_line([escaped(column.title) for column in table.columns]), _line([_rule(one) for one in table.columns])]
    for row, texts in table.texts():
        shown = [escaped(text) for text in texts]
        lines.append(_line([f"**{text}**" if row.sums and text else text for text in shown]))
    return "\n".join(lines)


def _rule(column: Column) -> str:
    return "---:" if column.numeric else "---"


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
