"""A report as a value: sections of paragraphs, figures, tables and findings, before anything is drawn.

Every renderer reads these values. A table keeps its numbers as numbers beside the way
to write them, so that a renderer for machines and one for people show the same thing.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from regulars.models.certificate import Finding, Standing
from regulars.reporting.formats import MISSING
from regulars.reporting.theme import Theme

Cell = str | int | float | Decimal | dt.date | None


@dataclass(frozen=True)
class Caption:
    """What a number means nothing without: basis, horizon, as-of date and how many stand behind it."""

    basis: str
    horizon: str
    as_of: str
    n: str
    interval: str = ""

    @property
    def text(self) -> str:
        """The caption as one line."""
        number = f"n = {self.n}".replace(" ", "\N{NO-BREAK SPACE}")
        parts = (f"Basis: {self.basis}", f"horizon: {self.horizon}", f"as of {self.as_of}", number, self.interval)
        return " · ".join(part for part in parts if part)


@dataclass(frozen=True)
class Paragraph:
    """Some sentences; a standing makes them stand out, in words and with a symbol."""

    text: str
    standing: Standing | None = None
    kind: ClassVar[str] = "paragraph"


@dataclass(frozen=True)
class KeyNumber:
    """One number that is read on its own: its name, the number as text, and what qualifies it."""

    name: str
    text: str
    detail: str
    number: float | None


@dataclass(frozen=True)
class KeyNumbers:
    """A few numbers side by side."""

    items: tuple[KeyNumber, ...]
    kind: ClassVar[str] = "key_numbers"


@dataclass(frozen=True)
class Sentence:
    """The answer to one question in plain words, the number it rests on, and the section that shows more."""

    question: str
    text: str
    figure: KeyNumber
    section: str


@dataclass(frozen=True)
class Sentences:
    """A few questions with their answers, to be read in order."""

    items: tuple[Sentence, ...]
    kind: ClassVar[str] = "sentences"


@dataclass(frozen=True)
class Column:
    """One column of a table: its heading, how a cell is written, and whether it holds numbers."""

    title: str
    show: Callable[[Any], str] = str
    numeric: bool = True

    def text(self, cell: Cell) -> str:
        """Write a cell; what is missing is a dash."""
        missing = cell is None or (isinstance(cell, float) and not math.isfinite(cell))
        return MISSING if missing else self.show(cell)


@dataclass(frozen=True)
class Row:
    """One row of a table; a sum stands under what it adds up."""

    cells: tuple[Cell, ...]
    sums: bool = False


@dataclass(frozen=True)
class Search:
    """A search in the first column of a table: further rows, what rows that match are called, what is said of none.

    Only a page in a browser can offer it; every other renderer shows the rows of the table and no more.
    """

    label: str
    rows: tuple[Row, ...]
    found: str
    nothing: str


@dataclass(frozen=True)
class Table:
    """A table; the first column names the row. A `wide` one is shown as cards on a narrow screen."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""
    wide: bool = False
    search: Search | None = None
    kind: ClassVar[str] = "table"

    def texts(self) -> list[tuple[Row, list[str]]]:
        """Return each row with its cells as text."""
        return list(zip(self.rows, self._written(self.rows), strict=True))

    def found_texts(self) -> list[list[str]]:
        """Return the cells, as text, of the further rows that only a search finds."""
        return self._written(self.search.rows) if self.search else []

    def _written(self, rows: tuple[Row, ...]) -> list[list[str]]:
        return [[column.text(cell) for column, cell in zip(self.columns, row.cells, strict=True)] for row in rows]


@dataclass(frozen=True)
class Figure:
    """A chart that is not drawn yet, what it shows in words, and its numbers as a table.

    `specification` returns the chart as Vega-Lite, in the colours of a theme. A `wide` one has the
    whole width of the page; the others stand two beside each other.
    """

    name: str
    title: str
    finding: str
    table: Table
    specification: Callable[[Theme], dict[str, Any]]
    wide: bool = False
    kind: ClassVar[str] = "figure"


@dataclass(frozen=True)
class Findings:
    """What was checked about one fit, the gravest first."""

    title: str
    standing: Standing
    findings: tuple[Finding, ...]
    kind: ClassVar[str] = "findings"


Block = Paragraph | KeyNumbers | Table | Figure | Findings | Sentences


@dataclass(frozen=True)
class Section:
    """One question and its answer; `name` is its address within the document."""

    name: str
    title: str
    caption: Caption
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Alert:
    """Something the reader must know before the first number, and the section that explains it."""

    standing: Standing
    text: str
    section: str


@dataclass(frozen=True)
class Report:
    """A whole report: one sentence, how far to believe it, and the sections."""

    as_of: dt.date
    title: str
    headline: str
    label: str
    alerts: tuple[Alert, ...]
    sections: tuple[Section, ...]
    made_with: str
