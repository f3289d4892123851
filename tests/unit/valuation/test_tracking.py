"""Expected purchases by week: on a clock each customer's time is that of the days since the first."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from artificial_fit import on_a_clock, pareto_nbd

from regulars.engines.duckdb import DuckDBEngine
from regulars.models.pooled import PooledFit
from regulars.periods import days
from regulars.valuation.tracking import track

WEEKS = 60
AS_OF = on_a_clock().model.as_of
FIRST = AS_OF - dt.timedelta(days=7 * WEEKS - 1)
# Customers won on some days of the record, and their repeat purchases, which do not matter here.
WON = {0: 5.0, 3: 2.0, 100: 7.0, 301: 4.0, 7 * WEEKS - 1: 3.0}


@pytest.fixture
def record(engine: DuckDBEngine) -> DuckDBEngine:
    since = np.arange(7 * WEEKS)
    customers = np.array([WON.get(day, 0.0) for day in since.tolist()])
    engine.load("days_since", {"since": since, "repeats": since % 3, "customers": customers})
    engine.execute(
        f"create temp table days_of_record as select date '{FIRST}' + cast(since as integer) as on_day, repeats,"
        " customers from days_since"
    )
    return engine


def by_hand(pool_share: float) -> list[float]:
    """Return the expected purchases by the end of each week, customer by customer."""
    clock, plain = on_a_clock(), pareto_nbd()
    total = np.zeros(WEEKS)
    for day, number in WON.items():
        new = clock.looking_from(days((AS_OF - FIRST).days - day))
        for week in range(WEEKS):
            lived = days(max(7 * week + 6 - day, 0))
            one = new.expected_purchases_new(lived) if lived.in_days else 0.0
            other = plain.expected_purchases_new(lived) if lived.in_days else 0.0
            total[week] += number * (pool_share * one + (1.0 - pool_share) * other)
    return np.diff(total, prepend=0.0).tolist()


def test_on_a_clock_each_week_has_its_season(record: DuckDBEngine) -> None:
    found = track(record, on_a_clock(), FIRST, AS_OF)
    assert found.expected == pytest.approx(by_hand(1.0), rel=1e-3, abs=1e-6)


def test_a_blend_is_followed_by_its_weights(record: DuckDBEngine) -> None:
    pool = PooledFit((on_a_clock(), pareto_nbd()), (0.3, 0.7))
    assert track(record, pool, FIRST, AS_OF).expected == pytest.approx(by_hand(0.3), rel=1e-3, abs=1e-6)


def test_without_one_only_ages_count(record: DuckDBEngine) -> None:
    assert track(record, pareto_nbd(), FIRST, AS_OF).expected == pytest.approx(by_hand(0.0), rel=1e-9, abs=1e-12)
