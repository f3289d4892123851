"""Refunds tied to orders: by hand, and against a loop that keeps a stack per customer, product and price."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.engines.duckdb import DuckDBEngine
from regulars.sources.read import Intake

Read = Callable[..., Intake]
Write = Callable[..., Path]
Take = Callable[[str], Intake]
Rows = list[tuple[Any, ...]]

DAY = dt.date(2024, 1, 1)


def day(number: int) -> dt.date:
    return DAY + dt.timedelta(days=number - 1)


@pytest.fixture
def take(read: Read, write: Write) -> Take:
    """Read a text of orders as of long after its last line."""
    return lambda text: read(write(text), as_of=day(100))


def refunds(engine: DuckDBEngine) -> Rows:
    query = "select customer_id, order_id, order_date, refund_date, amount::double from refunds order by all"
    return engine.rows(query)


HEADER = "customer,order,date,product,qty,price\n"


def test_the_latest_earlier_line_is_taken_back_first(take: Take, engine: DuckDBEngine) -> None:
    take(HEADER + "a,1,2024-01-01,mug,3,2\na,2,2024-01-02,mug,3,2\na,3,2024-01-04,mug,3,2\na,C,2024-01-03,mug,-2,2\n")
    assert refunds(engine) == [("a", "2", day(2), day(3), -4.0)]


def test_a_refund_may_use_up_several_lines_and_leave_a_rest(take: Take, engine: DuckDBEngine) -> None:
    take(HEADER + "a,1,2024-01-01,mug,3,2\na,2,2024-01-02,mug,3,2\na,C,2024-01-03,mug,-10,2\n")
    assert refunds(engine) == [
        ("a", "1", day(1), day(3), -6.0),
        ("a", "2", day(2), day(3), -6.0),
        ("a", None, None, day(3), -8.0),
    ]


def test_the_receipt_parts_the_money_as_the_refunds_are_parted(take: Take) -> None:
    receipt = take(HEADER + "a,1,2024-01-01,mug,3,2\na,C,2024-01-03,mug,-10,2\na,D,2024-01-03,mug,-1,2\n").receipt
    assert [(line.rule, line.rows, line.amount) for line in receipt.lines] == [
        ("sale", 1, Decimal(6)),
        ("refund of an order", 1, Decimal(-6)),
        ("refund without its order", 1, Decimal(-16)),
    ]
    assert receipt.adds_up


def test_another_customer_product_or_price_is_not_taken(take: Take, engine: DuckDBEngine) -> None:
    lines = "b,1,2024-01-01,mug,1,2\na,2,2024-01-01,cup,1,2\na,3,2024-01-01,mug,1,3\na,C,2024-01-02,mug,-1,2\n"
    take(HEADER + lines)
    assert refunds(engine) == [("a", None, None, day(2), -2.0)]


def test_the_same_moment_counts_as_earlier(take: Take, engine: DuckDBEngine) -> None:
    take(HEADER + "a,C,2024-01-01 10:00,mug,-1,2\na,1,2024-01-01 10:00,mug,1,2\n")
    assert refunds(engine) == [("a", "1", day(1), day(1), -2.0)]


def test_the_order_id_of_a_sale_links_directly(take: Take, engine: DuckDBEngine) -> None:
    lines = "a,1,2024-01-01,mug,2,2\na,2,2024-01-02,mug,1,2\na,1,2024-01-05,fee,-1,3\na,1,2024-01-04,mug,-1,2\n"
    take(HEADER + lines + "a,C,2024-01-06,mug,-3,2\nb,1,2024-01-05,mug,-1,2\n")
    assert refunds(engine) == [
        ("a", "1", day(1), day(4), -2.0),
        ("a", "1", day(1), day(5), -3.0),
        ("a", "1", day(1), day(6), -2.0),  # one of its two mugs was taken back already
        ("a", "2", day(2), day(6), -2.0),
        ("a", None, None, day(6), -2.0),
        ("b", None, None, day(5), -2.0),
    ]


def test_without_products_the_amount_is_the_price(take: Take, engine: DuckDBEngine) -> None:
    take("customer,date,amount\na,2024-01-01,5\na,2024-01-02,7\na,2024-01-03,5\na,2024-01-04,-7\na,2024-01-05,-6\n")
    assert refunds(engine) == [("a", "row 2", day(2), day(4), -7.0), ("a", None, None, day(5), -6.0)]


def test_a_refund_with_pieces_above_zero_and_an_amount_below(take: Take, engine: DuckDBEngine) -> None:
    lines = "a,1,2024-01-01,mug,3,6\na,C,2024-01-02,mug,1,-2\n"
    take("customer,order,date,product,qty,amount\n" + lines)
    assert refunds(engine) == [("a", "1", day(1), day(2), -2.0)]


def test_without_refunds_the_table_is_there_and_empty(take: Take, engine: DuckDBEngine) -> None:
    take(HEADER + "a,1,2024-01-01,mug,1,2\n")
    assert refunds(engine) == []


def test_parts_of_a_refund_add_up_to_it(take: Take, engine: DuckDBEngine) -> None:
    # 10 for 3 pieces: a third of it is no whole number of ten-thousandths.
    lines = "".join(f"a,{order},2024-01-0{order},mug,1,3.3333\n" for order in (1, 2, 3))
    take("customer,order,date,product,qty,amount\n" + lines + "a,C,2024-01-04,mug,-3,-10\n")
    assert [(order, amount) for _, order, _, _, amount in refunds(engine)] == [
        ("1", -3.3333),
        ("2", -3.3334),
        ("3", -3.3333),
    ]


def test_a_refund_too_large_for_a_float_stays_exact(take: Take, engine: DuckDBEngine) -> None:
    take("customer,date,amount\na,2024-01-01,999999999999.9999\na,2024-01-02,-999999999999.9999\n")
    assert engine.rows("select order_id, amount from refunds") == [("row 1", Decimal("-999999999999.9999"))]


@dataclass(frozen=True)
class Line:
    """One line of a made-up shop; a refund has a negative number of pieces."""

    customer: str
    order: str
    minute: int
    product: str
    price: int
    pieces: int


def lines(*, linked: bool) -> st.SearchStrategy[list[Line]]:
    line = st.builds(
        Line,
        customer=st.sampled_from("ab"),
        order=st.integers(1, 8).map(str),
        minute=st.integers(0, 12),
        product=st.sampled_from(["mug", "cup"]),
        price=st.integers(1, 2),
        pieces=st.integers(-6, 6).filter(bool),
    )
    apart = st.lists(line, min_size=1, max_size=30)
    return apart if linked else apart.map(_with_refunds_of_their_own)


def _with_refunds_of_their_own(made: list[Line]) -> list[Line]:
    return [
        line if line.pieces > 0 else Line(line.customer, f"C{number}", *_rest(line)) for number, line in enumerate(made)
    ]


def _rest(line: Line) -> tuple[int, str, int, int]:
    return line.minute, line.product, line.price, line.pieces


def by_a_loop(made: list[Line]) -> dict[tuple[str, str | None, int], int]:
    """Money taken back per customer, order and minute of the refund."""
    taken: dict[tuple[str, str | None, int], int] = defaultdict(int)
    sold = {(line.customer, line.order) for line in made if line.pieces > 0}
    gone: dict[tuple[str, str, str, int], int] = defaultdict(int)
    for line in made:
        if line.pieces < 0 and (line.customer, line.order) in sold:
            taken[line.customer, line.order, line.minute] += line.pieces * line.price
            gone[line.customer, line.order, line.product, line.price] -= line.pieces
    stacks: dict[tuple[str, str, int], list[list[Any]]] = defaultdict(list)
    for line in sorted(made, key=lambda line: (line.minute, line.pieces < 0)):
        stack = stacks[line.customer, line.product, line.price]
        if line.pieces > 0:
            bought = (line.customer, line.order, line.product, line.price)
            used = min(line.pieces, gone[bought])
            gone[bought] -= used
            stack.append([line.order, line.pieces - used])
        elif (line.customer, line.order) not in sold:
            wanted = -line.pieces
            while wanted and stack:
                piece = min(wanted, stack[-1][1])
                taken[line.customer, stack[-1][0], line.minute] -= piece * line.price
                wanted -= piece
                stack[-1][1] -= piece
                if stack[-1][1] == 0:
                    stack.pop()
            taken[line.customer, None, line.minute] -= wanted * line.price
    return {key: amount for key, amount in taken.items() if amount}


def by_the_package(read: Read, engine: DuckDBEngine, made: list[Line]) -> dict[tuple[str, str | None, int], int]:
    columns = ["customer", "order", "minute", "product", "price", "pieces"]
    frame = pd.DataFrame([[getattr(line, column) for column in columns] for line in made], columns=columns)
    # One minute is one day here, so that the table of refunds, which knows days, tells them apart.
    frame["date"] = [day(1 + minute) for minute in frame.pop("minute")]
    frame["quantity"] = frame.pop("pieces")
    intake = read(frame, as_of=day(100))
    assert intake.receipt.adds_up, intake.receipt
    since = "date_diff('day', ?::date, refund_date)"
    found = engine.rows(
        f"select customer_id, order_id, {since}, sum(amount)::integer from refunds group by all",
        [DAY],
    )
    return {(customer, order, minute): amount for customer, order, minute, amount in found if amount}


@settings(max_examples=25)
@given(made=lines(linked=False).filter(lambda made: any(line.pieces > 0 for line in made)))
def test_as_a_loop_over_stacks_matches_them(read: Read, engine: DuckDBEngine, made: list[Line]) -> None:
    assert by_the_package(read, engine, made) == by_a_loop(made)


@settings(max_examples=25)
@given(made=lines(linked=True).filter(lambda made: any(line.pieces > 0 for line in made)))
def test_with_order_ids_that_link(read: Read, engine: DuckDBEngine, made: list[Line]) -> None:
    assert by_the_package(read, engine, made) == by_a_loop(made)
