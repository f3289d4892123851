"""The totals of segments and cohorts add up to those of the base, and their intervals hold the shocks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from artificial_orders import artificial_orders

import regulars as rg
from regulars.app.result import Result
from regulars.decisions.rfm import scores_of
from regulars.decisions.segments import SEGMENTS, Scored
from regulars.engines.duckdb import DuckDBEngine
from regulars.valuation.group_totals import SUMS


def test_they_are_the_sums_of_their_customers_and_less_sure_than_the_base() -> None:
    """One test, because two workers would otherwise both pay for the runs."""
    result, alone = (
        rg.value(artificial_orders(3, 150, 500), horizon=90, margin=0.5, threads=threads, memory_limit="1GB")
        for threads in (2, 1)
    )
    assert alone.valuation.segment_totals == result.valuation.segment_totals
    assert alone.valuation.cohort_totals == result.valuation.cohort_totals
    segments_are_sums(result)
    segments_are_less_sure(result)
    cohorts_add_up(result)
    cohorts_are_less_sure(result)


def segments_are_sums(result: Result) -> None:
    table = result.customers.to_pandas()
    days = table["last_order"].to_numpy().astype("datetime64[D]").astype(np.int64)
    columns = (days, table["purchase_days"].to_numpy(), table["historic_value"].to_numpy())
    scores = zip(*(scores_of(column) for column in columns), table["purchase_days"] > 1, strict=True)
    names = [next(one.name for one in SEGMENTS if one.holds(Scored(*each))) for each in scores]
    segment = np.array(names)
    totals = result.valuation.segment_totals
    assert {one.name for one in totals} == set(names)
    assert [one.name for one in totals] == [one.name for one in SEGMENTS if one.name in set(names)]
    for one in totals:
        mine = table[segment == one.name]
        assert one.customers == len(mine)
        assert one.purchases.expected == pytest.approx(mine["expected_purchases"].sum())
        assert one.value is not None
        assert one.value.expected == pytest.approx(mine["expected_value"].sum())
        # Of a segment that hardly anyone is expected back from, nothing at all is likeliest: 0 to 0 beside a little.
        assert one.value.low < one.value.expected < one.value.high or one.purchases.expected < 1.0
    assert sum(one.value.expected for one in totals if one.value and one.value.low > 0.0) > 0.0


def segments_are_less_sure(result: Result) -> None:
    total, totals = result.totals.expected_value, result.valuation.segment_totals
    assert total is not None
    widths = [(one.value.high - one.value.low) / one.value.expected for one in totals if one.value]
    assert np.mean(widths) > (total.high - total.low) / total.expected


def cohorts_add_up(result: Result) -> None:
    totals, cohorts = result.totals, result.valuation.cohort_totals
    table = result.customers.to_pandas()
    first = pd.to_datetime(table["first_order"])
    names = [f"{year} Q{quarter}" for year, quarter in zip(first.dt.year, first.dt.quarter, strict=True)]
    assert len(cohorts) > 2
    assert [one.name for one in cohorts] == sorted(set(names))
    assert [one.customers for one in cohorts] == [names.count(one.name) for one in cohorts]
    assert totals.expected_value is not None
    values = [one.value for one in cohorts if one.value is not None]
    assert sum(one.expected for one in values) == pytest.approx(totals.expected_value.expected)
    assert sum(one.purchases.expected for one in cohorts) == pytest.approx(totals.expected_purchases.expected)
    assert all(one.low < one.expected < one.high for one in values)


def cohorts_are_less_sure(result: Result) -> None:
    """Each alone is less sure than all of them together."""
    total, cohorts = result.totals.expected_value, result.valuation.cohort_totals
    assert total is not None
    widths = [(one.value.high - one.value.low) / one.value.expected for one in cohorts if one.value]
    assert np.mean(widths) > (total.high - total.low) / total.expected


def test_without_a_test_on_the_past_there_are_none() -> None:
    untested = rg.value(artificial_orders(3, 100, 400), model="bg-nbd", threads=2, memory_limit="1GB")
    assert untested.valuation.segment_totals == ()
    assert untested.valuation.cohort_totals == ()


def test_where_learners_speak_the_sums_are_those_of_the_customers() -> None:
    columns = {"customer_id": np.arange(3), "expected_purchases": np.ones(3), "purchase_days": np.array([1, 1, 4])}
    with DuckDBEngine(threads=1) as engine:
        engine.load("valued", {**columns, "expected_value": np.array([5.0, np.nan, 7.0])})
        engine.execute("create view customer_values as select * from valued")
        sums = engine.rows(SUMS.format(place="purchase_days % 3"))
    assert sums == [(1, 3.0, None)]
