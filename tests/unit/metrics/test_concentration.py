"""Lorenz curve, Gini and top shares against the definitions, written out in NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.engines.duckdb import DuckDBEngine
from regulars.metrics.concentration import NO_TOTAL, Concentration, concentration


def found(values: list[float], threads: int = 2) -> Concentration:
    with DuckDBEngine(threads=threads) as engine:
        engine.load("customer_values", {"worth": np.array(values, dtype=np.float64)})
        return concentration(engine, "worth")


def curve(values: list[float]) -> np.ndarray:
    """(1) of the definition, read off at every hundredth."""
    x = np.sort(np.array(values))
    heights = np.concatenate([[0.0], np.cumsum(x)]) / x.sum()
    return np.interp(np.linspace(0.0, 1.0, 101), np.arange(x.size + 1) / x.size, heights)


def gini(values: list[float]) -> float:
    """Half the mean absolute difference over the mean: the other textbook form."""
    x = np.array(values)
    return float(np.abs(x[:, None] - x[None, :]).mean() / (2.0 * x.mean()))


@settings(max_examples=40)
@given(st.lists(st.integers(-50, 10_000).map(lambda cents: cents / 100.0), min_size=1, max_size=230))
def test_the_curve_and_the_coefficient_are_those_of_the_definition(values: list[float]) -> None:
    spread = found(values)
    assert spread.customers == len(values)
    assert spread.below_zero == sum(value < 0 for value in values)
    if round(sum(values), 6) <= 0.0:
        assert (spread.curve, spread.gini, spread.reason) == (None, None, NO_TOTAL)
        return
    assert spread.curve == pytest.approx(curve(values), abs=1e-9)
    assert spread.gini == pytest.approx(gini(values), abs=1e-9)


def test_shares_of_the_top() -> None:
    values = [*np.full(90, 1.0), *np.full(9, 10.0), 820.0]
    spread = found(values)
    assert spread.top_share(10) == pytest.approx(0.91)
    assert spread.top_share(1) == pytest.approx(0.82)
    assert found([1.0] * 9).top_share(10) is None
    assert found([1.0] * 10).top_share(10) == pytest.approx(0.1)
    assert found([1.0] * 99).top_share(1) is None
    assert found([0.0] * 200).top_share(10) is None


@pytest.mark.parametrize(("size", "largest"), [(1, 1), (999, 1), (1999, 1), (2000, 2), (5432, 5)])
def test_the_largest_are_one_in_a_thousand_and_one_at_least(size: int, largest: int) -> None:
    values = np.random.default_rng(size).pareto(1.2, size).round(2) + 0.01
    spread = found(values.tolist())
    assert spread.largest == largest
    assert spread.largest_share == pytest.approx(np.sort(values)[-largest:].sum() / values.sum(), abs=1e-9)
    assert found([0.0, 0.0]).largest_share is None


def test_one_customer_and_equal_customers_are_equal() -> None:
    assert found([7.5]).gini == 0.0
    assert found([7.5] * 13).gini == pytest.approx(0.0)
    assert found([0.0] * 12 + [1.0]).gini == pytest.approx(1.0 - 1.0 / 13.0)


def test_customers_worth_less_than_nothing_stay_as_they_are() -> None:
    spread = found([-60.0, 10.0, 10.0, 100.0])
    assert spread.curve is not None
    assert spread.curve[25] == pytest.approx(-1.0)
    assert spread.gini is not None
    assert spread.gini > 1.0


@pytest.mark.parametrize("unit", [1e-12, 1.0, 1e12])
def test_shares_do_not_depend_on_the_unit(unit: float) -> None:
    values = np.random.default_rng(3).lognormal(2.0, 1.5, 5000)
    plain, scaled = found(values.tolist()), found((values * unit).tolist())
    assert scaled.curve == pytest.approx(plain.curve)
    assert scaled.gini == pytest.approx(plain.gini)


def test_threads_change_nothing() -> None:
    values = np.random.default_rng(4).lognormal(2.0, 2.0, 300_000).tolist()
    assert found(values, threads=1) == found(values, threads=2)
