"""What kind of file this is, by what it begins with: an ending can be wrong, the first bytes are not."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Literal

from regulars.errors import InputError
from regulars.sources.encodings import encoding_of
from regulars.sources.json_files import is_json
from regulars.sources.text import head_of

Kind = Literal["text", "parquet", "json", "spreadsheet"]

PARQUET_MARK = b"PAR1"
ZIP_MARK = b"PK\x03\x04"
OLD_OFFICE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEETS_INSIDE = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
# Files that people give by mistake, with what to give instead.
_REFUSED = {
    b"%PDF": "is a PDF; export the orders as CSV or XLSX",
    b"\x89PNG": "is a picture; export the orders as CSV or XLSX",
    b"\xff\xd8\xff": "is a picture; export the orders as CSV or XLSX",
    b"SQLite format 3\x00": "is an SQLite database; give sqlite:///PATH with --query",
    b"\x28\xb5\x2f\xfd": "is packed with zstd; unpack it, or pack it with gzip",
    b"BZh": "is packed with bzip2; unpack it, or pack it with gzip",
    b"\xfd7zXZ": "is packed with xz; unpack it, or pack it with gzip",
    b"7z\xbc\xaf": "is a 7z archive; unpack it first",
    b"Rar!": "is a rar archive; unpack it first",
}
_PAGES = (b"<!doctype", b"<html", b"<?xml")


def kind_of(name: str, path: Path) -> Kind:
    """Return the kind of the file at `path`; raises `InputError` for one that holds no orders that can be read."""
    head, _ = head_of(path)
    if head.startswith(PARQUET_MARK):
        return "parquet"
    if head.startswith((ZIP_MARK, OLD_OFFICE_MARK)):
        return _of_archive(name, path) if head.startswith(ZIP_MARK) else "spreadsheet"
    _refuse_others(name, head)
    return "json" if is_json(head) else "text"


def _of_archive(name: str, path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            inside = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:  # places outside of the file among its lists
        raise InputError(f"{name} is a damaged spreadsheet or archive: {error}; save or load it again") from error
    if any(sheet in inside for sheet in SHEETS_INSIDE):
        return "spreadsheet"
    raise InputError(f"{name} is a zip archive of {len(inside):,} files; unpack it and give the folder")


def _refuse_others(name: str, head: bytes) -> None:
    for mark, what in _REFUSED.items():
        if head.startswith(mark):
            raise InputError(f"{name} {what}")
    if head[8:12] == b"DUCK":
        raise InputError(f"{name} is a DuckDB database; give duckdb:///PATH with --query")
    if head.lstrip()[:9].lower().startswith(_PAGES):
        raise InputError(f"{name} is a web page or XML and no table of orders; export the orders as CSV or XLSX")
    if b"\0" in head and encoding_of(head) is None:
        raise InputError(f"{name} is no text: it holds bytes that no text has; give CSV, XLSX, Parquet or JSON lines")
