"""What kind of text file this is: its delimiter, whether it has a header, its columns. Read from its first lines.

The engine could find out by itself, but reads more of the file for it and takes types from a
sample; told everything, it reads every file of a kind in the same way.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from gzip import GzipFile
from pathlib import Path

from regulars.errors import InputError
from regulars.sources.dates import looks_like_a_date
from regulars.sources.encodings import NOT_WHOLE, opened

HEAD_BYTES = 64 * 1024
SAMPLE_ROWS = 50
DELIMITERS = (",", "\t", ";", "|")

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class TextFile:
    """A text file of rows. `delimiter` is None where columns are parted by runs of spaces.

    `header_line` is 0 where the first row is data; `head` holds the first rows after the header.
    """

    name: str
    path: Path
    gzipped: bool
    delimiter: str | None
    header_line: int
    columns: tuple[str, ...]
    head: Rows

    def sample(self, position: int) -> tuple[str, ...]:
        """Return the first texts of one column (position from 0) that are not empty."""
        return tuple(row[position] for row in self.head if len(row) > position and row[position].strip())


def text_file(name: str, path: Path, mapping: Mapping[str, str]) -> TextFile | None:
    """Return what the file at `path` is; None if it is empty. A mapped date that reads as one says there is no header.

    Raises `InputError` for a file whose columns cannot be told apart.
    """
    raw, gzipped = head_of(path)
    lines = re.split(r"\r\n|\r|\n", raw.decode("utf-8-sig", errors="replace"))
    if len(raw) >= HEAD_BYTES and len(lines) > 1:
        lines.pop()  # cut in the middle
    blank = next((number for number, line in enumerate(lines) if line.strip()), None)
    if blank is None:
        return None
    delimiter = _delimiter(lines[blank:], name)
    rows = split(lines[blank:], delimiter)
    header = _has_header(rows[0], mapping)
    columns = _column_names(rows[0]) if header else tuple(f"column {place + 1}" for place in range(len(rows[0])))
    head = rows[1 : SAMPLE_ROWS + 1] if header else rows[:SAMPLE_ROWS]
    return TextFile(name, path, gzipped, delimiter, blank + 1 if header else 0, columns, head)


def split(lines: list[str], delimiter: str | None) -> Rows:
    """Return the fields of the rows that stand in `lines`, without blank ones.

    >>> split(["a;b", "", "1;'2'"], ";"), split([" 1  2 "], None)
    ((('a', 'b'), ('1', "'2'")), (('1', '2'),))
    """
    if delimiter is None:
        return tuple(tuple(line.split()) for line in lines if line.strip())
    read = csv.reader(io.StringIO("\n".join(lines), newline=""), delimiter=delimiter)
    return tuple(tuple(row) for row in read if row)


def head_of(path: Path) -> tuple[bytes, bool]:
    """Return the first bytes of a file, unpacked, and whether it was packed."""
    with opened(path) as file:
        packed = isinstance(file, GzipFile)
        try:
            return file.read(HEAD_BYTES), packed
        except NOT_WHOLE as error:
            raise InputError(f"{path.name} is not a whole gzip file: {error}; pack it again") from error


def _delimiter(lines: list[str], name: str) -> str | None:
    """Return the delimiter that parts the first row and most agrees with the rows after it; None for runs of spaces."""
    parting = [delimiter for delimiter in DELIMITERS if len(split(lines[:1], delimiter)[0]) > 1]
    if parting:
        return max(parting, key=lambda delimiter: _agreement(split(lines, delimiter)))
    if len(lines[0].split()) > 1:
        return None
    raise InputError(
        f"{name} has only one column: {lines[0][:60]!r}; "
        "columns are parted by commas, tabs, semicolons, vertical bars or spaces"
    )


def _agreement(rows: Rows) -> tuple[int, int]:
    """Return how many rows have as many columns as the first, and how many columns that are."""
    width = len(rows[0])
    return sum(len(row) == width for row in rows), width


def _has_header(first: tuple[str, ...], mapping: Mapping[str, str]) -> bool:
    place = mapping.get("ordered_at", "")
    if place in first or not re.fullmatch(r"[1-9]\d*", place) or int(place) > len(first):
        return True
    return not looks_like_a_date(first[int(place) - 1])


def _column_names(header: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.strip() or f"column {place + 1}" for place, name in enumerate(header))
