"""Where refused rows stood: true lines of text files, whatever the reader made of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.engines.duckdb import DuckDBEngine
from regulars.progress import Progress
from regulars.sources.read import Intake, ReadOptions, read_orders

Read = Callable[..., Intake]
Write = Callable[..., Path]

TODAY = dt.date(2026, 11, 22)
HEADER = "order_id,customer_id,order_date,amount"


def quarantined(engine: DuckDBEngine) -> list[tuple[Any, ...]]:
    return engine.rows("select line, reason, content from quarantine order by line")


@dataclass(frozen=True)
class Record:
    """One record of a text file as it is written, and why it is refused; None for one that is not."""

    text: str
    reason: str | None


GOOD = st.builds(lambda n: Record(f"{n},c{n % 7},2024-01-0{n % 9 + 1},{n}.50", None), st.integers(1, 99))
QUOTED = st.sampled_from(
    [
        Record('"7","c,1",2024-01-05,"3.00"', None),
        Record('8,"say ""hi""",2024-01-05,3', None),
        Record('9,in"side,2024-01-05,3', None),
        Record('"two\nlines",c1,2024-01-05,3', None),
        Record('"three\n\nlines","c\n1",2024-01-05,3', None),
        Record('"with ""\n"" marks",c1,2024-01-05,3', None),
        Record('10,"c1",2024-01-05,"x\ny"', "unreadable amount"),
        Record('"two\nlines",c1,soon,3', "unreadable date"),
    ]
)
REFUSED = st.sampled_from(
    [
        Record("3,c1,soon,1", "unreadable date"),
        Record("4,c1,,1", "no date"),
        Record("5,c1,2024-01-01,x", "unreadable amount"),
        Record("6,c1,2099-01-01,1", "after the as-of day"),
        Record("6,c1,2024-01-01", "wrong number of fields"),
        Record("6,c1,2024-01-01,5,extra", "wrong number of fields"),
        Record("word", "wrong number of fields"),
        Record(" ", "wrong number of fields"),
    ]
)
EMPTY = st.just(Record("", None))
SWALLOWING = st.sampled_from(
    [
        Record('11,"c1,2024-01-05,3', "unclosed quote"),
        Record('12,"c1"x,2024-01-05,3', "unclosed quote"),
        Record('13,c1,"2024-01-05,3', "unclosed quote"),
    ]
)
FIRST = Record("1,c1,2024-01-05,1", None)


def check(read: Read, engine: DuckDBEngine, path: Path, records: list[Record], content: bytes) -> None:
    """Write the records, read them, and compare the quarantine with the lines on which they were written."""
    path.write_bytes(content)
    intake = read(path)
    expected, line = [], 2
    for record in records:
        if record.reason is not None:
            expected.append((line, record.reason, record.text))
        line += record.text.count("\n") + 1
    assert quarantined(engine) == expected
    assert intake.receipt.rows("quarantined") == len(expected)
    assert intake.receipt.rows_read == sum(record.text != "" for record in records)


@pytest.mark.parametrize(("newline", "last"), [("\n", ""), ("\n", "\n"), ("\r\n", ""), ("\r\n", "\n")])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=st.lists(GOOD | QUOTED | REFUSED | EMPTY, max_size=25))
def test_lines_are_those_of_the_file(  # noqa: PLR0917 - two fixtures each for reading and writing, the rest drawn
    read: Read, engine: DuckDBEngine, tmp_path: Path, newline: str, last: str, records: list[Record]
) -> None:
    records = [FIRST, *records, FIRST]
    text = "\n".join([HEADER, *(record.text for record in records)]) + last
    if newline == "\r\n":
        # Within a field a line ends in one character: the content is compared as it stands between the lines.
        text = text.replace("\n", newline)
    check(read, engine, tmp_path / "orders.csv", records, text.encode())


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=st.lists(GOOD | REFUSED | EMPTY | SWALLOWING, max_size=25))
def test_a_quote_that_never_closes_swallows_nothing(
    read: Read, engine: DuckDBEngine, tmp_path: Path, records: list[Record]
) -> None:
    records = [FIRST, *_apart(records), FIRST]
    text = "\n".join([HEADER, *(record.text for record in records)])
    path = tmp_path / "orders.csv"
    path.write_bytes(text.encode())
    intake = read(path)
    refused = [(n, record.text) for n, record in enumerate(records, start=2) if record.reason is not None]
    assert [(line, content) for line, _, content in quarantined(engine)] == refused
    assert intake.receipt.rows_read == sum(record.text != "" for record in records)


def _apart(records: list[Record]) -> list[Record]:
    """A good row between any two, so that no two faulty lines make a whole row together."""
    return [record for pair in zip(records, [FIRST] * len(records), strict=True) for record in pair]


def test_whole_rows_of_several_lines_survive_patience(read: Read, write: Write, engine: DuckDBEngine) -> None:
    rows = (
        '1,"a\nb",2024-01-05,1',
        "2,c,2024-01-05,2",
        '3,"c,2024-01-05,3',
        "4,d,2024-01-05,4",
        '5,"say ""x""",2024-01-05,5',
    )
    path = write("\n".join([HEADER, *rows]))
    assert read(path).receipt.rows("valid") == 4
    assert quarantined(engine) == [(5, "unclosed quote", '3,"c,2024-01-05,3')]
    assert engine.rows("select customer_id from orders order by order_id") == [("a\nb",), ("c",), ("d",), ('say "x"',)]


def test_two_stray_marks_do_not_make_one_row_of_what_lies_between(
    read: Read, write: Write, engine: DuckDBEngine
) -> None:
    path = write(f'{HEADER}\n1,"a,2024-01-05,1\n2,b,2024-01-05,2\n3,c,2024-01-05,"\n4,d,2024-01-05,4')
    assert read(path).receipt.rows("valid") == 2
    assert [line for line, *_ in quarantined(engine)] == [2, 4]


def test_mixed_line_ends_are_read_with_patience(read: Read, write: Write, engine: DuckDBEngine) -> None:
    path = write(f"{HEADER}\r\n1,a,2024-01-05,1\n2,b,soon,2\r\n3,c,2024-01-05,3\n")
    assert read(path).receipt.rows("valid") == 2
    assert quarantined(engine) == [(3, "unreadable date", "2,b,soon,2")]


@pytest.mark.parametrize("name", ["orders.csv", "orders.csv.gz"])
def test_bytes_that_are_no_text(read: Read, write: Write, engine: DuckDBEngine, name: str) -> None:
    path = write(
        b"order_id,customer_id,order_date,amount\n1,a,2024-01-05,1\n2,b\xff,2024-01-05,2\n3,\xc3\xa9,soon,3\n", name
    )
    intake = read(path)
    assert intake.receipt.rows_read == 3
    assert quarantined(engine) == [(3, "not UTF-8", "2,b?,2024-01-05,2"), (4, "unreadable date", "3,é,soon,3")]


def test_bytes_that_are_no_text_where_nothing_is_read(read: Read, write: Write, engine: DuckDBEngine) -> None:
    read(write(b"customer,date,amount,note\na,2024-01-05,1,\xff\nb,2024-01-05,x,\xff\nc,soon,1,\n"))
    assert quarantined(engine) == [(3, "unreadable amount", "b,2024-01-05,x,?"), (4, "unreadable date", "c,soon,1,")]


def test_empty_lines_before_the_header(read: Read, write: Write, engine: DuckDBEngine) -> None:
    read(write(f"\n\n{HEADER}\n1,a,2024-01-05,1\n2,b,soon,2\n3,b\n"))
    assert quarantined(engine) == [
        (5, "unreadable date", "2,b,soon,2"),
        (6, "wrong number of fields", "3,b"),
    ]


def test_without_a_header_the_first_line_is_a_row(read: Read, write: Write, engine: DuckDBEngine) -> None:
    read(write("a,2024-01-05,x\na,2024-01-05,1\n"), mapping={"customer_id": "1", "ordered_at": "2", "amount": "3"})
    assert quarantined(engine) == [(1, "unreadable amount", "a,2024-01-05,x")]


def test_a_byte_order_mark_is_no_part_of_a_name(read: Read, write: Write, engine: DuckDBEngine) -> None:
    intake = read(write(f"\ufeff{HEADER}\n1,a,2024-01-05,1\n2,b,soon,2\n"))
    assert intake.receipt.columns["order_id"] == "order_id"
    assert quarantined(engine) == [(3, "unreadable date", "2,b,soon,2")]


def test_columns_parted_by_spaces(read: Read, write: Write, engine: DuckDBEngine) -> None:
    path = write(" 01 20240105  1.50\n\n 02 20240106\n 03 20240107  x\n 04 20240108  2.00\n", "orders.txt")
    intake = read(path, mapping={"customer_id": "1", "ordered_at": "2", "amount": "3"})
    assert intake.receipt.rows("valid") == 2
    assert quarantined(engine) == [
        (3, "wrong number of fields", " 02 20240106"),
        (4, "unreadable amount", " 03 20240107  x"),
    ]
    assert engine.rows("select customer_id from orders order by 1") == [("01",), ("04",)]


def test_the_file_is_named_and_lines_are_its_own(read: Read, write: Write, engine: DuckDBEngine) -> None:
    folder = write(f"{HEADER}\n1,a,2024-01-05,1\n2,b,soon,2\n", "month/1.csv").parent
    write(f"{HEADER}\n3,c,soon,1\n4,b,2024-01-05,2\n", "month/2.csv.gz")
    write("customer;date;amount\nx;2024-01-05;1\nx;;1\n", "month/more/3.txt")
    read(folder)
    assert engine.rows("select file, line, content from quarantine order by all") == [
        ("1.csv", 3, "2,b,soon,2"),
        ("2.csv.gz", 2, "3,c,soon,1"),
        ("more/3.txt", 3, "x;;1"),
    ]


def test_rows_of_a_table_have_numbers(read: Read, engine: DuckDBEngine, tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"customer": ["a", "b"], "date": ["2024-01-05", "soon"], "amount": [1.5, 2.5], "note": [None, 'x"y']}
    )
    frame.to_parquet(tmp_path / "orders.parquet")
    for given_orders, name in ((frame, "pandas DataFrame"), (tmp_path / "orders.parquet", "orders.parquet")):
        read(given_orders)
        assert engine.rows("select file, line, reason, content from quarantine") == [
            (name, 2, "unreadable date", '{"customer":"b","date":"soon","amount":2.5,"note":"x\\"y"}')
        ]


@pytest.mark.parametrize("threads", [1, 2])
def test_the_order_of_a_large_file_is_kept(write: Write, threads: int) -> None:
    """Lines are told by the order of rows, and the engine reads a large file in several pieces at once."""
    refused = {5, 200_001, 399_999, 500_000}
    rows = (f"{n},c{n % 1000:08d},{'soon' if n in refused else '2024-01-05'},12.50" for n in range(1, 600_001))
    path = write("\n".join([HEADER, *rows]))
    with DuckDBEngine(threads=threads) as engine:
        read_orders(engine, path, ReadOptions(), today=TODAY, progress=Progress())
        assert [(line, content.split(",")[0]) for line, _, content in quarantined(engine)] == [
            (n + 1, str(n)) for n in sorted(refused)
        ]


def test_patience_comes_before_the_dates_are_looked_at(read: Read, write: Write, engine: DuckDBEngine) -> None:
    rows = ["customer,date,amount", "a,01/02/2024,1", 'b,"02/02/2024,2', "c,25/02/2024,3"]
    assert read(write("\n".join(rows))).as_of == dt.date(2024, 2, 25)
    assert quarantined(engine) == [(3, "unclosed quote", 'b,"02/02/2024,2')]
    assert read(write("\r\n".join(rows[:2]) + "\nc,25/02/2024,3\r\n")).receipt.rows("valid") == 2


def test_a_header_that_is_no_text_is_no_row(read: Read, write: Write, engine: DuckDBEngine) -> None:
    intake = read(write(b'customer,date,amount,\xff\na,2024-01-05,1,x\nb,"2024-01-05,2,x\n'))
    assert (intake.receipt.rows("valid"), [line for line, *_ in quarantined(engine)]) == (1, [3])
