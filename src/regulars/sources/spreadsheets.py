"""Spreadsheets (XLSX, XLS, ODS): each sheet of orders written out as a text file, a line per row, and read like one.

A whole number is written without decimals, because a sheet holds an id 7 as 7.0. A number of more than
fifteen digits was rounded by the sheet and is written as it is kept, so that an id is recognised as damaged.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from regulars.errors import InputError
from regulars.sources.columns import layout_of
from regulars.sources.text import TextFile, text_file

Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta

# Titles and empty rows that may stand above the names of the columns.
ROWS_ABOVE = 20
EXACT_BELOW = 1e15
# Beyond these a workbook would take more memory than the orders of any shop are worth in this format.
LARGEST_GRID = 100_000_000
LARGEST_UNPACKED, LARGEST_RATIO = 200_000_000, 200
_LAST_CELL = re.compile(rb'<dimension ref="(?:[A-Z]+\d+:)?([A-Z]+)(\d+)"')


def sheets_of(name: str, path: Path, mapping: Mapping[str, str], scratch: Path) -> list[TextFile]:
    """Return the sheets of the workbook at `path` that hold orders, as text files in the folder `scratch`.

    Where no sheet has the columns of orders, the first one with rows is returned, to be refused by its columns.
    Raises `InputError` for a workbook that cannot be opened.
    """
    _refuse_giants(name, path)
    try:
        book = CalamineWorkbook.from_path(path)
        sheets = [book.get_sheet_by_index(number) for number in range(len(book.sheet_names))]
    except PasswordError as error:
        raise InputError(f"{name} is protected by a password; save it without one") from error
    except CalamineError as error:
        raise InputError(
            f"{name} cannot be read as a spreadsheet: {error}; save it again, or as CSV (UTF-8)"
        ) from error
    filled = [sheet for sheet in sheets if sheet.height]
    of_orders = [(sheet, row) for sheet in filled if (row := _header_row(name, sheet, mapping)) is not None]
    chosen = of_orders or [(sheet, 0) for sheet in filled[:1]]
    files = (_written(_title(name, sheet, chosen), sheet, row, mapping, scratch) for sheet, row in chosen)
    return [file for file in files if file is not None]


def _refuse_giants(name: str, path: Path) -> None:
    """Raise `InputError` for a workbook that would unpack to far more than it holds: its reader takes all memory."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        sizes = [(file.file_size, file.compress_size) for file in archive.infolist()]
        unpacked, packed = (sum(column) for column in zip(*sizes, strict=True))
        if unpacked > LARGEST_UNPACKED and unpacked > LARGEST_RATIO * packed:
            sizes_said = f"from {packed / 1e6:,.1f} MB to {unpacked / 1e6:,.0f} MB"
            raise InputError(f"{name} unpacks {sizes_said}, which no orders do; save it again, or as CSV")
        for file in archive.infolist():
            if _cells(archive, file) > LARGEST_GRID:
                raise InputError(
                    f"{name} has a cell far off, so that a sheet has {_cells(archive, file):,} cells; "
                    "delete what stands there, or save the sheet as CSV"
                )


def _cells(archive: zipfile.ZipFile, file: zipfile.ZipInfo) -> int:
    """Return how many cells a sheet of an XLSX file says it has, 0 where it says nothing."""
    if not (file.filename.startswith("xl/worksheets/") and file.filename.endswith(".xml")):
        return 0
    try:
        with archive.open(file) as sheet:
            found = _LAST_CELL.search(sheet.read(4096))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        return 0  # the reader of the workbook says what is wrong
    if found is None:
        return 0
    column = 0
    for letter in found[1]:
        column = 26 * column + letter - ord("A") + 1
    return column * int(found[2])


def _title(name: str, sheet: CalamineSheet, chosen: list[tuple[CalamineSheet, int]]) -> str:
    return name if len(chosen) == 1 else f"{name} ({sheet.name})"


def _header_row(name: str, sheet: CalamineSheet, mapping: Mapping[str, str]) -> int | None:
    """Return the number, from 0, of the first row that names the columns of orders."""
    for number, row in zip(range(ROWS_ABOVE), _rows(sheet), strict=False):
        try:
            layout_of(name, [str(cell).strip() for cell in row], mapping)
        except InputError:
            continue
        return number
    return None


def _written(
    name: str, sheet: CalamineSheet, header: int, mapping: Mapping[str, str], scratch: Path
) -> TextFile | None:
    """Write the sheet from its header on; the rows above stay empty lines, so that a line is a row of the sheet."""
    path = scratch / f"sheet_{len(list(scratch.iterdir()))}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for number, row in enumerate(_rows(sheet)):
            texts = [_text(cell) for cell in row] if number >= header else []
            writer.writerow(texts if any(texts) else [])
    return text_file(name, path, mapping)


def _rows(sheet: CalamineSheet) -> Iterator[Iterable[Cell]]:
    """Yield the rows from the first row of the sheet on, whether or not it is empty."""
    above, _ = sheet.start or (0, 0)
    rows = sheet.iter_rows()
    yield from ([] for _ in range(above if sheet.height < sheet.total_height else 0))
    yield from rows


def _text(cell: Cell) -> str:
    r"""Return a cell on one line, as a text file would hold it.

    >>> [_text(cell) for cell in (7.0, 12.5, 1.2345678901234567e19, dt.datetime(2024, 1, 5, 10), "a\nb", True)]
    ['7', '12.5', '1.2345678901234567e+19', '2024-01-05 10:00:00', 'a b', 'TRUE']
    """
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < EXACT_BELOW:
        return str(int(cell))
    if isinstance(cell, str):
        return " ".join(cell.splitlines())
    return str(cell)
