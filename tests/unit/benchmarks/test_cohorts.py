"""Cohort totals: everyone is in one cohort, small weeks are joined, and coverage counts what lies inside."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from contest.cohorts import Coverage, Covered, by_week, covered
from regulars.models.histories import Integers
from regulars.models.totals import SimulatedTotals
from regulars.valuation.backtest.as_known import AsKnown


@pytest.fixture
def known() -> AsKnown:
    rng = np.random.default_rng(2)
    size = 400
    age = np.sort(rng.integers(0, 140, size))
    nothing = np.zeros(size)
    return AsKnown(
        dt.date(2024, 6, 30),
        90,
        frequency=np.zeros(size, dtype=np.int64),
        recency=np.zeros(size, dtype=np.int64),
        age=age,
        first_value=nothing + 1.0,
        valued=np.ones(size, dtype=np.int64),
        value=nothing + 1.0,
        purchases_before=nothing,
        value_before=nothing,
        purchases_later=rng.poisson(2.0, size).astype(np.float64),
        value_later=rng.gamma(2.0, 5.0, size),
    )


def test_everyone_is_in_one_cohort_and_none_is_small(known: AsKnown) -> None:
    cohorts = by_week(known, fewest=30)
    assert sorted(np.concatenate(cohorts)) == list(range(known.customers))
    assert min(cohort.size for cohort in cohorts) >= 30
    ages = [known.age[cohort] for cohort in cohorts]
    assert all(before.min() > after.max() for before, after in itertools.pairwise(ages))
    assert len(by_week(known, fewest=1)) == 20


def test_few_customers_are_one_cohort(known: AsKnown) -> None:
    assert len(by_week(known, fewest=1_000)) == 1


def test_right_intervals_cover_and_wrong_ones_do_not(known: AsKnown) -> None:
    rng = np.random.default_rng(3)

    def right(rows: Integers) -> SimulatedTotals:
        return SimulatedTotals(
            rng.poisson(2.0 * rows.size, 2_000).astype(float), rng.gamma(2.0 * rows.size, 5.0, 2_000)
        )

    def wrong(rows: Integers) -> SimulatedTotals:
        found = right(rows)
        return SimulatedTotals(found.purchases * 1.5, found.value * np.nan)

    many = [replace(known, purchases_later=rng.poisson(2.0, 400).astype(float)) for _ in range(12)]
    purchases = Coverage(tuple(covered(str(place), one, right, has_money=True)[0] for place, one in enumerate(many)))
    assert purchases.cohorts > 100
    assert 0.7 < purchases.share < 0.9
    low, money = covered("here", known, wrong, has_money=True)
    assert low.inside <= 2
    assert money == Covered("here", 0, 0)


def test_without_money_nothing_is_said_of_it(known: AsKnown) -> None:
    _, money = covered("here", known, lambda _: SimulatedTotals(np.ones(9), np.ones(9)), has_money=False)
    assert money is None


def test_the_error_is_that_between_clusters() -> None:
    found = Coverage((Covered("a", 10, 10), Covered("b", 10, 6)))
    assert (found.cohorts, found.share) == (20, 0.8)
    assert found.error == pytest.approx(math.sqrt(8.0) / 20)
