"""Files that are not what they seem, not whole, or not of this world: read, or refused by what they are."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from attempts import HEADER, ROWS, Attempt, csv

Write = Callable[..., Path]

OBJECTS = [dict(zip(("order", "customer", "date", "amount"), row.split(","), strict=True)) for row in ROWS]
LINES = "".join(json.dumps(each) + "\n" for each in OBJECTS)
MANY = csv(*(f"{row},c{row % 7},2024-02-01,3.00" for row in range(10, 20_000)))
PACKED = gzip.compress(MANY.encode(), mtime=0)


def parquet() -> bytes:
    days = [f"2024-01-{row % 28 + 1:02d}" for row in range(5000)]
    frame = pd.DataFrame({"customer_id": [f"c{row % 50}" for row in range(5000)], "order_date": days, "amount": 2.5})
    buffer = io.BytesIO()
    frame.to_parquet(buffer)
    return buffer.getvalue()


def xlsx(*rows: list[Any], change: Callable[[Any], object] = lambda _: None) -> bytes:
    book = openpyxl.Workbook()
    for row in ([*HEADER.split(",")], *(row.split(",") for row in ROWS), *rows):
        book.active.append(row)
    change(book.active)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def rezipped(workbook: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with its sheet changed."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if "sheet1" in name else old.read(name))
    return buffer.getvalue()


def damaged(content: bytes, place: int, length: int = 400) -> bytes:
    return content[:place] + bytes(byte ^ 0x55 for byte in content[place : place + length]) + content[place + length :]


OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000
GZIP_CUT = "orders.csv.gz is not a whole gzip file"
PARQUET_CUT = "orders.parquet is damaged, or was cut short"

REFUSED: dict[str, tuple[Callable[[], str | bytes], str, str]] = {
    "nothing": (lambda: b"", "orders.csv", "no orders to read. Without any row: orders.csv"),
    "empty lines": (lambda: "\n\n \n", "orders.csv", "no orders to read"),
    "a header alone": (lambda: HEADER + "\n", "orders.csv", "there are no rows to read"),
    "binary": (lambda: bytes(range(256)) * 50, "orders.csv", "orders.csv is no text"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "orders.csv", "is a picture; export the orders"),
    "a web page": (lambda: "<!DOCTYPE html><p>Log in", "orders.csv", "is a web page"),
    "gzip cut in its header": (lambda: PACKED[:5], "orders.csv.gz", GZIP_CUT),
    "gzip cut in the middle": (lambda: PACKED[: len(PACKED) // 2], "orders.csv.gz", GZIP_CUT),
    "gzip cut in its checksum": (lambda: PACKED[:-6], "orders.csv.gz", GZIP_CUT),
    "gzip with another checksum": (lambda: damaged(PACKED, len(PACKED) - 8, 4), "orders.csv.gz", "CRC check failed"),
    "gzip with something after it": (lambda: PACKED + b"garbage", "orders.csv.gz", GZIP_CUT),
    "gzip of nothing": (lambda: gzip.compress(b""), "orders.csv.gz", "no orders to read"),
    "JSON lines cut in gzip": (lambda: gzip.compress(LINES.encode())[:-9], "orders.jsonl.gz", "not a whole gzip file"),
    "Parquet without its end": (lambda: parquet()[:-10], "orders.parquet", PARQUET_CUT),
    "Parquet cut in the middle": (lambda: parquet()[: len(parquet()) // 2], "orders.parquet", PARQUET_CUT),
    "Parquet damaged in the middle": (lambda: damaged(parquet(), 500), "orders.parquet", PARQUET_CUT),
    "JSON nested without end": (lambda: '{"a":' + "[" * 30_000, "orders.json", "none of its first objects can be read"),
    "a JSON array cut short": (lambda: json.dumps(OBJECTS)[:-20], "orders.json", "is damaged, or was cut short"),
    "a workbook cut short": (lambda: xlsx()[:-100], "orders.xlsx", "orders.xlsx is a damaged spreadsheet"),
    "a workbook with a broken sheet": (
        lambda: rezipped(xlsx(), lambda sheet: sheet[: len(sheet) // 2]),
        "orders.xlsx",
        "orders.xlsx cannot be read as a spreadsheet",
    ),
    "a workbook that unpacks to a thousand times its size": (
        lambda: rezipped(xlsx(), lambda sheet: sheet.replace(b"</sheetData>", b" " * 300_000_000 + b"</sheetData>")),
        "orders.xlsx",
        "to 300 MB, which no orders do",
    ),
    "a workbook with a cell in its last corner": (
        lambda: xlsx(change=lambda sheet: sheet.cell(1_048_576, 16_384, "x")),
        "orders.xlsx",
        "has a cell far off, so that a sheet has 17,179,869,184 cells",
    ),
    "an old workbook of nothing": (lambda: OLD_OFFICE, "orders.xls", "cannot be read as a spreadsheet"),
    "zip of text": (lambda: zipped(csv()), "orders.zip.csv", "is a zip archive of 1 files; unpack it"),
}


def zipped(text: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("orders.csv", text)
    return buffer.getvalue()


@pytest.mark.parametrize("case", REFUSED)
def test_refused(attempt: Attempt, write: Write, case: str) -> None:
    content, name, said = REFUSED[case]
    ended = attempt(write(content(), name))
    assert ended.status == 2
    assert said in ended.complaint


READ: dict[str, tuple[Callable[[], str | bytes], str, dict[str, int]]] = {
    "text called Parquet": (csv, "orders.parquet", {"sale": 6}),
    "text called a workbook": (csv, "orders.xlsx", {"sale": 6}),
    "text called gzip": (csv, "orders.csv.gz", {"sale": 6}),
    "gzip called text": (lambda: gzip.compress(csv().encode()), "orders.csv", {"sale": 6}),
    "Parquet called text": (parquet, "orders.csv", {"sale": 5000}),
    "a workbook called text": (xlsx, "orders.csv", {"sale": 6}),
    "two gzip files in one": (
        lambda: gzip.compress(csv().encode()) + gzip.compress(b"7,dan,2024-03-10,3.00\n"),
        "orders.csv.gz",
        {"sale": 7},
    ),
    "half of a letter": (lambda: csv().encode() + b"7,d\xed\xa0\x80\xc3\xa9,2024-02-02,3\n", "orders.csv", {"sale": 7}),
    "JSON with a line nested a hundred thousand deep": (
        lambda: LINES + LINES.splitlines()[0][:-1] + ', "x":' + '{"y":' * 100_000 + "1" + "}" * 100_001 + "\n",
        "orders.jsonl",
        {"sale": 7},
    ),
    "JSON with a key twice": (
        lambda: LINES + '{"customer":"b","customer":"c","date":"2024-01-06","amount":4}\n',
        "orders.jsonl",
        {"sale": 6, "unreadable row": 1},
    ),
    "JSON that is cut": (lambda: LINES[:-20], "orders.jsonl", {"sale": 5, "unreadable row": 1}),
    "JSON that is cut, with decimal commas": (
        lambda: (
            LINES.replace('.50"', ',50"').replace('.25"', ',25"').replace('.75"', ',75"').replace(".00", ",00")[:-20]
        ),
        "orders.jsonl",
        {"sale": 5, "unreadable row": 1},
    ),
    "JSON with half of a letter": (
        lambda: LINES + '{"customer":"\\ud800","date":"2024-01-06","amount":4}\n',
        "orders.jsonl",
        {"sale": 6, "unreadable row": 1},
    ),
    "JSON with other things than objects": (
        lambda: json.dumps([*OBJECTS, 3, None, ["x"], {**OBJECTS[0], "date": "soon"}]),
        "orders.json",
        {"sale": 6, "unreadable row": 3, "unreadable date": 1},
    ),
    "JSON objects over many lines": (
        lambda: "\n".join(json.dumps(each, indent=1) for each in OBJECTS),
        "orders.json",
        {"sale": 6},
    ),
    "JSON in UTF-16": (lambda: LINES.encode("utf-16"), "orders.jsonl", {"sale": 6}),
    "JSON in Windows-1252": (lambda: LINES.replace("ann", "Zoë").encode("cp1252"), "orders.jsonl", {"sale": 6}),
    "cells that are merged": (
        lambda: xlsx(
            ["7", "d", "2024-03-01", 5], ["8", None, "2024-03-02", 5], change=lambda sheet: sheet.merge_cells("B8:B9")
        ),
        "orders.xlsx",
        {"sale": 7, "no customer": 1},
    ),
    "formulas that were never computed, and errors": (
        lambda: xlsx(["7", "d", "2024-03-01", "=1+1"], ["8", "d", "2024-03-01", "#DIV/0!"]),
        "orders.xlsx",
        {"sale": 6, "no amount": 2},
    ),
}


@pytest.mark.parametrize("case", READ)
def test_read(attempt: Attempt, write: Write, case: str) -> None:
    content, name, groups = READ[case]
    assert attempt(write(content(), name)).groups == groups
