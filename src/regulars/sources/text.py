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
from regulars.sources.encodings import NOT_WHOLE, not_whole, opened

HEAD_BYTES = 64 * 1024
LONG_HEAD_BYTES = 64 * HEAD_BYTES  # of files with thousands of columns
HEADER_LINES = 20  # a header of more lines is a quotation mark that was never closed
SAMPLE_ROWS = 50
DELIMITERS = (",", "\t", ";", "|")

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class TextFile:
    """A text file of rows. `delimiter` is None where columns are parted by runs of spaces.

    `header_line` is the line on which the header begins, 0 where the first row is data; `header_end` the one on
    which it ends. `head` holds the first rows after the header.
    """

    name: str
    path: Path
    gzipped: bool
    delimiter: str | None
    header_line: int
    columns: tuple[str, ...]
    head: Rows
    header_end: int = 0

    def sample(self, position: int) -> tuple[str, ...]:
        """Return the first texts of one column (position from 0) that are not empty."""
        return tuple(row[position] for row in self.head if len(row) > position and row[position].strip())


def text_file(name: str, path: Path, mapping: Mapping[str, str]) -> TextFile | None:
    """Return what the file at `path` is; None if it is empty. A mapped date that reads as one says there is no header.

    Raises `InputError` for a file whose columns cannot be told apart.
    """
    lines, gzipped = _first_lines(name, path)
    blank = next((number for number, line in enumerate(lines) if line.strip()), None)
    if blank is None:
        return None
    tall = _height(lines[blank:])
    first = ["\n".join(lines[blank : blank + tall])]
    delimiter = _delimiter(first + lines[blank + tall :], name)
    rows = split(first, delimiter) + split(lines[blank + tall :], delimiter)
    header = _has_header(rows[0], mapping)
    columns = _column_names(rows[0]) if header else tuple(f"column {place + 1}" for place in range(len(rows[0])))
    head = rows[1 : SAMPLE_ROWS + 1] if header else rows[:SAMPLE_ROWS]
    lines_of_header = (blank + 1, blank + tall) if header else (0, 0)
    return TextFile(name, path, gzipped, delimiter, lines_of_header[0], columns, head, lines_of_header[1])


def split(lines: list[str], delimiter: str | None) -> Rows:
    """Return the fields of the rows that stand in `lines`, without blank ones.

    >>> split(["a;b", "", "1;'2'"], ";"), split([" 1  2 "], None)
    ((('a', 'b'), ('1', "'2'")), (('1', '2'),))
    """
    if delimiter is None:
        return tuple(tuple(line.split()) for line in lines if line.strip())
    longest = csv.field_size_limit(LONG_HEAD_BYTES)
    try:
        read = csv.reader(io.StringIO("\n".join(lines), newline=""), delimiter=delimiter)
        return tuple(tuple(row) for row in read if row)
    finally:
        csv.field_size_limit(longest)


def head_of(path: Path, size: int = HEAD_BYTES) -> tuple[bytes, bool]:
    """Return the first bytes of a file, unpacked, and whether it was packed."""
    with opened(path) as file:
        packed = isinstance(file, GzipFile)
        try:
            return file.read(size), packed
        except NOT_WHOLE as error:
            raise InputError(not_whole(path.name, error)) from error


def _first_lines(name: str, path: Path) -> tuple[list[str], bool]:
    """Return the first whole lines of a file, and whether it was packed."""
    for size in (HEAD_BYTES, LONG_HEAD_BYTES):
        raw, gzipped = head_of(path, size)
        lines = re.split(r"\r\n|\r|\n", raw.decode("utf-8-sig", errors="replace"))
        if len(raw) < size:
            return lines, gzipped
        lines.pop()  # cut in the middle
        if len(lines) > SAMPLE_ROWS:
            return lines, gzipped
    if not any(line.strip() for line in lines):
        raise InputError(
            f"{name} has a first line of more than {LONG_HEAD_BYTES // 1024**2} MB, which names no columns; "
            "give a file with a row on each line"
        )
    return lines, gzipped


def _height(lines: list[str]) -> int:
    """Return how many lines the first row takes: more than one where a name in quotation marks goes over lines."""
    if re.search(r'(?:^|[,;\t|])"(?:[^"]|"")*$', lines[0]):
        for height in range(2, min(len(lines), HEADER_LINES) + 1):
            if sum(line.count('"') for line in lines[:height]) % 2 == 0:
                return height
    return 1


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
