"""Scores of recency, frequency and monetary value against the definition, counted customer by customer."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.decisions.rfm import Cell, Cuts, cells, cuts
from regulars.engines.duckdb import DuckDBEngine

START = np.datetime64("2023-01-01", "D")


def load(engine: DuckDBEngine, recency: list[int], frequency: list[int], monetary: list[float]) -> pd.DataFrame:
    days = np.array(recency)
    columns = {
        "last_order": START + days.astype("timedelta64[D]"),
        "purchase_days": np.array(frequency, dtype=np.int64),
        "historic_value": np.array(monetary, dtype=np.float64),
        "expected_value": np.array(monetary, dtype=np.float64) / 3.0 + 0.5,
        "probability_alive": 1.0 / (1.0 + days),
    }
    engine.load("days_loaded", {**columns, "last_order": columns["last_order"].astype("datetime64[us]")})
    engine.execute(
        "create or replace table customer_values as select cast(last_order as date) as last_order, purchase_days, "
        "historic_value, expected_value, probability_alive from days_loaded"
    )
    return pd.DataFrame(columns)


def scores(values: pd.Series[float]) -> list[int]:
    """(1) of the definition, one customer after the other."""
    found = []
    for value in values:
        place = (2 * int((values < value).sum()) + int((values == value).sum())) * 5 / (2 * len(values))
        found.append(1 + math.floor(place))
    return found


def found(engine: DuckDBEngine) -> tuple[Cell, ...]:
    return cells(engine, cuts(engine), "expected_value")


customers = st.tuples(st.integers(0, 40), st.integers(1, 6), st.sampled_from([-5.0, 0.0, 1.0, 2.5, 40.0, 99.99]))


@settings(max_examples=40)
@given(st.lists(customers, min_size=1, max_size=60))
def test_cells_are_the_scores_of_the_definition(base: list[tuple[int, int, float]]) -> None:
    with DuckDBEngine(threads=2) as engine:
        table = load(engine, *map(list, zip(*base, strict=True)))
        counted = found(engine)
    table = table.assign(
        recency=scores(table["last_order"].astype("int64")),
        frequency=scores(table["purchase_days"]),
        monetary=scores(table["historic_value"]),
        repeat=table["purchase_days"] > 1,
    )
    grouped = table.groupby(["recency", "frequency", "monetary", "repeat"])
    expected = grouped.agg(
        customers=("historic_value", "size"),
        historic_value=("historic_value", "sum"),
        expected=("expected_value", "sum"),
        alive=("probability_alive", "sum"),
    ).reset_index()
    assert [(cell.recency, cell.frequency, cell.monetary, cell.repeat, cell.customers) for cell in counted] == list(
        expected[["recency", "frequency", "monetary", "repeat", "customers"]].itertuples(index=False, name=None)
    )
    for column in ("historic_value", "expected", "alive"):
        assert [getattr(cell, column) for cell in counted] == pytest.approx(expected[column].tolist(), abs=1e-6)


def test_a_single_customer_stands_in_the_middle(engine: DuckDBEngine) -> None:
    load(engine, [12], [4], [50.0])
    (cell,) = found(engine)
    assert (cell.recency, cell.frequency, cell.monetary, cell.repeat) == (3, 3, 3, True)
    where = cuts(engine)
    assert where.frequency == (4, 4, None, None)
    assert where == Cuts(where.recency, (4, 4, None, None), (50.0, 50.0, None, None))


def test_five_different_customers_have_the_five_scores(engine: DuckDBEngine) -> None:
    load(engine, [1, 2, 3, 4, 5], [5, 4, 3, 2, 1], [1.0, 2.0, 3.0, 4.0, 5.0])
    assert [(cell.recency, cell.frequency, cell.monetary) for cell in found(engine)] == [
        (1, 5, 1),
        (2, 4, 2),
        (3, 3, 3),
        (4, 2, 4),
        (5, 1, 5),
    ]


def test_threads_change_nothing() -> None:
    rng = np.random.default_rng(5)
    base = (rng.integers(0, 500, 200_000), rng.geometric(0.3, 200_000), rng.lognormal(3.0, 1.5, 200_000))
    counted = []
    for threads in (1, 2):
        with DuckDBEngine(threads=threads) as engine:
            load(engine, *(column.tolist() for column in base))
            counted.append(found(engine))
    assert counted[0] == counted[1]
