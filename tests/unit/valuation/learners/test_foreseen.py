"""New customers told early are checked on those one window before: the same people, what they did, counted by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from artificial_orders import FIRST, artificial_orders

from regulars.engines.duckdb import DuckDBEngine
from regulars.periods import Unit
from regulars.progress import Progress
from regulars.sources.read import ReadOptions, read_orders
from regulars.valuation.features.feature import AsOf
from regulars.valuation.histories import summarise
from regulars.valuation.learners.foreseen import Foreseen, foreseen

WINDOW, FIRST_DAYS = 60, 7
AS_OF = AsOf(FIRST + dt.timedelta(days=230), WINDOW, keep_zero=False)


def told(shop: pd.DataFrame, as_of: AsOf, *, has_money: bool = True) -> Foreseen:
    with DuckDBEngine(threads=2, memory_limit="1GB") as engine:
        orders = shop if has_money else shop.drop(columns="amount")
        intake = read_orders(engine, orders, ReadOptions(), today=dt.date(2030, 1, 1), progress=Progress())
        summarise(engine, intake.as_of, Unit.WEEK, keep_zero=False)
        return foreseen(engine, as_of, FIRST_DAYS, has_money=has_money, seed=0)


@pytest.fixture(scope="module")
def shop() -> pd.DataFrame:
    return artificial_orders(21, 2500, 480)


@pytest.mark.parametrize("has_money", [True, False])
def test_what_was_told_is_held_against_what_came(shop: pd.DataFrame, has_money: bool) -> None:  # noqa: FBT001 - a case
    found = told(shop, AS_OF, has_money=has_money)
    known = shop[shop["date"] <= pd.Timestamp(AS_OF.origin)]
    first = known.groupby("customer")["date"].min()
    ends = first + pd.Timedelta(days=FIRST_DAYS + WINDOW)
    origin = pd.Timestamp(AS_OF.origin)
    then = first[(ends <= origin) & (ends > origin - pd.Timedelta(days=WINDOW))].index
    since = known.merge(first.rename("first"), left_on="customer", right_index=True)
    day = (since["date"] - since["first"]).dt.days
    later = since[since["customer"].isin(then) & (day > FIRST_DAYS) & (day <= FIRST_DAYS + WINDOW)]
    actual = later["amount"].sum() if has_money else len(later.drop_duplicates(["customer", "date"]))
    now = first[(ends > origin) & (first + pd.Timedelta(days=FIRST_DAYS) <= origin)]
    assert found.check is not None
    assert (found.customers, found.check.measures.customers) == (now.size, then.size)
    assert found.check.measures.actual == pytest.approx(actual)
    assert found.check.skill is not None
    assert found.check.skill > 0.0
    assert np.isfinite(found.expected)
    assert found.expected > 0.0


def test_a_record_too_short_for_a_check_still_tells_of_today(shop: pd.DataFrame) -> None:
    found = told(shop, AsOf(FIRST + dt.timedelta(days=80), WINDOW, keep_zero=False))
    assert found.check is None
    assert "learning who will needs" in found.reason
