"""Paths, folders, and what kind of file each is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import InputError
from regulars.sources.read import Intake
from regulars.sources.text import text_file

Read = Callable[..., Intake]
Write = Callable[..., Path]

ROWS = [("customer", "date", "amount"), ("a b", "2024-01-01", "1.50"), ("c", "2024-01-02", "2")]


def customers(engine: DuckDBEngine) -> list[str]:
    return [customer for (customer,) in engine.rows("select customer_id from orders order by all")]


@pytest.mark.parametrize("name", ["orders.csv", "orders.csv.gz", "orders", "orders[1]*?.csv", "o'rders.csv"])
@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
def test_columns_may_be_parted_by(read: Read, write: Write, engine: DuckDBEngine, name: str, mark: str) -> None:
    read(write("\n".join(mark.join(row) for row in ROWS), name))
    assert customers(engine) == ["a b", "c"]


def test_parquet_is_known_by_what_it_begins_with(read: Read, engine: DuckDBEngine, tmp_path: Path) -> None:
    pd.DataFrame(ROWS[1:], columns=list(ROWS[0])).to_parquet(tmp_path / "orders.bin")
    read(tmp_path / "orders.bin")
    assert customers(engine) == ["a b", "c"]


def test_a_folder_is_read_with_all_its_kinds(read: Read, write: Write, engine: DuckDBEngine) -> None:
    folder = write("customer,date,amount\na,2024-01-01,1\n", "shop/1.csv").parent
    write("Date;Customer ID;Total\n2024-01-02;b;2\n", "shop/2.txt")
    write("customer\tdate\tamount\nc\t2024-01-03\t3\n", "shop/deeper/3.tsv.gz")
    pd.DataFrame({"cust": ["d"], "ts": [dt.datetime(2024, 1, 4)], "value": [4.0]}).to_parquet(folder / "4.parquet")  # noqa: DTZ001
    write("read me", "shop/README.md")
    write("junk", "shop/.hidden.csv")
    write("", "shop/5.csv")
    write("customer,date,amount\n", "shop/6.csv")
    receipt = read(folder).receipt
    assert customers(engine) == ["a", "b", "c", "d"]
    assert receipt.sources == ("1.csv", "2.txt", "4.parquet", "6.csv", "deeper/3.tsv.gz")
    assert receipt.notes == (
        "Passed over in shop, because they are no files of orders: README.md.",
        "Without any row: 5.csv.",
    )


def test_several_paths(read: Read, write: Write, engine: DuckDBEngine) -> None:
    first = write("customer,date,amount\na,2024-01-01,1\n", "1.csv")
    read([str(first), write("customer,date,amount\nb,2024-01-01,1\n", "2.csv")])
    assert customers(engine) == ["a", "b"]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_positions_for_a_file_without_a_header(read: Read, write: Write, engine: DuckDBEngine, newline: str) -> None:
    path = write(newline.join([" 00001 19970101  1   11.77", " 00002 19970112  5   77.00", ""]), "sales.txt")
    intake = read(path, mapping={"customer_id": "1", "ordered_at": "2", "amount": "4"})
    assert customers(engine) == ["00001", "00002"]
    assert intake.receipt.columns == {"customer_id": "column 1", "ordered_at": "column 2", "amount": "column 4"}


def test_positions_for_a_file_with_a_header(read: Read, write: Write, engine: DuckDBEngine) -> None:
    intake = read(write("x,y,z\na,2024-01-01,1\n"), mapping={"customer_id": "1", "ordered_at": "2", "amount": "3"})
    assert customers(engine) == ["a"]
    assert intake.receipt.columns["amount"] == "z"


def test_a_file_without_a_header_and_without_positions(read: Read, write: Write) -> None:
    with pytest.raises(InputError, match=r"its columns are '00001', '19970101'.*the first row looks like data"):
        read(write("00001,19970101,11.77\n00002,19970112,12.00\n"))


def test_a_path_that_is_not_there(read: Read, write: Write) -> None:
    path = write("x", "orders.csv")
    with pytest.raises(InputError, match=r"there is no file or folder '.*order.csv'; did you mean 'orders.csv'\?"):
        read(path.with_name("order.csv"))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("orders.csv", b"", "no orders to read. Without any row: orders.csv"),
        ("orders.csv", b"\n\n", "no orders to read"),
        ("orders.csv", b"customer,date,amount\n", "no rows to read"),
        ("orders.xlsx", b"PK\x03\x04cut", "orders.xlsx is a damaged spreadsheet or archive"),
        ("orders.csv", b"%PDF-1.7 ...", "orders.csv is a PDF; export the orders as CSV or XLSX"),
        ("orders.csv", b"<!DOCTYPE html><p>log in", "is a web page"),
        ("orders.csv", b"id,date\n\x00\x01\x02\x03", "orders.csv is no text"),
        ("orders.db", b"SQLite format 3\x00", "give sqlite:///PATH with --query"),
        ("orders.csv", b"\x1f\x8b\x08\x00broken", "orders.csv is not a whole gzip file"),
        ("orders.csv", b"customer\na\n", "orders.csv has only one column: 'customer'"),
        ("folder/notes.md", b"x", "holds no .csv"),
    ],
)
def test_files_that_cannot_be_read(read: Read, write: Write, name: str, content: bytes, message: str) -> None:
    path = write(content, name)
    with pytest.raises(InputError, match=message):
        read(path.parent if "/" in name else path)


@pytest.mark.parametrize(
    ("text", "delimiter", "columns"),
    [
        ("a,b c,d\n1,2 3,4", ",", ("a", "b c", "d")),
        ("a;b\n1,5;2\n1,6;3", ";", ("a", "b")),
        ("a\tb, c\n1\t2\n", "\t", ("a", "b, c")),
        ('"a, b";c\n"1,1";2', ";", ("a, b", "c")),
        ("a b  c\n1 2 3", None, ("a", "b", "c")),
        ("a,,b\n1,2,3", ",", ("a", "column 2", "b")),
        ('a,b\n"x\ny",2\n', ",", ("a", "b")),
    ],
)
def test_the_kind_of_a_text_file(write: Write, text: str, delimiter: str | None, columns: tuple[str, ...]) -> None:
    file = text_file("orders.csv", write(text), {})
    assert file is not None
    assert (file.delimiter, file.columns) == (delimiter, columns)
