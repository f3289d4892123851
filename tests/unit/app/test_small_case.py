"""A shop of five customers who buy every week: the interval is wide, and the page says how little this is."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from regulars.app.result import Result
from regulars.app.value import value
from regulars.valuation.valuation import Interval

CUSTOMERS, WEEKS = 5, 12


@pytest.fixture(scope="module")
def weekly(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """Five customers, twelve weeks, an order a week of 20 to 25."""
    start = dt.date(2023, 1, 2)
    lines = ["customer_id,ordered_at,amount"]
    for customer in range(CUSTOMERS):
        for week in range(WEEKS):
            day = start + dt.timedelta(days=7 * week + customer)
            lines.append(f"c{customer},{day},{20 + (7 * week + 3 * customer) % 11 / 2:.2f}")
    orders: Path = tmp_path_factory.mktemp("weekly") / "orders.csv"
    orders.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return value(orders)


def test_the_interval_knows_that_five_customers_show_little(weekly: Result) -> None:
    purchases, money = weekly.totals.expected_purchases, weekly.totals.expected_value
    assert isinstance(money, Interval)
    for interval in (purchases, money):
        assert interval.low < interval.expected < interval.high
        # Chance alone would leave some 8 % either way; nobody was seen to leave, which rules little out.
        assert interval.low < 0.75 * interval.expected
        assert interval.high > 1.08 * interval.expected
    # A customer who goes on buying every week makes 52 purchases a year; the interval holds that case.
    assert purchases.low < CUSTOMERS * 52 < purchases.high


def test_the_page_says_so(weekly: Result, tmp_path: Path) -> None:
    page = weekly.report(tmp_path / "report.html").read_text(encoding="utf-8")
    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page)).replace("\N{NO-BREAK SPACE}", " ")
    assert "it is wide, so take the number for an order of magnitude" in shown
    assert "5 customers cannot show how different customers are" in shown
    assert "Unknown: the record does not show that customers leave" in shown
    assert "is longer than the record of 82 days" in shown
