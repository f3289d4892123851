"""Amounts as people write them: read rightly, or refused with both readings."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import InputError
from regulars.sources.numbers import NumberReading, currency_of, number, reading_of
from regulars.sources.read import Intake

Read = Callable[..., Intake]
Write = Callable[..., Path]
Groups = Callable[[Intake], dict[str, tuple[int, str | None]]]

KIND = "DECIMAL(18,4)"


def reading(engine: DuckDBEngine, texts: list[str], *, grouping: bool = False) -> NumberReading:
    engine.execute("create or replace temp table texts as select unnest($texts::varchar[]) as c1", {"texts": texts})
    return reading_of(engine, "texts", ["c1"], "orders.csv", decimal=None, points_may_group=grouping)


def numbers(engine: DuckDBEngine, texts: list[str]) -> list[Decimal | None]:
    expression = number("c1", "VARCHAR", KIND, reading(engine, texts))
    return [row[0] for row in engine.rows(f"select {expression} from texts")]


WRITTEN: dict[str, tuple[list[str], list[str | None]]] = {
    "decimal comma": (["12,50", "3", "-4,1"], ["12.5", "3", "-4.1"]),
    "European thousands": (["1.234,56", "2.500", "3,1"], ["1234.56", "2500", "3.1"]),
    "English thousands": (["1,234.56", "2,500", "3.1"], ["1234.56", "2500", "3.1"]),
    "several groups": (["1,234,567", "12"], ["1234567", "12"]),
    "Indian groups": (["1,00,000.00", "3.5"], ["100000", "3.5"]),
    "Swiss groups": (["1'234.50", "CHF 12.00"], ["1234.5", "12"]),
    "spaces as groups": (["1 234,50", "1\N{NO-BREAK SPACE}000,00"], ["1234.5", "1000"]),
    "narrow spaces": (["2\N{NARROW NO-BREAK SPACE}000,5"], ["2000.5"]),
    "currency before": (["$45.00", "-$3.20", "$-1.00", "US$ 4.00"], ["45", "-3.2", "-1", "4"]),
    "currency after": (["12,00 €", "3,50 EUR", "4,00kr"], ["12", "3.5", "4"]),
    "parentheses": (["(3.20)", "($4.10)", "5.00"], ["-3.2", "-4.1", "5"]),
    "minus at the end": (["3.20-", "1,000.00 -", "5.00"], ["-3.2", "-1000", "5"]),
    "real minus sign": (["\N{MINUS SIGN}3.20", "1,5.0"], ["-3.2", None]),
    "only whole thousands": (["1,234", "500", "12"], ["1234", "500", "12"]),
    "three decimals": (["1,234", "1500"], ["1.234", "1500"]),
    "not numbers": (["twelve", "12,50", "1,2,3", ""], [None, "12.5", None, None]),
    "plain": (["12.50", " 3 ", "1e3"], ["12.5", "3", "1000"]),
}


@pytest.mark.parametrize("case", WRITTEN)
def test_a_number_is_read_as_it_was_meant(engine: DuckDBEngine, case: str) -> None:
    texts, expected = WRITTEN[case]
    assert numbers(engine, texts) == [None if text is None else Decimal(text) for text in expected]


@pytest.mark.parametrize("texts", [["1,234"], ["1,234", "5,678"], ["1,234", "5.678"]])
def test_numbers_that_nothing_decides_are_refused_with_both_readings(engine: DuckDBEngine, texts: list[str]) -> None:
    with pytest.raises(InputError, match=r"two ways: '1,234' .* --decimal comma or --decimal point"):
        reading(engine, texts)


def test_a_point_before_three_digits_is_doubted_only_where_semicolons_part(engine: DuckDBEngine) -> None:
    assert reading(engine, ["1.234", "2.500"]).decimal == "."
    assert reading(engine, ["1.234", "300"], grouping=True).decimal == ","
    assert reading(engine, ["1.234", "3000"], grouping=True).decimal == "."
    with pytest.raises(InputError, match="two ways"):
        reading(engine, ["1.234", "2.500"], grouping=True)


def test_two_decimal_marks_are_refused_with_one_example_of_each(engine: DuckDBEngine) -> None:
    with pytest.raises(InputError, match=r"'12,50' has a decimal comma, '12\.5' a decimal point"):
        reading(engine, ["12,50", "12.5"])


def test_a_sign_that_stands_for_one_currency_gets_its_code(engine: DuckDBEngine) -> None:
    engine.execute("create or replace temp table texts as select unnest(['€3', '3 GBP', '$3', 'US$ 3', '3']) as c1")
    assert engine.rows(f"select {currency_of('c1')} from texts") == [("EUR",), ("GBP",), ("$",), ("USD",), (None,)]


def written(cents: int, group: str, mark: str) -> str:
    sign, size = ("-" if cents < 0 else ""), abs(cents)
    return f"{sign}{size // 100:,}".replace(",", group) + f"{mark}{size % 100:02d}"


@given(
    cents=st.lists(st.integers(-(10**13), 10**13), min_size=1, max_size=20),
    marks=st.sampled_from([(",", "."), (".", ","), (" ", ","), ("'", "."), ("", ","), ("", ".")]),
)
@settings(max_examples=60, deadline=None)
def test_any_amount_with_two_decimals_comes_back_whatever_the_marks(
    engine: DuckDBEngine, cents: list[int], marks: tuple[str, str]
) -> None:
    texts = [written(value, *marks) for value in cents]
    assert numbers(engine, texts) == [Decimal(value) / 100 for value in cents]


def orders(*amounts: str, mark: str = ";") -> str:
    lines = (f"c{row % 3}{mark}2024-01-{row % 28 + 1:02d}{mark}{amount}" for row, amount in enumerate(amounts))
    return "\n".join((f"customer{mark}date{mark}amount", *lines))


def test_a_european_file_is_read_with_its_currency(read: Read, write: Write, groups: Groups) -> None:
    intake = read(write(orders("12,50 €", "1.234,00 €", "-2,50 €")))
    assert groups(intake)["sale"] == (2, "1246.50")
    assert intake.receipt.currency == "EUR"


def test_an_odd_number_far_down_is_read_too(read: Read, write: Write, groups: Groups) -> None:
    intake = read(write(orders(*["7"] * 80, "2,50", "1.000,00")))
    assert groups(intake) == {"sale": (82, "1562.50")}


def test_two_currencies_in_the_amounts_are_refused_with_their_counts(read: Read, write: Write) -> None:
    with pytest.raises(InputError, match=r"2 currencies: EUR \(2 rows, 24\.50\), USD \(1 row, 3\.00\)"):
        read(write(orders("12,50 €", "12 €", "US$ 3")))


def test_a_number_that_is_none_stays_in_quarantine(read: Read, write: Write, groups: Groups) -> None:
    intake = read(write(orders("on request", "12,50", "3,10")))
    assert groups(intake)["unreadable amount"] == (1, None)


def test_the_decimal_mark_can_be_said(read: Read, write: Write, groups: Groups) -> None:
    path = write(orders("1.234", "2.500"))
    with pytest.raises(InputError, match="--decimal"):
        read(path)
    assert groups(read(path, decimal="comma")) == {"sale": (2, "3734.00")}
    assert groups(read(path, decimal="point")) == {"sale": (2, "3.73")}
    with pytest.raises(InputError, match="unknown decimal mark 'dot'"):
        read(path, decimal="dot")


def test_quantities_and_prices_are_read_in_the_same_way(read: Read, write: Write, groups: Groups) -> None:
    text = "customer;date;quantity;unit price\na;2024-01-01;2;1.250,50\nb;2024-01-02;1,5;2,00"
    assert groups(read(write(text))) == {"sale": (2, "2504.00")}
