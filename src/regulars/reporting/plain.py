"""A table as plain text, for a terminal or a Python prompt: columns of equal width, numbers to the right."""

from __future__ import annotations

from regulars.reporting.document import Table


def to_plain(table: Table) -> str:
    """Return the title, the columns and the rows of a table as lines of text."""
    rows = [[column.title for column in table.columns], *(texts for _, texts in table.texts())]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(
            text.rjust(width) if column.numeric else text.ljust(width)
            for text, width, column in zip(row, widths, table.columns, strict=True)
        ).rstrip()
        for row in rows
    )
    return "\n".join((table.title, *lines))
