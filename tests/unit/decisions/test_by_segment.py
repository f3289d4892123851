"""A customer is in the same segment whether the rules are asked in SQL today, or of an earlier day that is today."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from artificial_orders import artificial_orders

from regulars.app.request import Request
from regulars.app.value import opened, read_options
from regulars.decisions.by_segment import PLACES, BySegment
from regulars.decisions.rfm import scores_of
from regulars.decisions.segments import SEGMENTS, segmented
from regulars.engines.base import Engine
from regulars.periods import Unit
from regulars.progress import Progress
from regulars.sources.read import read_orders
from regulars.valuation.backtest.as_known import as_known
from regulars.valuation.histories import summarise

AS_OF = dt.date(2024, 6, 30)
VALUES = """
create or replace temp table customer_values as
select customer_id, last_order, purchase_days, cast(historic_value as double) as historic_value,
    0.5 as probability_alive, 1.0 as expected_purchases, 2.0 as expected_value
from summaries
"""


def summarised(engine: Engine, request: Request) -> None:
    orders = artificial_orders(3, 400, 500)
    intake = read_orders(engine, orders, read_options(request), today=AS_OF, progress=Progress())
    summarise(engine, intake.as_of, Unit.WEEK, keep_zero=False)
    engine.execute(VALUES)


def test_today_as_on_an_earlier_day_and_as_in_the_report() -> None:
    request, by = Request(threads=2), BySegment()
    with opened(request, Progress()) as engine:
        summarised(engine, request)
        place, parameters = by.today(engine)
        query = f"select {place} as place from customer_values order by customer_id"
        today = engine.arrays(query, parameters)["place"].astype(int)
        day = engine.rows("select as_of from as_of_day")[0][0]
        known = as_known(engine, day, 30, keep_zero=False, until=day)
        sizes = segmented(engine, "expected_value").sizes
        left = engine.rows("select count(*) from duckdb_tables() where table_name = 'rfm_cuts'")
    assert today.tolist() == by.then(known).tolist()
    assert np.bincount(today, minlength=len(SEGMENTS)).tolist() == [size.customers for size in sizes]
    assert len(set(today.tolist())) > 4
    assert by.names == tuple(segment.name for segment in SEGMENTS)
    assert left == [(0,)]


def test_every_set_of_scores_has_the_first_segment_that_holds() -> None:
    assert len(PLACES) == 5 * 5 * 5 * 2
    assert SEGMENTS[PLACES[-1]].name == "Champions"
    assert SEGMENTS[PLACES[0]].name == "Lost"
    assert set(PLACES) == set(range(len(SEGMENTS)))


@pytest.mark.parametrize(
    ("values", "expected"),
    [([7.0], [3]), ([1.0, 1.0, 1.0], [3, 3, 3]), ([5.0, 1.0, 4.0, 2.0, 3.0], [5, 1, 4, 2, 3])],
)
def test_scores_of_one_scale(values: list[float], expected: list[int]) -> None:
    assert scores_of(np.array(values)).tolist() == expected
