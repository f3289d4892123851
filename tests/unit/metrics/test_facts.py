"""The facts of a record against a count by hand in pandas, customer by customer, with refunds."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.metrics.cohorts import cohorts_of
from regulars.metrics.facts import YEAR, facts_of
from regulars.periods import Unit
from regulars.valuation.histories import summarise

AS_OF = dt.date(2024, 12, 14)
FIRST = dt.date(2023, 6, 3)


def shop(engine: DuckDBEngine, seed: int, first: dt.date = FIRST, length: int = 540) -> None:
    """Orders of 150 customers, some of two on one day, some refunded with their order and some without."""
    random = np.random.default_rng(seed)
    kinds = "customer_id varchar, order_id varchar, order_date date"
    engine.execute(f"create or replace table orders({kinds}, amount decimal(18,4))")
    engine.execute(f"create or replace table refunds({kinds}, refund_date date, amount decimal(18,4))")
    for customer in range(150):
        day = first + dt.timedelta(days=int(random.integers(0, length)))
        for number in range(int(random.integers(1, 8))):
            if day > AS_OF:
                break
            amount = float(random.integers(5, 90)) + 0.25
            engine.execute("insert into orders values (?, ?, ?, ?)", [f"c{customer}", f"{number}", day, amount])
            later = min(day + dt.timedelta(days=int(random.integers(0, 50))), AS_OF)
            if random.random() < 0.15:
                row = [f"c{customer}", f"{number}", day, later, -amount]
                engine.execute("insert into refunds values (?, ?, ?, ?, ?)", row)
            elif random.random() < 0.1:
                engine.execute("insert into refunds values (?, null, null, ?, ?)", [f"c{customer}", later, -3.5])
            day += dt.timedelta(days=int(random.integers(0, 120)))
    summarise(engine, AS_OF, Unit.DAY, keep_zero=False)
    cohorts_of(engine, None)


def frame(engine: DuckDBEngine, columns: str, table: str) -> pd.DataFrame:
    return pd.DataFrame(engine.rows(f"select {columns} from {table}"), columns=columns.split(", "))


def by_hand(engine: DuckDBEngine) -> dict[str, Any]:
    """Each fact from its definition, from the days of each customer alone."""
    days = frame(engine, "customer_id, purchase_day, amount, orders, purchase", "record_days")
    bought = days[days.purchase]
    first, last = (bought.groupby("customer_id").purchase_day.agg(how) for how in ("min", "max"))
    days = days[days.customer_id.isin(first.index)]
    began = days.customer_id.map(first)
    age = (pd.to_datetime(days.purchase_day) - pd.to_datetime(began)).dt.days
    old = first[[(AS_OF - day).days >= YEAR for day in first]]
    months = {day.strftime("%Y-%m") for day in first if (AS_OF - day).days < YEAR}
    whole = old[[day.strftime("%Y-%m") not in months for day in old]]
    in_first_year = days[age < YEAR]
    last_year = [(AS_OF - day).days < YEAR for day in days.purchase_day]
    long_enough = (AS_OF - first.min()).days >= YEAR - 1
    firsts = bought[bought.purchase_day == bought.customer_id.map(first)]
    return {
        "customers": len(first),
        "orders": int(days.orders.sum()),
        "sales": pytest.approx(days.amount.sum()),
        "first_sales": pytest.approx(firsts.amount.sum()),
        "days_between": sum((last[customer] - day).days for customer, day in first.items()),
        "young": len(first) - len(old),
        "observed_customers": len(old),
        "observed_orders": int(in_first_year[in_first_year.customer_id.isin(old.index)].orders.sum()),
        "whole_customers": len(whole),
        "whole_sales": pytest.approx(in_first_year[in_first_year.customer_id.isin(whole.index)].amount.sum()),
        "last_year_customers": sum((AS_OF - day).days < YEAR for day in last) if long_enough else None,
        "last_year_sales": pytest.approx(days[last_year].amount.sum()) if long_enough else None,
    }


@pytest.mark.parametrize("seed", range(4))
def test_the_facts_are_those_counted_by_hand(seed: int) -> None:
    with DuckDBEngine(threads=2) as engine:
        shop(engine, seed)
        found = facts_of(engine, AS_OF)
        assert asdict(found) == by_hand(engine)
        assert 0 < found.whole_customers < found.observed_customers < found.customers


def test_a_short_record_has_no_year() -> None:
    with DuckDBEngine(threads=1) as engine:
        shop(engine, 5, first=dt.date(2024, 3, 1), length=200)
        found = facts_of(engine, AS_OF)
        assert asdict(found) == by_hand(engine)
        assert (found.observed_customers, found.whole_sales, found.last_year_sales) == (0, 0.0, None)


def test_exactly_one_year() -> None:
    """A first purchase 365 days back has been observed for its first year, one 364 days back has not."""
    for back, observed in ((YEAR, 1), (YEAR - 1, 0)):
        with DuckDBEngine(threads=1) as engine:
            kinds = "customer_id varchar, order_id varchar, order_date date"
            engine.execute(f"create table orders({kinds}, amount decimal(18,4))")
            engine.execute(f"create table refunds({kinds}, refund_date date, amount decimal(18,4))")
            engine.execute("insert into orders values ('a', '1', ?, 10)", [AS_OF - dt.timedelta(days=back)])
            engine.execute("insert into orders values ('a', '2', ?, 5)", [AS_OF])
            summarise(engine, AS_OF, Unit.DAY, keep_zero=False)
            cohorts_of(engine, None)
            found = facts_of(engine, AS_OF)
        assert (found.observed_customers, found.observed_orders) == (observed, observed)
        assert found.last_year_customers == 1
        assert found.last_year_sales == (5.0 if back == YEAR else 15.0)


def test_threads_do_not_change_a_bit() -> None:
    facts = []
    for threads in (1, 2):
        with DuckDBEngine(threads=threads) as engine:
            shop(engine, 9)
            facts.append(facts_of(engine, AS_OF))
    assert facts[0] == facts[1]
