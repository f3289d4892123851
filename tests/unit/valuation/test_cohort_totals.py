"""The totals of cohorts add up to those of the base, and their intervals hold the shocks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from artificial_orders import artificial_orders

import regulars as rg
from regulars.app.result import Result
from regulars.engines.duckdb import DuckDBEngine
from regulars.valuation.cohort_totals import SUMS


@pytest.fixture(scope="module")
def found() -> Result:
    return rg.value(artificial_orders(3, 250, 900), horizon=90, margin=0.5, threads=2, memory_limit="1GB")


def test_they_add_up(found: Result) -> None:
    totals, cohorts = found.totals, found.valuation.cohort_totals
    table = found.customers.to_pandas()
    first = pd.to_datetime(table["first_order"])
    names = [f"{year} Q{quarter}" for year, quarter in zip(first.dt.year, first.dt.quarter, strict=True)]
    assert [one.name for one in cohorts] == sorted(set(names))
    assert [one.customers for one in cohorts] == [names.count(one.name) for one in cohorts]
    assert totals.expected_value is not None
    values = [one.value for one in cohorts if one.value is not None]
    assert sum(one.expected for one in values) == pytest.approx(totals.expected_value.expected)
    assert sum(one.purchases.expected for one in cohorts) == pytest.approx(totals.expected_purchases.expected)
    assert all(one.low < one.expected < one.high for one in values)


def test_a_cohort_is_surer_than_nothing_and_less_sure_than_all(found: Result) -> None:
    totals = found.totals.expected_value
    assert totals is not None
    width = (totals.high - totals.low) / totals.expected
    widths = [
        (one.value.high - one.value.low) / one.value.expected for one in found.valuation.cohort_totals if one.value
    ]
    assert np.mean(widths) > width


def test_without_a_test_on_the_past_there_are_none() -> None:
    untested = rg.value(artificial_orders(3, 100, 400), model="bg-nbd", threads=2, memory_limit="1GB")
    assert untested.valuation.cohort_totals == ()


def test_a_cohort_with_an_undefined_value_has_no_total() -> None:
    columns = {"customer_id": np.arange(3), "expected_purchases": np.ones(3), "month": np.array([0, 1, 4])}
    with DuckDBEngine(threads=1) as engine:
        engine.load("valued", {**columns, "expected_value": np.array([5.0, np.nan, 7.0])})
        dated = "date '2024-01-05' + to_months(cast(month as integer)) as first_order"
        engine.execute(f"create view customers as select *, {dated} from valued")
        sums = engine.rows(SUMS)
    assert [(purchases, value) for _, purchases, value in sums] == [(2.0, None), (1.0, 7.0)]
