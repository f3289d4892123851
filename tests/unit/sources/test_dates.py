from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from regulars.engines.base import literal
from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import InputError
from regulars.sources.dates import DateReading, moment
from regulars.sources.read import Intake

Read = Callable[..., Intake]
Write = Callable[..., Path]


def reads(engine: DuckDBEngine, text: str, order: str | None = None, timezone: str = "UTC") -> str | None:
    engine.execute(f"create or replace temp table texts as select {literal(text)} as c1")
    reading = moment("c1", "VARCHAR", DateReading(timezone, order))
    found: str | None = engine.rows(f"select {reading}::varchar from texts")[0][0]
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2011-12-09", "2011-12-09 00:00:00"),
        (" 2011-12-09 ", "2011-12-09 00:00:00"),
        ("2011-1-5", "2011-01-05 00:00:00"),
        ("2011/12/09", "2011-12-09 00:00:00"),
        ("2011-12-09 10:15", "2011-12-09 10:15:00"),
        ("2011-12-09 10:15:30", "2011-12-09 10:15:30"),
        ("2011-12-09T10:15:30", "2011-12-09 10:15:30"),
        ("2011-12-09T10:15:30.25", "2011-12-09 10:15:30.25"),
        ("2011-12-09T10:15:30Z", "2011-12-09 10:15:30"),
        ("19970101", "1997-01-01 00:00:00"),
        ("2011-12-09x", None),
        ("2011-13-40", None),
        ("2011-02-29", None),
        ("20110229", None),
        ("infinity", None),
        ("epoch", None),
        ("yesterday", None),
        ("3/4/2011", None),
        ("40000", "2009-07-06 00:00:00"),
        ("45291.75", "2023-12-31 18:00:00"),
        ("45291.4270833333", "2023-12-31 10:15:00"),
        ("1700000000", "2023-11-14 22:13:20"),
        ("1700000000.5", "2023-11-14 22:13:20.5"),
        ("1700000000000", "2023-11-14 22:13:20"),
        ("1700000000123.0", "2023-11-14 22:13:20.123"),
        ("1700000000123456", "2023-11-14 22:13:20.123456"),
        ("9 Dec 2011", "2011-12-09 00:00:00"),
        ("09-Dec-11", "2011-12-09 00:00:00"),
        ("Dec 9, 2011", "2011-12-09 00:00:00"),
        ("December 9, 2011 10:15 PM", "2011-12-09 22:15:00"),
        ("9 December 2011 10:15", "2011-12-09 10:15:00"),
        ("Fri, 09 Dec 2011 10:15:00 GMT", "2011-12-09 10:15:00"),
        ("31 Nov 2011", None),
        ("9 Decembruary 2011", None),
        ("12345", None),
        ("999999999", None),
        ("17000000000000000", None),
    ],
)
def test_what_a_text_says(engine: DuckDBEngine, text: str, expected: str | None) -> None:
    assert reads(engine, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("2011-12-09T23:30:00Z", "2011-12-09T23:30Z", "2011-12-09 23:30:00 UTC", "2011-12-09T23:30:00.0+00:00"),
        *("2011-12-10T01:30+02", "2011-12-10 01:30:00+0200", "2011-12-09 20:30:00 -0300", "2011-12-09T23:30:00z"),
    ],
)
def test_an_offset_leads_to_the_local_day(engine: DuckDBEngine, text: str) -> None:
    assert reads(engine, text) == "2011-12-09 23:30:00"
    assert reads(engine, text, timezone="Europe/Berlin") == "2011-12-10 00:30:00"


@pytest.mark.parametrize("text", ["1323473400", "1323473400000", "Fri, 09 Dec 2011 23:30:00 +0000"])
def test_seconds_since_1970_are_universal_time(engine: DuckDBEngine, text: str) -> None:
    assert reads(engine, text) == "2011-12-09 23:30:00"
    assert reads(engine, text, timezone="Europe/Berlin") == "2011-12-10 00:30:00"


@pytest.mark.parametrize("date", ["1900-01-01", "1970-01-01", "9999-12-31", "0", "1899-12-30"])
def test_a_date_that_stands_for_none_is_quarantined(read: Read, write: Write, date: str) -> None:
    intake = read(write(f"customer,date,amount\na,{date},5\nb,2024-01-01,5\n"))
    assert {line.rule: line.rows for line in intake.receipt.lines} == {"sale": 1, "unreadable date": 1}


@pytest.mark.parametrize("kind", ["bigint", "double"])
def test_a_column_of_numbers_holds_dates_too(read: Read, engine: DuckDBEngine, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "orders.parquet"
    engine.write_parquet(f"select 'a' as customer, 1323473400::{kind} as date, 5 as amount", path)
    assert read(path).as_of == dt.date(2011, 12, 9)


def test_without_an_offset_the_time_is_local_already(engine: DuckDBEngine) -> None:
    assert reads(engine, "2011-12-09 23:30:00", timezone="Europe/Berlin") == "2011-12-09 23:30:00"


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("3/4/2011", "dmy", "2011-04-03 00:00:00"),
        ("3/4/2011", "mdy", "2011-03-04 00:00:00"),
        ("03.04.11", "dmy", "2011-04-03 00:00:00"),
        ("03-04-2011 8:26", "mdy", "2011-03-04 08:26:00"),
        ("3/4/2011 8:26:10 PM", "mdy", "2011-03-04 20:26:10"),
        ("11/12/09", "ymd", "2011-12-09 00:00:00"),
        ("13/13/2011", "dmy", None),
        ("31/02/2011", "dmy", None),
        ("2011-04-03", "mdy", "2011-04-03 00:00:00"),
    ],
)
def test_short_dates(engine: DuckDBEngine, text: str, order: str, expected: str | None) -> None:
    assert reads(engine, text, order) == expected


def test_a_day_above_12_decides(read: Read, write: Write, engine: DuckDBEngine) -> None:
    read(write("customer,date,amount\na,01/02/2011,5\na,25/02/2011,5\n"))
    assert engine.rows("select order_date from orders order by 1") == [(dt.date(2011, 2, 1),), (dt.date(2011, 2, 25),)]
    read(write("customer,date,amount\na,01/02/2011,5\na,02/25/2011,5\n"))
    assert engine.rows("select order_date from orders order by 1") == [(dt.date(2011, 1, 2),), (dt.date(2011, 2, 25),)]


def test_it_decides_for_the_files_of_the_same_program(read: Read, write: Write, engine: DuckDBEngine) -> None:
    first = write("customer,date,amount\na,01/02/2011,5\n", "export/a.csv")
    write("customer,date,amount\na,25/02/2011,5\n", "export/b.csv")
    read(first.parent)
    assert engine.rows("select order_date from orders order by 1") == [(dt.date(2011, 2, 1),), (dt.date(2011, 2, 25),)]


def test_two_readings_are_refused_with_both_shown(read: Read, write: Write) -> None:
    path = write("customer,date,amount\na,01/02/2011,5\n")
    with pytest.raises(InputError) as raised:
        read(path)
    assert str(raised.value) == (
        "the dates of orders.csv can be read two ways: '01/02/2011' is day 1 of month 2 in 2011 (dmy), "
        "or day 2 of month 1 (mdy), and no day above 12 decides; say --date-order dmy or --date-order mdy"
    )
    assert read(path, date_order="dmy").as_of == dt.date(2011, 2, 1)
    assert read(path, date_order="mdy").as_of == dt.date(2011, 1, 2)


def test_mixed_orders_are_refused_unless_one_is_said(read: Read, write: Write) -> None:
    path = write("customer,date,amount\na,13/02/2011,5\na,02/13/2011,5\n")
    with pytest.raises(
        InputError, match="not written in one order: '13/02/2011' has the day first, '02/13/2011' the month"
    ):
        read(path)
    intake = read(path, date_order="dmy")
    assert (intake.receipt.rows("valid"), intake.receipt.rows("quarantined")) == (1, 1)


def test_an_unknown_time_zone(read: Read, write: Write) -> None:
    with pytest.raises(InputError, match=r"unknown time zone 'Europe/Berln' \(did you mean 'Europe/Berlin'\?\)"):
        read(write("customer,date,amount\na,2011-01-01,5\n"), timezone="Europe/Berln")
