from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import InputError
from regulars.sources.read import Intake

Read = Callable[..., Intake]
Write = Callable[..., Path]

MONDAY = dt.date(2024, 3, 4)


def weeks(last: int, *, before: int = 20, times: tuple[str, str] = ("", ""), lines: int = 1) -> str:
    """Six Mondays with `before` orders each, the first time of `times`, and `lines` lines per order; a last one."""
    rows = ["customer,order,date,amount"]
    for week in range(7):
        is_last = week == 6
        moment = f"{MONDAY + dt.timedelta(weeks=week)}{times[is_last]}"
        for order in range(last if is_last else before):
            rows += [f"c,{week}-{order},{moment},{line + 1}" for line in range(1 if is_last else lines)]
    return "\n".join(rows)


def test_a_last_day_with_few_orders(read: Read, write: Write) -> None:
    (note,) = read(write(weeks(9))).receipt.notes
    assert note == (
        "The last day, 2024-04-15 (a Monday), has 9 orders; the 6 Mondays before had 20 as a rule. "
        "It is probably incomplete; --as-of 2024-04-14 leaves it out."
    )


def test_a_last_day_that_ends_early(read: Read, write: Write) -> None:
    (note,) = read(write(weeks(14, times=(" 18:00", " 12:50")))).receipt.notes
    assert note.startswith("The last day, 2024-04-15 (a Monday), has 14 orders, the last at 12:50; ")


def test_a_last_day_as_usual_or_of_a_small_shop(read: Read, write: Write) -> None:
    assert read(write(weeks(14))).receipt.notes == ()
    assert read(write(weeks(19, times=(" 18:00", " 12:50")))).receipt.notes == ()
    assert read(write(weeks(1, before=5))).receipt.notes == ()


def test_orders_are_counted_and_not_their_lines(read: Read, write: Write) -> None:
    assert read(write(weeks(20, lines=5))).receipt.notes == ()


def test_repeated_lines_are_counted_and_kept(read: Read, write: Write) -> None:
    receipt = read(
        write("customer,date,product,amount\na,2024-01-01,x,5\na,2024-01-01,x,5\na,2024-01-01,y,5\nb,2024-01-01,x,5\n")
    ).receipt
    assert receipt.rows("valid") == 4
    assert receipt.notes == (
        "1 of 4 valid lines (25.0%) repeat another line in every column that was read; they are counted, not removed.",
    )


def test_ids_that_a_spreadsheet_rounded(read: Read, write: Write) -> None:
    with pytest.raises(InputError, match=r"2 rows is a sale: 2 rounded customer id\..* as text"):
        read(write("Uid,date,amount\n1.03293E+19,2024-01-01,5\n1.16273e+19,2024-01-02,5\n"))
    receipt = read(write("Uid,date,amount\n1.03293E+19,2024-01-01,5\n007,2024-01-02,5\nE+1,2024-01-02,5\n")).receipt
    assert (receipt.rows("valid"), receipt.rows("quarantined"), receipt.customers) == (2, 1, 2)


def test_an_apostrophe_that_kept_an_id_from_the_spreadsheet_is_no_part_of_it(
    read: Read, write: Write, engine: DuckDBEngine
) -> None:
    read(write("Customer ID,date,amount\n'7210448301122,2024-01-01,5\n7210448301122,2024-01-02,5\n"))
    assert engine.rows("select distinct customer_id from orders") == [("7210448301122",)]
