"""Files and folders: which of them hold orders, and how each is read."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from regulars.engines.base import Engine
from regulars.errors import InputError
from regulars.sources.delimited import delimited_part
from regulars.sources.lines import path_literal
from regulars.sources.parts import Part
from regulars.sources.spaced import SpacedPart
from regulars.sources.tables import TablePart
from regulars.sources.text import text_file

READ_ENDINGS = (".csv", ".tsv", ".txt", ".tab", ".dat", ".psv", ".parquet", ".pq")
SPREADSHEET_ENDINGS = (".xlsx", ".xls", ".ods", ".numbers")
PARQUET_MARK = b"PAR1"


@dataclass(frozen=True)
class Found:
    """What a path led to: parts to read, and what was passed over in words."""

    parts: tuple[Part, ...]
    notes: tuple[str, ...]


def files_at(engine: Engine, path: Path, mapping: Mapping[str, str], number: int) -> Found:
    """Return the parts in a file or folder; `number` is that of the first.

    Raises `InputError` for a path that does not exist or a folder without files of orders.
    """
    if not path.exists():
        raise InputError(f"there is no file or folder {str(path)!r}{_near(path)}")
    if not path.is_dir():
        return _of_files(engine, {path.name: path}, mapping, number)
    visible = [file for file in sorted(path.rglob("*")) if file.is_file() and not _is_hidden(file.relative_to(path))]
    files = {file.relative_to(path).as_posix(): file for file in visible if _is_read(file)}
    if not files:
        raise InputError(f"the folder {str(path)!r} holds no {', '.join(READ_ENDINGS)} files (packed with gzip or not)")
    passed = [file.relative_to(path).as_posix() for file in visible if not _is_read(file)]
    found = _of_files(engine, files, mapping, number)
    note = (f"Passed over in {path.name}, because they are no files of orders: {', '.join(passed)}.",) if passed else ()
    return Found(found.parts, (*note, *found.notes))


def _of_files(engine: Engine, files: Mapping[str, Path], mapping: Mapping[str, str], number: int) -> Found:
    read = {name: _part(engine, name, path, mapping, number + n) for n, (name, path) in enumerate(files.items())}
    empty = [name for name, part in read.items() if part is None]
    notes = (f"Without any row: {', '.join(empty)}.",) if empty else ()
    return Found(tuple(part for part in read.values() if part is not None), notes)


def _part(engine: Engine, name: str, path: Path, mapping: Mapping[str, str], number: int) -> Part | None:
    """Return how a file is read, by what it begins with; None if it is empty."""
    if path.suffix.lower() in SPREADSHEET_ENDINGS:
        raise InputError(f"{name} is a spreadsheet, which is not read yet; save it as CSV (UTF-8)")
    with path.open("rb") as opened:
        parquet = opened.read(len(PARQUET_MARK)) == PARQUET_MARK
    if parquet:
        relation = f"read_parquet({path_literal(path)})"
        return TablePart(name, relation, engine.columns_of(relation))
    file = text_file(name, path, mapping)
    if file is None:
        return None
    return SpacedPart(file, number) if file.delimiter is None else delimited_part(engine, file, number)


def _is_read(path: Path) -> bool:
    unpacked = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    return unpacked.suffix.lower() in READ_ENDINGS


def _is_hidden(path: Path) -> bool:
    return any(part.startswith((".", "_")) for part in path.parts)


def _near(path: Path) -> str:
    """Return the names beside a path that come nearest to it."""
    beside = [file.name for file in path.parent.iterdir()] if path.parent.is_dir() else []
    close = difflib.get_close_matches(path.name, beside, n=3)
    return f"; did you mean {' or '.join(repr(name) for name in close)}?" if close else ""
