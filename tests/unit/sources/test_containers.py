"""Spreadsheets, JSON and other letters than UTF-8: the same orders come out of each."""

from __future__ import annotations

import codecs
import datetime as dt
import gzip
import json
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import InputError
from regulars.sources.read import Intake

Read = Callable[..., Intake]
Write = Callable[..., Path]
Groups = Callable[[Intake], dict[str, tuple[int, str | None]]]
Rows = list[list[Any]]

HEADER = ["Customer", "Date", "Amount"]
ROWS: Rows = [
    ["007", dt.datetime.fromisoformat("2024-01-05 10:15"), 12.5],
    [8, dt.date(2024, 1, 6), 3],
    ["Zoë", "2024-01-05", -1.25],
]
TEXT = "Customer;Date;Amount\n007;2024-01-05 10:15:00;12.5\n8;2024-01-06;3\nZoë;2024-01-07;1.25\n"


def workbook(path: Path, sheets: dict[str, Rows]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def orders(engine: DuckDBEngine) -> list[tuple[Any, ...]]:
    return engine.rows("select customer_id, order_date, amount from orders order by order_date, customer_id")


EXPECTED = [
    ("007", dt.date(2024, 1, 5), Decimal("12.5")),
    ("8", dt.date(2024, 1, 6), Decimal(3)),
]


def test_a_sheet_keeps_ids_dates_and_amounts(read: Read, engine: DuckDBEngine, tmp_path: Path) -> None:
    intake = read(workbook(tmp_path / "orders.xlsx", {"Sheet": [HEADER, *ROWS]}))
    assert orders(engine) == EXPECTED
    assert intake.receipt.rows("valid") == 3
    assert intake.receipt.sources == ("orders.xlsx",)


def test_titles_above_the_columns_are_passed_over_and_rows_keep_their_numbers(
    read: Read, engine: DuckDBEngine, tmp_path: Path
) -> None:
    rows: Rows = [[], ["Orders of January"], [], HEADER, *ROWS[:2], [], ["x", "soon", 1]]
    read(workbook(tmp_path / "orders.xlsx", {"Sheet": rows}))
    assert orders(engine) == EXPECTED
    assert engine.rows("select line, reason from quarantine") == [(8, "unreadable date")]


def test_every_sheet_of_orders_is_read_and_others_are_not(read: Read, engine: DuckDBEngine, tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {"Notes": [["read me"]], "A": [HEADER, ROWS[0]], "B": [HEADER, ROWS[1]]}
    intake = read(workbook(tmp_path / "orders.xlsx", sheets))
    assert orders(engine) == EXPECTED
    assert intake.receipt.sources == ("orders.xlsx (A)", "orders.xlsx (B)")


def test_a_workbook_without_orders_is_refused_by_its_columns(read: Read, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="its columns are 'Name', 'Phone'"):
        read(workbook(tmp_path / "orders.xlsx", {"Sheet": [["Name", "Phone"], ["a", "b"]]}))


def test_an_empty_workbook_has_no_orders(read: Read, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no orders to read"):
        read(workbook(tmp_path / "orders.xlsx", {"Sheet": []}))


def test_a_number_of_twenty_digits_in_a_sheet_is_no_id(read: Read, groups: Groups, tmp_path: Path) -> None:
    rows: Rows = [HEADER, ROWS[0], [12345678901234567890, "2024-01-05", 3], [123456789012345, "2024-01-05", 3]]
    assert groups(read(workbook(tmp_path / "o.xlsx", {"S": rows}))) == {
        "sale": (2, "15.50"),
        "rounded customer id": (1, "3.00"),
    }


def test_an_archive_is_not_taken_for_a_spreadsheet(read: Read, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "orders.xlsx", "w") as archive:
        archive.writestr("orders.csv", TEXT)
    with pytest.raises(InputError, match="is a zip archive of 1 files; unpack it"):
        read(tmp_path / "orders.xlsx")


MARKED = {
    "utf-8": TEXT.encode(),
    "utf-8 with a mark": codecs.BOM_UTF8 + TEXT.encode(),
    "utf-16": TEXT.encode("utf-16"),
    "utf-16 big-endian": codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    "utf-16 without a mark": TEXT.encode("utf-16-le"),
    "windows-1252": TEXT.encode("cp1252"),
    "windows line ends": TEXT.replace("\n", "\r\n").encode("cp1252"),
    "tabs": TEXT.replace(";", "\t").encode("utf-16"),
}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("case", MARKED)
def test_the_letters_of_a_file_are_read(
    read: Read, engine: DuckDBEngine, tmp_path: Path, case: str, *, packed: bool
) -> None:
    path = tmp_path / ("orders.csv.gz" if packed else "orders.csv")
    path.write_bytes(gzip.compress(MARKED[case]) if packed else MARKED[case])
    intake = read(path)
    assert orders(engine) == [*EXPECTED, ("Zoë", dt.date(2024, 1, 7), Decimal("1.25"))]
    assert intake.receipt.rows("quarantined") == 0
    assert any("Windows-1252" in note for note in intake.receipt.notes) == ("windows" in case)


def test_windows_letters_far_down_are_read_too(read: Read, engine: DuckDBEngine, write: Write) -> None:
    many = "".join(f"c{row};2024-01-05;1.00\n" for row in range(20_000))
    intake = read(write(("Customer;Date;Amount\n" + many + "Zoë;2024-01-07;1.25\n").encode("cp1252")))
    assert engine.rows("select count(*) from orders where customer_id = 'Zoë'") == [(1,)]
    assert intake.receipt.rows("quarantined") == 0


def test_a_broken_line_in_utf8_stays_in_quarantine(read: Read, groups: Groups, write: Write) -> None:
    content = "Customer;Date;Amount\nZoë;2024-01-07;1.25\n".encode() + b"Zo\xeb;2024-01-07;1.25\n"
    assert groups(read(write(content))) == {"sale": (1, "1.25"), "not UTF-8": (1, None)}


def test_utf16_that_is_cut_is_refused(read: Read, write: Write) -> None:
    with pytest.raises(InputError, match="save it again as CSV"):
        read(write(TEXT.encode("utf-16")[:-1]))


def test_json_lines(read: Read, engine: DuckDBEngine, groups: Groups, write: Write) -> None:
    lines = [
        {"order": {"id": "o1", "total": 12.5}, "customer": {"id": "007"}, "date": "2024-01-05T10:15:00Z"},
        {"order": {"id": "o2", "total": "3"}, "customer": {"id": 8}, "date": "2024-01-06"},
    ]
    text = "\n".join([*map(json.dumps, lines), "", "{broken", "[1]"])
    maps = {"customer_id": "customer.id", "order_id": "order.id", "amount": "order.total"}
    intake = read(write(text, "orders.jsonl"), mapping=maps)
    assert orders(engine) == EXPECTED
    assert groups(intake) == {"sale": (2, "15.50"), "unreadable row": (2, None)}
    assert engine.rows("select line, content from quarantine order by line") == [(4, "{broken"), (5, "[1]")]


def test_an_array_of_objects(read: Read, engine: DuckDBEngine, write: Write) -> None:
    rows = [
        {"customer": "007", "date": "2024-01-05", "amount": 12.5},
        {"customer": 8, "date": "2024-01-06", "amount": 3},
    ]
    read(write(json.dumps(rows, indent=1), "orders.json"))
    assert orders(engine) == EXPECTED
    with pytest.raises(InputError, match=r"orders\.json is damaged, or was cut short"):
        read(write(json.dumps(rows)[:-5], "orders.json"))
