"""The older half of the cohorts against the newer half: which cohorts, at which age, and how sure that is."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.metrics.cohorts import cohorts_of
from regulars.metrics.newer_cohorts import Difference, NewerCohorts, newer_cohorts
from regulars.periods import Unit
from regulars.valuation.histories import summarise
from regulars.valuation.valuation import LeftTruncation

AS_OF = dt.date(2024, 12, 31)
Brought = dict[tuple[int, int], list[float]]


def compared(
    engine: DuckDBEngine, amounts: Brought, *, flagged: bool = False, as_of: dt.date = AS_OF
) -> NewerCohorts | None:
    """A record in which each customer of a month buys once at age 0, and once more at age 40 for 1 where above 50."""
    engine.execute("create table orders(customer_id varchar, order_id varchar, order_date date, amount decimal(18,4))")
    engine.execute(
        "create table refunds(customer_id varchar, order_id varchar, order_date date, refund_date date, "
        "amount decimal(18,4))"
    )
    for (year, month), values in amounts.items():
        for number, value in enumerate(values):
            name, day = f"{year}-{month}-{number}", dt.date(year, month, 5)
            engine.execute("insert into orders values (?, '1', ?, ?)", [name, day, value])
            if value > 50:
                engine.execute("insert into orders values (?, '2', ?, 1)", [name, day + dt.timedelta(days=40)])
    summarise(engine, as_of, Unit.DAY, keep_zero=False)
    start = LeftTruncation(30, 1, 0.5, flagged=flagged)
    return newer_cohorts(engine, cohorts_of(engine, 0.5), start, 0.5)


def test_the_halves_are_compared_at_the_highest_age_that_half_of_them_reached(engine: DuckDBEngine) -> None:
    months = {(2024, month): [10.0 * month] for month in range(1, 13)}
    found = compared(engine, months)
    assert found is not None
    # Of twelve cohorts six are needed: June's customer is 209 days old, so 180 days it is, January to June.
    assert found.days == 180
    assert (found.older.since, found.older.until) == (dt.date(2024, 1, 1), dt.date(2024, 3, 1))
    assert (found.newer.since, found.newer.until) == (dt.date(2024, 4, 1), dt.date(2024, 6, 1))
    assert found.older.value == pytest.approx(0.5 * 20.0)
    assert found.newer.value == pytest.approx(0.5 * (40.0 + 50.0 + 61.0) / 3)
    assert found.older.repeat == 0.0
    assert found.newer.repeat == pytest.approx(1.0 / 3.0)


def test_the_start_of_the_record_takes_no_part_where_it_is_full_of_older_customers(engine: DuckDBEngine) -> None:
    months = {(2024, month): [10.0 * month] for month in range(1, 13)}
    found = compared(engine, months, flagged=True)
    assert found is not None
    assert found.left_out == 1
    assert found.older.since == dt.date(2024, 2, 1)


def test_the_error_is_that_of_the_mean_over_customers(engine: DuckDBEngine) -> None:
    random = np.random.default_rng(3)
    older, newer = np.round(random.gamma(2.0, 20.0, 60), 2), np.round(random.gamma(2.0, 40.0, 45), 2)
    found = compared(engine, {(2024, 5): older.tolist(), (2024, 6): newer.tolist()})
    assert found is not None
    groups = [0.5 * (values + (values > 50)) for values in (older, newer)]
    errors = [values.std(ddof=1) / np.sqrt(values.size) for values in groups]
    assert found.older.value_error == pytest.approx(errors[0])
    assert found.newer.value_error == pytest.approx(errors[1])
    difference = found.value(0.8)
    assert difference.expected == pytest.approx(groups[1].mean() - groups[0].mean())
    assert difference.high is not None
    assert difference.high - difference.expected == pytest.approx(1.2815515655 * np.hypot(*errors))
    assert difference.beyond_chance
    shares = [(values > 50).mean() for values in (older, newer)]
    spread = np.sqrt(sum(p * (1 - p) / n for p, n in zip(shares, (60, 45), strict=True)))
    again = found.repeat(0.9)
    assert again.low == pytest.approx(shares[1] - shares[0] - 1.6448536270 * spread)


def test_few_customers_have_a_difference_and_no_interval(engine: DuckDBEngine) -> None:
    found = compared(engine, {(2024, 5): [10.0] * 29, (2024, 6): [20.0] * 40})
    assert found is not None
    assert found.value(0.8) == Difference(5.0, None, None)
    assert not found.value(0.8).beyond_chance


@pytest.mark.parametrize(
    "amounts", [{(2024, 5): [10.0, 20.0]}, {(2024, 5): [10.0], (2024, 12): [20.0]}], ids=["one cohort", "one closed"]
)
def test_one_cohort_alone_is_compared_with_nothing(engine: DuckDBEngine, amounts: Brought) -> None:
    assert compared(engine, amounts) is None
    assert not engine.rows("select table_name from duckdb_tables() where table_name = 'cohort_days'")


def test_equal_amounts_leave_the_question_open(engine: DuckDBEngine) -> None:
    found = compared(engine, {(2024, 5): [10.0] * 30, (2024, 6): [10.0] * 30})
    assert found is not None
    assert found.value(0.8) == Difference(0.0, 0.0, 0.0)
    assert not found.value(0.8).beyond_chance
