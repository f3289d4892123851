"""From rows to spells: what a renewal is, when a lapse is seen, and what only looks like one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.progress import Progress
from regulars.sources.read import ReadOptions
from regulars.sources.subscriptions.read import read_subscriptions
from regulars.valuation.subscriptions.spells import make_spells

Spells = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine(threads=1) as opened:
        yield opened


@pytest.fixture
def spells(engine: DuckDBEngine) -> Spells:
    """Return the spells of rows (customer, start, end, plan, price, billing period) as of a day."""

    def following(*rows: tuple[object, ...], as_of: str, horizon: int = 365) -> list[dict[str, Any]]:
        columns = ["customer", "start", "end", "plan", "price", "interval"]
        day = dt.date.fromisoformat(as_of)
        options = ReadOptions(as_of=day)
        read_subscriptions(engine, pd.DataFrame(list(rows), columns=columns), options, today=day, progress=Progress())
        make_spells(engine, day, horizon)
        names = [
            *("customer_id", "plan", "started", "ended", "amount", "renewals", "periods", "paid", "active", "lapsed"),
            *("wait", "within", "contracts"),
        ]
        found = engine.rows(f"select {', '.join(names)} from spells order by customer_id, started, plan")
        return [dict(zip(names, row, strict=True)) for row in found]

    return following


def monthly(customer: str, start: str, end: str | None, plan: str = "basic", price: float = 10.0) -> tuple[object, ...]:
    return (customer, start, end, plan, price, "monthly")


def test_a_running_contract_waits_for_its_next_renewal(spells: Spells) -> None:
    (spell,) = spells(monthly("a", "2023-01-15", None), as_of="2023-03-20", horizon=60)
    assert (spell["renewals"], spell["active"], spell["lapsed"]) == (2, True, False)
    assert spell["wait"] == (dt.date(2023, 4, 15) - dt.date(2023, 3, 20)).days
    assert spell["within"] == 2  # 15 April and 15 May; 19 May is the last day
    assert (spell["periods"], spell["paid"]) == (3, Decimal("30.0000"))


@pytest.mark.parametrize(
    ("start", "as_of", "renewals"),
    [
        ("2023-01-31", "2023-02-27", 0),
        ("2023-01-31", "2023-02-28", 1),
        ("2023-01-31", "2023-03-30", 1),
        ("2023-01-31", "2023-03-31", 2),
        ("2024-01-31", "2024-02-28", 0),
        ("2024-01-31", "2024-02-29", 1),
        ("2023-02-28", "2023-03-28", 1),
    ],
)
def test_the_last_of_a_month_is_renewed_on_the_last_of_the_next(
    spells: Spells, start: str, as_of: str, renewals: int
) -> None:
    (spell,) = spells(monthly("a", start, None), as_of=as_of)
    assert spell["renewals"] == renewals


def test_periods_in_days(spells: Spells) -> None:
    (spell,) = spells(("a", "2023-01-01", None, "basic", 5.0, "weekly"), as_of="2023-01-22", horizon=14)
    assert (spell["renewals"], spell["wait"], spell["within"]) == (3, 7, 2)


@pytest.mark.parametrize(
    ("end", "renewals", "periods"),
    [
        ("2023-04-15", 2, 3),  # on the day of the third renewal: not made
        ("2023-04-14", 2, 3),  # an end that counts itself in
        ("2023-04-16", 3, 4),  # a day into the fourth period: that one was paid
        ("2023-01-15", 0, 1),  # ended on the day it began; what was paid was paid
        ("2023-03-01", 1, 2),  # in the middle of a period
    ],
)
def test_what_an_ended_contract_was_renewed(spells: Spells, end: str, renewals: int, periods: int) -> None:
    (spell,) = spells(monthly("a", "2023-01-15", end), as_of="2024-01-01")
    assert (spell["renewals"], spell["periods"], spell["active"], spell["lapsed"]) == (renewals, periods, False, True)
    assert spell["wait"] is None


def test_a_lapse_whose_renewal_is_still_to_come_is_not_seen_yet(spells: Spells) -> None:
    yearly = ("a", "2023-01-15", "2023-06-01", "basic", 100.0, "yearly")
    (spell,) = spells(yearly, as_of="2023-12-31")
    assert (spell["active"], spell["lapsed"], spell["renewals"]) == (False, False, 0)
    (spell,) = spells(yearly, as_of="2024-01-15")
    assert spell["lapsed"]


def test_terms_that_follow_each_other_are_one_contract_renewed(spells: Spells) -> None:
    terms = [
        ("a", "2020-01-01", "2020-12-31", "basic", 100.0, "yearly"),
        ("a", "2021-01-01", "2021-12-31", "basic", 110.0, "yearly"),
        ("a", "2022-01-01", None, "plus", 120.0, "yearly"),
    ]
    (spell,) = spells(*terms, as_of="2022-06-30")
    assert (spell["renewals"], spell["contracts"], spell["active"]) == (2, 3, True)
    assert (spell["plan"], spell["amount"], spell["paid"]) == ("plus", Decimal("120.0000"), Decimal("330.0000"))
    assert spell["started"] == dt.date(2020, 1, 1)


def test_a_gap_ends_a_contract(spells: Spells) -> None:
    first, second = spells(
        monthly("a", "2023-01-01", "2023-03-01"), monthly("a", "2023-03-03", None), as_of="2023-06-30"
    )
    assert (first["lapsed"], first["renewals"], second["active"], second["renewals"]) == (True, 1, True, 3)


def test_a_change_of_the_billing_period_is_no_lapse(spells: Spells) -> None:
    first, second = spells(
        monthly("a", "2023-01-01", "2023-03-01"),
        ("a", "2023-03-01", None, "basic", 100.0, "yearly"),
        as_of="2023-06-30",
    )
    assert (first["active"], first["lapsed"], first["renewals"]) == (False, False, 1)
    assert (second["active"], second["renewals"]) == (True, 0)


def test_contracts_beside_each_other_stay_apart(spells: Spells) -> None:
    found = spells(
        monthly("a", "2023-01-01", None, "basic"),
        monthly("a", "2023-02-01", "2023-04-01", "extra"),
        monthly("a", "2023-04-01", None, "extra"),
        as_of="2023-06-30",
    )
    assert [(spell["plan"], spell["contracts"], spell["renewals"]) for spell in found] == [
        ("basic", 1, 5),
        ("extra", 2, 4),
    ]


def test_as_of_an_earlier_day_only_what_was_known_then_counts(spells: Spells, engine: DuckDBEngine) -> None:
    lasting = monthly("c", "2023-02-10", None)
    spells(monthly("a", "2023-01-01", "2023-05-01"), monthly("b", "2023-06-01", None), lasting, as_of="2023-12-31")
    make_spells(engine, dt.date(2023, 3, 31), 30, "earlier")
    before = engine.rows("select customer_id, renewals, active, wait, within from earlier order by customer_id")
    spells(monthly("a", "2023-01-01", None), lasting, as_of="2023-03-31", horizon=30)
    assert before == engine.rows("select customer_id, renewals, active, wait, within from spells order by customer_id")
