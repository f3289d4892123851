"""Each rule, and what it leaves alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import InputError
from regulars.sources.read import Intake

Read = Callable[..., Intake]
Write = Callable[..., Path]
Groups = Callable[[Intake], dict[str, tuple[int, str | None]]]


def rule_of(intake: Intake) -> set[str]:
    return {line.rule for line in intake.receipt.lines} - {"sale"}


HEADER = "customer,order,date,amount\n"
GOOD = "good,1,2024-01-05,10\n"


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("a,2,,5", "no date"),
        ("a,2,   ,5", "no date"),
        ("a,2,soon,5", "unreadable date"),
        ("a,2,2024-02-30,5", "unreadable date"),
        ("a,2,0001-01-01,5", "unreadable date"),
        ("a,2,9999-12-31,5", "unreadable date"),
        ("a,2,infinity,5", "unreadable date"),
        ("a,2,2027-01-01,5", "after the as-of day"),
        ("a,2,2027-01-01,five", "after the as-of day"),
        ("a,2,2024-01-04,", "no amount"),
        ("a,2,2024-01-04, ", "no amount"),
        ("a,2,2024-01-04,NaN", "no amount"),
        ("a,2,2024-01-04,five", "unreadable amount"),
        ("a,2,2024-01-04,inf", "impossible amount"),
        ("a,2,2024-01-04,-Infinity", "impossible amount"),
        ("a,2,2024-01-04,1000000000000", "impossible amount"),
        ("a,2,2024-01-04,-1e300", "impossible amount"),
        (",2,2024-01-04,5", "no customer"),
        ("  ,2,2024-01-04,5", "no customer"),
        ("NULL,2,2024-01-04,5", "no customer"),
        ("nan,2,2024-01-04,5", "no customer"),
        ("a,2,2024-01-04,0", "zero amount"),
        ("a,2,2024-01-04,0.00004", "zero amount"),
        ("a,2,2024-01-04,-5", "refund without its order"),
        ("good,1,2024-01-05,-5", "refund of an order"),
    ],
)
def test_the_rule_of_a_row(read: Read, write: Write, row: str, rule: str) -> None:
    intake = read(write(f"{HEADER}{GOOD}{row}\n"))
    assert rule_of(intake) == {rule}
    assert intake.receipt.adds_up
    assert intake.receipt.rows_read == 2


@pytest.mark.parametrize(
    "row",
    [
        *("a,2,2024-01-04,999999999999.9999", "a,2,2024-01-04, 5 ", "a,2,2024-01-04,1e3", "0,2,2024-01-04,5"),
        *("Nanette,2,2024-01-04,5", "a b,2,2024-01-04,5", "a,,2024-01-04,5", "a,2,2024-01-05 23:59:59,5"),
    ],
)
def test_a_row_that_is_a_sale(read: Read, write: Write, row: str) -> None:
    assert rule_of(read(write(f"{HEADER}{GOOD}{row}\n"))) == set()


def test_the_first_rule_that_applies_decides(read: Read, write: Write, groups: Groups) -> None:
    rows = (
        ",soon,five,cancelled,Postage",
        ",2024-01-04,five,cancelled,Postage",
        ",2024-01-04,5,cancelled,Postage",
        ",2024-01-04,5,paid,Postage",
        "a,2024-01-04,5,paid,Postage",
        "a,2024-01-04,0,paid,Mug",
        "a,2024-01-04,5,paid,Mug",
    )
    intake = read(write("customer,date,amount,status,product\n" + "\n".join(rows)))
    assert [line.rule for line in intake.receipt.lines] == [
        *("sale", "cancelled", "no customer", "not merchandise", "zero amount"),
        *("unreadable date", "unreadable amount"),
    ]
    assert {rows for rows, _ in groups(intake).values()} == {1}


@pytest.mark.parametrize("status", ["Cancelled", "canceled", " VOIDED", "failed", "Declined"])
def test_a_status_that_cancels(read: Read, write: Write, status: str) -> None:
    intake = read(write(f"customer,date,amount,Order Status\na,2024-01-04,5,{status}\nb,2024-01-04,5,Completed\n"))
    assert rule_of(intake) == {"cancelled"}


@pytest.mark.parametrize("status", ["paid", "shipped", "", "partially_refunded", "not cancelled"])
def test_a_status_that_does_not(read: Read, write: Write, status: str) -> None:
    assert rule_of(read(write(f"customer,date,amount,status\na,2024-01-04,5,{status}\n"))) == set()


def test_a_shop_of_sizes_loses_nothing(read: Read, write: Write) -> None:
    rows = "".join(f"a,2024-01-0{day},{size},5\n" for day, size in enumerate("SMLDB", start=1))
    assert rule_of(read(write("customer,date,sku,amount\n" + rows))) == set()


def test_a_discount_lowers_its_order(read: Read, write: Write, engine: DuckDBEngine, groups: Groups) -> None:
    intake = read(
        write(
            "customer,order,date,product,amount\n"
            "a,1,2024-01-01,Mug,10\na,1,2024-01-01,Discount,-3\na,2,2024-01-02,Discount,-1\na,3,2024-01-03,Discount,2\n"
        )
    )
    assert groups(intake) == {"sale": (2, "12.00"), "discount": (2, "-4.00")}
    assert engine.rows("select order_id, amount from orders order by 1") == [
        ("1", Decimal("7.0000")),
        ("2", Decimal("-1.0000")),
        ("3", Decimal("2.0000")),
    ]
    assert intake.receipt.orders == 2


def test_zero_amounts_are_kept_when_asked(read: Read, write: Write, groups: Groups) -> None:
    path = write("customer,date,amount\na,2024-01-01,0\na,2024-01-02,5\n")
    assert groups(read(path)) == {"sale": (1, "5.00"), "zero amount": (1, "0.00")}
    assert groups(read(path, zero_amount="keep")) == {"sale": (2, "5.00")}


def test_money_is_exact(read: Read, write: Write, engine: DuckDBEngine) -> None:
    read(
        write(
            "customer,date,qty,price\n"
            + "a,2024-01-01,3,0.1\n" * 10
            + "b,2024-01-01,7,0.00125\nc,2024-01-01,3,1e-5\nd,2024-01-01,1,1\n"
        )
    )
    assert engine.rows("select customer_id, sum(amount) from orders group by all order by all") == [
        ("a", Decimal("3.0000")),
        ("b", Decimal("0.0088")),
        ("d", Decimal("1.0000")),
    ]


def test_an_amount_wins_over_pieces_times_price(read: Read, write: Write) -> None:
    assert read(write("customer,date,qty,price,total\na,2024-01-01,3,10,25\n")).receipt.amount_read == Decimal(25)


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("a,2024-01-01,,5", "no amount"),
        ("a,2024-01-01,2,", "no amount"),
        ("a,2024-01-01,two,5", "unreadable amount"),
        ("a,2024-01-01,1e9,1e9", "impossible amount"),
        ("a,2024-01-01,0,5", "zero amount"),
    ],
)
def test_pieces_or_price_that_make_no_amount(read: Read, write: Write, row: str, rule: str) -> None:
    assert rule_of(read(write(f"customer,date,qty,price\ngood,2024-01-01,1,1\n{row}\n"))) == {rule}


def test_without_money_each_row_is_a_purchase(read: Read, write: Write, engine: DuckDBEngine) -> None:
    intake = read(write("cust,date\na,2024-01-01\na,2024-01-01\nb,2024-01-02\n"))
    assert not intake.has_money
    assert (intake.receipt.amount_read, intake.receipt.lines[0].amount, intake.receipt.orders) == (None, None, 3)
    assert engine.rows("select sum(amount) from orders") == [(Decimal("3.0000"),)]


def test_files_with_and_without_money_do_not_mix(read: Read, write: Write) -> None:
    paths = [write("cust,date\na,2024-01-01\n", "visits.csv"), write("cust,date,amount\na,2024-01-01,5\n")]
    with pytest.raises(InputError, match=r"visits.csv has neither an amount nor quantity and unit price"):
        read(paths)


def test_the_as_of_day_is_the_last_sale_not_after_today(read: Read, write: Write, groups: Groups) -> None:
    path = write(
        "customer,date,amount\na,2024-01-01,5\na,2024-01-03,5\na,2024-01-04,-5\na,2024-01-05,x\na,2024-02-01,7\n"
    )
    intake = read(path, today=dt.date(2024, 1, 31))
    assert intake.as_of == dt.date(2024, 1, 3)
    assert groups(intake) == {"sale": (2, "10.00"), "after the as-of day": (3, "2.00")}


def test_a_given_as_of_day_hides_what_came_later(read: Read, write: Write, engine: DuckDBEngine) -> None:
    path = write("customer,date,amount\na,2024-01-01 23:59:59.9,5\na,2024-01-02,5\na,2024-01-03,-5\n")
    intake = read(path, as_of=dt.date(2024, 1, 1))
    assert (intake.as_of, intake.receipt.rows("valid"), intake.receipt.rows("quarantined")) == (
        dt.date(2024, 1, 1),
        1,
        2,
    )
    assert engine.rows("select line, reason, content from quarantine") == [
        (3, "after the as-of day", "a,2024-01-02,5"),
        (4, "after the as-of day", "a,2024-01-03,-5"),
    ]


def test_an_as_of_day_after_the_last_order_stays_as_it_is(read: Read, write: Write) -> None:
    assert read(write("customer,date,amount\na,2024-01-01,5\n"), as_of=dt.date(2030, 1, 1)).as_of == dt.date(2030, 1, 1)


def test_no_row_left_says_why(read: Read, write: Write) -> None:
    path = write("customer,date,amount\na,soon,5\n,2024-01-01,5\na,2024-01-01,-5\nx\n")
    with pytest.raises(InputError) as raised:
        read(path)
    assert str(raised.value) == (
        "none of the 4 rows is a sale: 1 refund without its order, 1 no customer, 1 unreadable date, "
        "1 wrong number of fields; the columns may be mapped wrongly, see --map"
    )


def test_mixed_currencies_are_refused(read: Read, write: Write) -> None:
    path = write(
        "customer,date,amount,currency\na,2024-01-01,5,EUR\na,2024-01-01,6,eur\nb,2024-01-01,7,USD\nc,2024-01-01,0,GBP\n"
    )
    with pytest.raises(InputError, match=r"in 2 currencies: EUR \(2 rows, 11.00\), USD \(1 row, 7.00\); .*convert"):
        read(path)


def test_one_currency_stands_on_the_receipt(read: Read, write: Write) -> None:
    receipt = read(write("customer,date,amount,currency\na,2024-01-01,5,EUR\nb,2024-01-01,7,\n")).receipt
    assert receipt.currency == "EUR"
    assert receipt.notes == ("Without a currency of their own, taken for EUR: 1 row.",)


def test_ids_stay_as_written(read: Read, write: Write, engine: DuckDBEngine) -> None:
    read(
        write(
            "customer,order,date,amount\n007,0001,2024-01-01,5\n7,1.0,2024-01-01,5\n10329302124590727494,x,2024-01-01,5\n"
        )
    )
    assert engine.rows("select customer_id, order_id from orders order by 1") == [
        ("007", "0001"),
        ("10329302124590727494", "x"),
        ("7", "1.0"),
    ]


def test_whole_numbers_that_a_float_column_held(read: Read, write: Write, engine: DuckDBEngine) -> None:
    read(write("customer,date,amount\n17850.0,2024-01-01,5\n,2024-01-01,5\n13047.0,2024-01-01,5\n"))
    assert engine.rows("select customer_id from orders order by 1") == [("13047",), ("17850",)]
    read(write("customer,date,amount\n17850.0,2024-01-01,5\n13047.5,2024-01-01,5\n"))
    assert engine.rows("select customer_id from orders order by 1") == [("13047.5",), ("17850.0",)]


def test_that_an_id_is_no_whole_number_may_show_late(read: Read, write: Write, engine: DuckDBEngine) -> None:
    read(write("customer,date,amount\n" + "1.0,2024-01-01,5\n" * 200 + "x,2024-01-01,5\n"))
    assert engine.rows("select distinct customer_id from orders order by 1") == [("1.0",), ("x",)]


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("date_order", "dym", "unknown date order 'dym'"),
        ("zero_amount", "drop", "unknown treatment of zero amounts 'drop'; known: exclude, keep"),
        ("mapping", {"customer": "x"}, "unknown field 'customer'"),
    ],
)
def test_unknown_options(read: Read, write: Write, option: str, value: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(write(HEADER + GOOD), **{option: value})
