"""Rows and columns that are odd or broken: each is read, set aside with a reason, or the file is refused."""

from __future__ import annotations

import csv as tables
import gzip
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from attempts import HEADER, Attempt, csv

Write = Callable[..., Path]
MAPPED = ("--map", "customer_id=1", "--map", "ordered_at=2", "--map", "amount=3")


def shop(*rows: str) -> str:
    return "\n".join([HEADER, *rows, ""])


def named(name: str) -> str:
    return f"{name},day,worth\n" + "".join(f"c{i % 5},2024-01-{i % 28 + 1:02d},{i}.5\n" for i in range(30))


def wide(rows: int, stray: str = "") -> str:
    columns = ",".join(f"extra_column_{place}" for place in range(5000))
    values = "v," * 5000
    lines = (f"{values}{stray if i == 3 else ''}c{i % 5},2024-01-{i % 28 + 1:02d},{i}.5\n" for i in range(rows))
    return f"{columns},customer,date,amount\n{''.join(lines)}"


REFUSED: dict[str, tuple[str, tuple[str, ...], str]] = {
    "all dates in the future": (
        shop("1,a,2999-01-01,3", "2,b,2998-01-01,4"),
        (),
        "none of the 2 rows is a sale: 2 after the as-of day; look at the dates, or give a later --as-of",
    ),
    "no dates but 1900 and 9999": (shop("1,d,1900-01-01,3", "2,d,9999-12-31,4"), (), "2 unreadable date"),
    "negative totals": (shop("1,a,2024-01-01,-5", "2,b,2024-01-03,-7"), (), "a sale is an amount above 0"),
    "one row": (shop("1,a,2024-01-01,5"), (), "(1 in all, first seen on the as-of day); take a later as-of day"),
    "everybody on the as-of day": (
        shop("1,a,2024-01-01,5", "2,b,2024-01-01,6", "3,b,2024-01-01,6"),
        (),
        "(2 in all, first seen on the as-of day); take a later as-of day",
    ),
    "ids that are all empty": (shop("1,,2024-02-01,3", "2, ,2024-02-02,3"), (), "2 no customer"),
    "a row that is no sale": (shop("1,a,soon,5"), (), "the only row is not a sale: 1 unreadable date"),
    "a header twice": (
        "customer,date,amount,amount\na,2024-01-01,5,6\n",
        (),
        "has 2 columns called 'amount', columns 3 and 4; say which holds amount by its position: --map amount=3 or",
    ),
    "a header twice, mapped by name": (
        "who,date,who,amount\na,2024-01-01,b,6\n",
        ("--map", "customer_id=who"),
        "has 2 columns called 'who', columns 1 and 3",
    ),
    "two currencies": (
        "customer,date,amount,currency\na,2024-01-01,5,EUR\nb,2024-01-02,6,USD\n",
        (),
        "in 2 currencies: EUR (1 row, 5.00), USD (1 row, 6.00)",
    ),
    "two currencies without a column": (
        "customer,date,amount\na,2024-01-01,€5\nb,2024-01-02,£6\n",
        (),
        "in 2 currencies: EUR (1 row, 5.00), GBP (1 row, 6.00)",
    ),
    "two decimal marks": (
        "customer;date;amount\na;2024-01-01;5,25\nb;2024-01-02;6.75\n",
        (),
        "'5,25' has a decimal comma, '6.75' a decimal point; say --decimal comma",
    ),
    "two orders of day and month": (
        "customer,date,amount\na,13/01/2024,5\nb,01/13/2024,6\n",
        (),
        "'13/01/2024' has the day first, '01/13/2024' the month; say --date-order dmy",
    ),
    "no columns that are known": ("hello,world\n1,2\n", (), "no column known as customer_id (who bought)"),
    "five thousand unknown columns": (
        ",".join(f"x{i}" for i in range(5000)) + "\n1\n",
        (),
        "'x39' and 4,960 more. Say",
    ),
    "a margin above 1": (csv(), ("--margin", "1.5"), "the margin must be above 0 and at most 1"),
    "an as-of day before all orders": (csv(), ("--as-of", "2020-01-01"), "6 after the as-of day"),
    "a column of numbers that are words": (shop("1,a,2024-01-01,five"), (), "1 unreadable amount"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(attempt: Attempt, write: Write, case: str) -> None:
    content, options, said = REFUSED[case]
    ended = attempt(write(content), options=options)
    assert ended.status == 2
    assert said in ended.complaint


READ: dict[str, tuple[str, tuple[str, ...], dict[str, int]]] = {
    "1900 and 9999 among others": (
        csv("7,d,1900-01-01,3", "8,d,9999-12-31,4"),
        (),
        {"sale": 6, "unreadable date": 2},
    ),
    "NaN, infinite and impossible amounts": (
        csv("7,d,2024-01-01,NaN", "8,d,2024-01-01,inf", "9,d,2024-01-01,-Infinity", "10,d,2024-02-02,1e300"),
        (),
        {"sale": 6, "no amount": 1, "impossible amount": 3},
    ),
    "refunds above all sales": (
        csv("1,ann,2024-03-10,-500", "7,ann,2024-03-11,1"),
        (),
        {"sale": 7, "refund of an order": 1},
    ),
    "one customer": (shop("1,a,2024-01-01,5", "2,a,2024-02-01,5", "3,a,2024-03-01,5"), (), {"sale": 3}),
    "some ids empty": (
        csv("7,,2024-02-01,3", "8, ,2024-02-02,3", "9,NULL,2024-02-02,4"),
        (),
        {"sale": 6, "no customer": 3},
    ),
    "rows with too few and too many fields": (
        csv("7,d", "8,d,2024-02-02,3,x,y", "", ",,,"),
        (),
        {"sale": 6, "wrong number of fields": 2, "no date": 1},
    ),
    "a quotation mark that never closes": (
        csv('7,"dan,2024-03-10,3.00', "8,eve,2024-03-09,2.00"),
        (),
        {"sale": 7, "unclosed quote": 1},
    ),
    "two decimal marks, one of them said": (
        "customer;date;amount\na;2024-01-01;5,25\na;2024-01-09;5,25\nb;2024-01-02;6.75\n",
        ("--decimal", "comma"),
        {"sale": 2, "unreadable amount": 1},
    ),
    "a header twice, told apart by position": (
        "customer,date,amount,amount\na,2024-01-01,5,6\na,2024-01-09,5,6\n",
        ("--map", "amount=4"),
        {"sale": 2},
    ),
    "five thousand columns": (wide(30), (), {"sale": 30}),
    "five thousand columns and a quote that never closes": (wide(30, '"'), (), {"sale": 29, "unclosed quote": 1}),
    "line ends of old computers": (csv(end="\r"), (), {"sale": 6}),
    "line ends of several computers": (csv().replace("\n", "\r\n", 3), (), {"sale": 6}),
    "line ends of old and new computers": (csv().replace("\n", "\r", 3), (), {"sale": 6}),
    "a byte-order mark in the middle": (csv("\ufeff7,dan,2024-02-02,3"), (), {"sale": 7}),
    "zero bytes far down": (
        csv(*(f"{row},c{row % 7},2024-02-01,3.00" for row in range(10, 6000)), "7,d\0,2024-02-02,3"),
        (),
        {"sale": 5997},
    ),
    "an end mark of old computers": (csv() + "\x1a", (), {"sale": 6, "wrong number of fields": 1}),
    "line separators that are no line ends": (
        csv("7,d\u2028e,2024-02-02,3", "8,d\x0be\x85,2024-02-02,3"),
        (),
        {"sale": 8},
    ),
}


@pytest.mark.parametrize("case", READ)
def test_read(attempt: Attempt, write: Write, case: str) -> None:
    content, options, groups = READ[case]
    assert attempt(write(content), options=options).groups == groups


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_line_of_some_megabytes(attempt: Attempt, write: Write, quote: str) -> None:
    ended = attempt(write(csv(f"7,{quote}{'x' * 5_000_000}{quote},2024-02-02,3", "8,eve,2024-02-02,3")))
    assert ended.groups == {"sale": 7, "unreadable row": 1}


@pytest.mark.parametrize("name", ["orders.csv", "orders.csv.gz"])
def test_a_line_of_fifty_megabytes(attempt: Attempt, write: Write, name: str) -> None:
    pack: Callable[[bytes], bytes] = gzip.compress if name.endswith(".gz") else bytes
    long = "x" * 50_000_000
    ended = attempt(write(pack(csv(f"7,{long},2024-02-02,3", "8,eve,2024-02-02,3").encode()), name))
    assert ended.status == 2
    assert "has a line of more than 8 MB, which is no row of orders" in ended.complaint
    ended = attempt(write(pack(f"{long}\n1,2\n".encode()), name))
    assert ended.status == 2
    assert "a first line of more than 4 MB" in ended.complaint


ODD_NAMES = {
    "quotes": ('"say ""id"""', 'say "id"'),
    "two lines": ('"two\nlines"', "two\nlines"),
    "emoji": ("café 😀", "café 😀"),
    "100,000 letters": ("x" * 100_000, "x" * 100_000),
    "SQL": ('"""; drop table orders; --"', '"; drop table orders; --'),
    "SQL in single quotes": ("'; drop table orders; --", "'; drop table orders; --"),
    "a template": ("{{7*7}}", "{{7*7}}"),
    "markup": ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    "only spaces": ("   ", "column 1"),
}


@pytest.mark.parametrize("case", ODD_NAMES)
def test_names_of_columns(attempt: Attempt, write: Write, case: str) -> None:
    written, name = ODD_NAMES[case]
    ended = attempt(write(named(written)), options=MAPPED)
    assert ended.receipt["columns"]["customer_id"] == name
    assert ended.groups == {"sale": 30}


def test_markup_in_a_name_is_not_live_in_the_report(attempt: Attempt, write: Write) -> None:
    page = write(named("<script>alert(1)</script>"), "<img src=x onerror=alert(2)>.csv")
    ended = attempt(page, options=MAPPED, report=True)
    text = (ended.out / "report.html").read_text(encoding="utf-8")
    assert "<script>alert(1)" not in text
    assert "<img src=x" not in text


def test_ids_that_look_alike_are_kept_apart_and_counted(attempt: Attempt, write: Write) -> None:
    ended = attempt(
        write(csv("7,ANN,2024-02-01,3", "8,Ann,2024-02-02,3", "9, bob,2024-02-02,3", "10,bob ,2024-02-02,3"))
    )
    assert ended.receipt["customers"] == 7
    assert "4 customers' ids differ from another's only by capital letters or spaces around it" in ended.notes
    assert "such as ' bob' and 'bob '; they are kept apart." in ended.notes
    assert "differ" not in attempt(write(csv("7,Dan,2024-02-01,3"))).notes


def test_leading_zeros_are_kept(attempt: Attempt, write: Write) -> None:
    assert attempt(write(csv("7,007,2024-02-01,3", "8,7,2024-02-02,3", "9,07,2024-02-02,3"))).receipt["customers"] == 6


def test_lines_given_twice_and_orders_given_twice(attempt: Attempt, write: Write) -> None:
    many = [f"{row},c{row % 9},2024-02-{row % 28 + 1:02d},3.00" for row in range(10, 100)]
    ended = attempt(write(csv(*many, ROWS_AGAIN, "2,bob,2024-01-20,6.00")))
    assert "1 of 98 valid lines (1.0%) repeat another line in every column that was read; they are" in ended.notes
    assert "1 of 98 sales (1.0%) repeat the order id of another line with other content; they are added" in ended.notes
    products = "order_id,customer,date,amount,sku\n1,a,2024-01-01,5,x\n1,a,2024-01-01,5,x\n1,a,2024-01-01,6,x\n"
    ended = attempt(write(products + "1,a,2024-01-01,6,y\n2,b,2024-01-02,5,x\n"))
    assert "1 of 5 valid lines (20.0%) repeat another line in every column" in ended.notes
    assert "1 of 5 sales (20.0%) repeat the order and product of another line with other content" in ended.notes


ROWS_AGAIN = "1,ann,2024-01-05,10.50"
LIVE = ('=HYPERLINK("http://x")', "+1+1", "-1+1", "@SUM(1)", "\tx", "\r=1")


def test_cells_that_are_formulas_are_dead_in_what_is_written(attempt: Attempt, write: Write) -> None:
    buffer = io.StringIO()
    writer = tables.writer(buffer, lineterminator="\n", quoting=tables.QUOTE_ALL)
    writer.writerows([live, live, "soon", 3] for live in LIVE)
    writer.writerows([f" {live}", live, "soon", 3] for live in LIVE)
    ended = attempt(write(csv() + buffer.getvalue(), "=1+1.csv"))
    assert ended.groups["unreadable date"] == 2 * len(LIVE)
    written = list(tables.reader(io.StringIO(ended.refused, newline="")))[1:]
    assert {row[0] for row in written} == {"'=1+1.csv"}
    assert all(cell[0] not in "=+-@\t\r" for row in written for cell in row)
