"""Files and folders: which of them hold orders, and how each is read."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from regulars.engines.base import Engine
from regulars.errors import InputError, Unreadable
from regulars.sources.damage import Stamp, damaged, stamp_of
from regulars.sources.delimited import delimited_part
from regulars.sources.encodings import as_utf8, encoding_of, is_windows
from regulars.sources.folders import is_special, listing_of
from regulars.sources.json_files import JsonPart, json_part
from regulars.sources.kinds import kind_of
from regulars.sources.lines import path_literal
from regulars.sources.parts import Part
from regulars.sources.spaced import SpacedPart
from regulars.sources.spreadsheets import sheets_of
from regulars.sources.tables import TablePart
from regulars.sources.text import TextFile, head_of, text_file
from regulars.sources.textpart import TextPart

TEXT_ENDINGS = (".csv", ".tsv", ".txt", ".tab", ".dat", ".psv")
JSON_ENDINGS = (".jsonl", ".ndjson", ".json")
SPREADSHEET_ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
READ_ENDINGS = (*TEXT_ENDINGS, ".parquet", ".pq", *JSON_ENDINGS, *SPREADSHEET_ENDINGS)


@dataclass(frozen=True)
class Reading:
    """What reading files takes: the engine, the columns the caller names, and a folder for what is written anew.

    `stamps` notes each file as it was when its reading began.
    """

    engine: Engine
    mapping: Mapping[str, str]
    scratch: Path
    stamps: dict[Path, Stamp] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """What a path led to: parts to read, and what was passed over in words."""

    parts: tuple[Part, ...]
    notes: tuple[str, ...]


def files_at(reading: Reading, path: Path, number: int) -> Found:
    """Return the parts in a file or folder; `number` is that of the first.

    Raises `InputError` for a path that does not exist or a folder without files of orders.
    """
    if not path.exists():
        raise InputError(f"there is no file or folder {str(path)!r}{_near(path)}")
    if is_special(path):
        raise InputError(f"{str(path)!r} is a pipe or a device, which cannot be read twice; save the orders as a file")
    if not path.is_dir():
        return _of_files(reading, {path.name: path}, number)
    listing = listing_of(path, _is_read)
    if not listing.files:
        raise InputError(f"the folder {str(path)!r} holds no {', '.join(READ_ENDINGS)} files (packed with gzip or not)")
    found = _of_files(reading, listing.files, number)
    passed = f"Passed over in {path.name}, because they are no files of orders: {', '.join(listing.passed)}."
    return Found(found.parts, (*((passed,) if listing.passed else ()), *found.notes))


def _of_files(reading: Reading, files: Mapping[str, Path], number: int) -> Found:
    parts: list[Part] = []
    empty: list[str] = []
    for name, path in files.items():
        reading.stamps[path] = stamp_of(path)
        read = _parts(reading, name, path, number + len(parts))
        parts += read
        empty += [] if read else [name]
    notes = (f"Without any row: {', '.join(empty)}.",) if empty else ()
    return Found(tuple(parts), notes)


def _parts(reading: Reading, name: str, path: Path, number: int) -> list[Part]:
    """Return how a file is read, by what it begins with; nothing if it is empty."""
    engine, mapping, scratch = reading.engine, reading.mapping, reading.scratch
    kind = kind_of(name, path)
    if kind == "parquet":
        return [_parquet(engine, name, f"read_parquet({path_literal(path)})")]
    if kind == "spreadsheet":
        sheets = sheets_of(name, path, mapping, scratch)
        return [text_part(engine, file, number + place) for place, file in enumerate(sheets)]
    found = _of_text(reading, name, _in_utf8(name, path, scratch), number, is_json=kind == "json")
    return [] if found is None else [found]


def _of_text(reading: Reading, name: str, path: Path, number: int, *, is_json: bool) -> Part | None:
    """Return how a text in UTF-8 is read, None if it is empty."""
    if is_json:
        return json_part(name, path, number)
    file = text_file(name, path, reading.mapping)
    return None if file is None else text_part(reading.engine, file, number)


def _parquet(engine: Engine, name: str, relation: str) -> TablePart:
    try:
        return TablePart(name, relation, engine.columns_of(relation))
    except Unreadable as error:
        raise InputError(damaged(name, error)) from error


def text_part(engine: Engine, file: TextFile, number: int) -> Part:
    """Return how a text file is read, by what parts its columns."""
    return SpacedPart(file, number) if file.delimiter is None else delimited_part(engine, file, number)


def in_windows_letters(reading: Reading, part: Part) -> Part | None:
    """Return the part anew if its text turned out to be Windows-1252, None if it is not."""
    if not isinstance(part, TextPart) or not is_windows(part.file.path):
        return None
    path = _anew(part.name, part.file.path, "cp1252", reading.scratch)
    return _of_text(reading, part.name, path, part.number, is_json=isinstance(part, JsonPart))


def _in_utf8(name: str, path: Path, scratch: Path) -> Path:
    """Return where the text of a file stands in UTF-8: the file itself, unless its first bytes say otherwise."""
    head, _ = head_of(path)
    encoding = encoding_of(head)
    return path if encoding is None else _anew(name, path, encoding, scratch)


def _anew(name: str, path: Path, encoding: str, scratch: Path) -> Path:
    target = scratch / f"text_{len(list(scratch.iterdir()))}.csv"
    as_utf8(path, encoding, target, name)
    return target


def _is_read(path: Path) -> bool:
    unpacked = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    return unpacked.suffix.lower() in READ_ENDINGS


def _near(path: Path) -> str:
    """Return the names beside a path that come nearest to it."""
    beside = [file.name for file in path.parent.iterdir()] if path.parent.is_dir() else []
    close = difflib.get_close_matches(path.name, beside, n=3)
    return f"; did you mean {' or '.join(repr(name) for name in close)}?" if close else ""
