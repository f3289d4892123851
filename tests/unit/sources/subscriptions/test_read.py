"""Contracts as people export them: which tables are taken for contracts, and the verdict on each row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import regulars as rg
from regulars.contract.orders import ORDER_FIELDS, normalised
from regulars.contract.subscriptions import SUBSCRIPTION_FIELDS, look_like_subscriptions
from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import HoldsSubscriptions, InputError, UnknownName
from regulars.progress import Progress
from regulars.sources.read import ReadOptions
from regulars.sources.subscriptions.billing import BillingPeriod, period_of
from regulars.sources.subscriptions.read import SubscriptionIntake, read_subscriptions

TODAY = dt.date(2026, 1, 1)
HEADER = "Customer,Start,End,Plan,Price,Billing period"
Read = Callable[..., SubscriptionIntake]


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine(threads=1) as opened:
        yield opened


@pytest.fixture
def read(engine: DuckDBEngine, tmp_path: Path) -> Read:
    def reading(*lines: str, header: str = HEADER, **options: Any) -> SubscriptionIntake:
        path = tmp_path / "contracts.csv"
        path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        return read_subscriptions(engine, path, ReadOptions(**options), today=TODAY, progress=Progress())

    return reading


def verdicts(intake: SubscriptionIntake) -> dict[str, int]:
    return {line.rule: line.rows for line in intake.receipt.lines}


STRIPE = ["id", "Customer ID", "Plan", "Quantity", "Interval", "Amount", "Status", "Created (UTC)", "Start (UTC)"]


@pytest.mark.parametrize(
    ("columns", "mapping", "contracts"),
    [
        (["customer", "start_date", "end_date", "price"], {}, True),
        ([*STRIPE, "Canceled At (UTC)", "Ended At (UTC)"], {}, True),
        (["Policy number", "Inception date", "Termination date", "Premium"], {}, True),
        (["customer_id", "order_date", "amount"], {}, False),
        (["Name", "Email", "Created at", "Total", "Cancelled at"], {}, False),
        (["customer", "order date", "start", "end", "amount"], {}, False),
        (["customer", "start", "end", "amount"], {"ordered_at": "start"}, False),
        (["who", "a", "b", "c"], {"started_at": "a", "ended_at": "b"}, True),
    ],
)
def test_contracts_are_told_from_orders(columns: list[str], mapping: dict[str, str], contracts: bool) -> None:  # noqa: FBT001
    assert look_like_subscriptions(columns, mapping) is contracts


def test_synonyms_are_normalised_and_belong_to_one_field() -> None:
    for field in SUBSCRIPTION_FIELDS:
        assert [name for name in field.synonyms if name != normalised(name)] == []
        assert len(set(field.synonyms)) == len(field.synonyms)
    names = [name for field in SUBSCRIPTION_FIELDS for name in (normalised(field.name), *field.synonyms)]
    assert {name for name in names if names.count(name) > 1} == {"id"}
    assert "id" in ORDER_FIELDS[0].synonyms


def test_the_export_of_a_payment_provider_is_read(read: Read, engine: DuckDBEngine) -> None:
    intake = read(
        "sub_1,cus_1,Gold,3,month,20.00,active,2023-01-05 10:00,2023-01-05 10:00,2024-05-01 08:00,",
        "sub_2,cus_2,Gold,1,year,200.00,canceled,2023-02-01 09:00,2023-02-01 09:00,2023-07-01 12:00,2024-02-01 09:00",
        "sub_3,cus_3,Gold,1,month,20.00,trialing,2024-04-28 09:00,2024-04-28 09:00,,",
        header=",".join([*STRIPE, "Canceled At (UTC)", "Ended At (UTC)"]),
    )
    assert intake.receipt.columns["contract_id"] == "id"
    assert intake.receipt.columns["ended_at"] == "Ended At (UTC)"
    assert verdicts(intake) == {"contract": 2, "never paid": 1}
    rows = engine.rows("select customer_id, track, ended, amount, months from subscriptions order by customer_id")
    assert rows == [
        ("cus_1", "sub_1", None, Decimal("60.0000"), 1),
        ("cus_2", "sub_2", dt.date(2024, 2, 1), Decimal("200.0000"), 12),
    ]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("a,2020-01-15,2020-06-20,basic,10,monthly", "contract"),
        ("a,2020-01-15,active,basic,10,Monthly", "contract"),
        ("a,2020-01-15,9999-12-31,basic,10,Monthly", "contract"),
        ("a,,2020-06-20,basic,10,monthly", "no date"),
        ("a,some day,2020-06-20,basic,10,monthly", "unreadable date"),
        ("a,2027-01-15,,basic,10,monthly", "after the as-of day"),
        ("a,2020-01-15,soon,basic,10,monthly", "unreadable end"),
        ("a,2020-01-15,1900-01-01,basic,10,monthly", "unreadable end"),
        ("a,2020-01-15,2020-01-14,basic,10,monthly", "end before start"),
        ("a,2020-01-15,,basic,,monthly", "no amount"),
        ("a,2020-01-15,,basic,ten,monthly", "unreadable amount"),
        ("a,2020-01-15,,basic,-10,monthly", "negative price"),
        ("a,2020-01-15,,basic,10,sometimes", "unknown billing period"),
        ("a,2020-01-15,,basic,0,monthly", "zero amount"),
        (",2020-01-15,,basic,10,monthly", "no customer"),
    ],
)
def test_each_row_has_a_verdict(read: Read, line: str, rule: str) -> None:
    intake = read("other,2020-01-01,,basic,1,monthly", line)
    expected = {"contract": 2} if rule == "contract" else {"contract": 1, rule: 1}
    assert verdicts(intake) == expected
    assert intake.receipt.adds_up


def test_a_contract_that_ended_must_say_when(read: Read) -> None:
    header = f"{HEADER},Status"
    intake = read("a,2020-01-01,,basic,1,monthly,cancelled", "b,2020-01-01,,basic,1,monthly,active", header=header)
    assert verdicts(intake) == {"contract": 1, "ended without a date": 1}


def test_a_contract_twice_at_one_time_is_refused(read: Read, engine: DuckDBEngine) -> None:
    intake = read(
        "a,2020-01-01,2021-01-01,basic,1,monthly",
        "a,2020-06-01,2020-07-01,basic,1,monthly",
        "a,2020-06-01,,other,1,monthly",
        "a,2021-01-01,,basic,1,monthly",
        "b,2020-01-01,,basic,1,monthly",
        "b,2020-01-01,,basic,1,monthly",
    )
    assert verdicts(intake) == {"contract": 4, "overlapping contract": 2}
    assert engine.rows("select line, reason from quarantine order by line") == [
        (3, "overlapping contract"),
        (7, "overlapping contract"),
    ]


def test_what_ends_later_is_not_known_yet(read: Read, engine: DuckDBEngine) -> None:
    lines = ("a,2020-01-01,2021-01-01,basic,1,monthly", "b,2020-02-01,,basic,1,monthly")
    intake = read(*lines, as_of=dt.date(2020, 12, 31))
    assert engine.rows("select count(*) from subscriptions where ended is null") == [(2,)]
    assert any("1 contracts end after 2020-12-31" in note for note in intake.receipt.notes)
    assert read(*lines).as_of == dt.date(2021, 1, 1)


def test_without_a_billing_period_a_month_is_assumed_and_said(read: Read, engine: DuckDBEngine) -> None:
    intake = read("a,2020-01-01,,1", header="customer,start,end,price")
    assert engine.rows("select months, days from subscriptions") == [(1, 0)]
    assert any("a month is assumed" in note for note in intake.receipt.notes)


def test_a_monthly_price_is_paid_for_the_whole_billing_period(read: Read, engine: DuckDBEngine) -> None:
    read("a,2020-01-01,,9.99,yearly", "b,2020-01-01,,9.99,week", header="customer,start,end,MRR,interval")
    rows = engine.rows("select amount from subscriptions order by customer_id")
    assert [float(amount) for (amount,) in rows] == pytest.approx([119.88, 9.99 * 7 * 12 / 365.25], abs=1e-4)


def test_european_dates_and_numbers(read: Read, engine: DuckDBEngine) -> None:
    read("a;13/02/2020;05/06/2020;1.200,50", "b;01/03/2020;;99,90", header="Client;Start;End;Price")
    assert engine.rows("select started, ended, amount from subscriptions order by customer_id") == [
        (dt.date(2020, 2, 13), dt.date(2020, 6, 5), Decimal("1200.5000")),
        (dt.date(2020, 3, 1), None, Decimal("99.9000")),
    ]


def test_a_thousand_far_down_the_file_is_read_too(read: Read, engine: DuckDBEngine) -> None:
    lines = [f"c{i},2020-01-01,,99.90" for i in range(80)]
    read(*lines, 'big,2020-01-01,,"1,200.50"', header="customer,start,end,price")
    assert engine.rows("select amount from subscriptions where customer_id = 'big'") == [(Decimal("1200.5000"),)]


def test_dates_that_can_be_read_two_ways_are_asked_for(read: Read) -> None:
    with pytest.raises(InputError, match="can be read two ways"):
        read("a,01/02/2020,,1", header="customer,start,end,price")


def test_prices_in_two_currencies_are_not_added(read: Read) -> None:
    with pytest.raises(InputError, match="2 currencies"):
        read("a,2020-01-01,,1,EUR", "b,2020-01-01,,1,USD", header="customer,start,end,price,currency")


def test_a_price_is_needed(read: Read) -> None:
    with pytest.raises(InputError, match="--map price=COLUMN"):
        read("a,2020-01-01,", header="customer,start,end")


def test_no_contract_that_counts_is_said_with_the_counts(read: Read) -> None:
    with pytest.raises(InputError, match="1 no amount"):
        read("a,2020-01-01,,", header="customer,start,end,price")


def test_columns_can_be_named(read: Read) -> None:
    mapping = {"customer_id": "who", "started_at": "2", "ended_at": "b", "price": "c"}
    intake = read("x,2020-01-01,,5", header="who,a,b,c", mapping=mapping)
    assert intake.receipt.columns["started_at"] == "a"
    with pytest.raises(UnknownName, match="unknown field 'startedat'"):
        ReadOptions(mapping={"startedat": "a"})


@pytest.mark.parametrize("use", [rg.value, rg.histories])
def test_what_wants_orders_says_that_these_are_contracts(use: Callable[..., object]) -> None:
    frame = pd.DataFrame({"customer": ["a"], "start": ["2020-01-01"], "end": [None], "price": [1.0]})
    with pytest.raises(HoldsSubscriptions, match="contracts with a start and an end, not orders"):
        use(frame, as_of="2020-12-31")


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("Month-to-month", (1, 0)),
        ("quarterly", (3, 0)),
        ("per year", (12, 0)),
        ("P1M", (1, 0)),
        ("/mo", (1, 0)),
        ("Two Year", (24, 0)),
        ("every 2 weeks", (0, 14)),
        ("30 days", (0, 30)),
        ("0 months", None),
        ("9999 years", None),
        ("", None),
    ],
)
def test_billing_periods_as_people_write_them(text: str, period: tuple[int, int] | None) -> None:
    assert period_of(text) == (None if period is None else BillingPeriod(*period))
