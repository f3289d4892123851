"""Orders to histories in weeks, months, quarters and years, against a count in plain Python."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

import regulars as rg
from regulars.errors import InputError

START = dt.date(2021, 11, 3)


def orders(customers: int = 60) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    rows = [
        (f"c{customer:02d}", START + dt.timedelta(days=int(day)), 10.0)
        for customer in range(customers)
        for day in rng.choice(800, size=rng.integers(1, 9), replace=False)
    ]
    return pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount"])


def period(day: dt.date, every: str) -> int:
    if every == "week":
        return (day - dt.timedelta(days=day.weekday())).toordinal() // 7
    parts = {"month": 12, "quarter": 4, "year": 1}[every]
    return day.year * parts + (day.month - 1) * parts // 12


@pytest.mark.parametrize("every", ["week", "month", "quarter", "year"])
@pytest.mark.parametrize("as_of", [dt.date(2023, 5, 17), dt.date(2023, 12, 31)])
def test_as_counted_by_hand(every: str, as_of: dt.date) -> None:
    frame = orders()
    h = rg.histories(frame, as_of=as_of, opportunities=every)
    assert h.in_opportunities
    assert h.unit.value == every
    last = period(as_of + dt.timedelta(days=1), every) - 1
    expected = {}
    for customer, days in frame[frame["ordered_at"] <= as_of].groupby("customer_id")["ordered_at"]:
        turns = sorted({period(day, every) for day in days})
        later = [turn - turns[0] for turn in turns[1:] if turn <= last]
        if turns[0] <= last:
            expected[customer] = (len(later), max(later, default=0), last - turns[0])
    assert h.customers is not None
    found = {
        str(name): (h.frequency[row], h.recency[row], h.age[row])
        for name, row in zip(h.customers.customer_id, h.customers.row, strict=True)
    }
    assert found == expected
    assert h.customers_total == len(expected)
    fit = rg.BGBB().fit(h)
    assert np.isfinite(fit.expected_purchases(h, 4)).all()


def test_days_and_periods_that_are_not_over_are_refused() -> None:
    with pytest.raises(InputError, match="weeks, months, quarters or years"):
        rg.histories(orders(3), as_of="2023-05-17", opportunities="day")
    soon = pd.DataFrame({"customer_id": ["a"], "ordered_at": ["2023-05-02"], "amount": [5.0]})
    with pytest.raises(InputError, match="no month that a customer first bought in is over"):
        rg.histories(soon, as_of="2023-05-17", opportunities="month")
