"""The totals of cohorts in SQL; those of a whole run are in test_group_totals, which has the runs."""

from __future__ import annotations

import numpy as np

from regulars.engines.duckdb import DuckDBEngine
from regulars.valuation.cohort_totals import SUMS


def test_a_cohort_with_an_undefined_value_has_no_total() -> None:
    columns = {"customer_id": np.arange(3), "expected_purchases": np.ones(3), "month": np.array([0, 1, 4])}
    with DuckDBEngine(threads=1) as engine:
        engine.load("valued", {**columns, "expected_value": np.array([5.0, np.nan, 7.0])})
        dated = "date '2024-01-05' + to_months(cast(month as integer)) as first_order"
        engine.execute(f"create view customers as select *, {dated} from valued")
        sums = engine.rows(SUMS)
    assert [(purchases, value) for _, purchases, value in sums] == [(2.0, None), (1.0, 7.0)]
