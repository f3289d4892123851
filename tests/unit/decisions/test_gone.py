"""How many are probably gone and what hangs on it, against NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.decisions.gone import probably_gone
from regulars.engines.duckdb import DuckDBEngine

CUSTOMERS = 10_000


def load(engine: DuckDBEngine, alive: np.ndarray, expected: np.ndarray) -> None:
    engine.load("customer_values", {"probability_alive": alive, "expected_value": expected})


def test_gone_and_value_at_risk_are_sums_over_customers(engine: DuckDBEngine) -> None:
    rng = np.random.default_rng(8)
    alive = rng.uniform(0.01, 1.0, CUSTOMERS)
    expected = np.round(rng.gamma(0.5, 200.0, CUSTOMERS), 4) * alive
    load(engine, alive, expected)
    gone = probably_gone(engine, "expected_value")
    assert gone.customers == pytest.approx((1.0 - alive).sum(), rel=1e-9)
    assert gone.value_at_risk == pytest.approx((expected * (1.0 - alive) / alive).sum(), rel=1e-6)


def test_whoever_has_left_for_certain_counts_as_gone_without_a_value(engine: DuckDBEngine) -> None:
    load(engine, np.array([0.0, 1e-310, 1.0]), np.array([0.0, 0.0, 50.0]))
    gone = probably_gone(engine, "expected_value")
    assert gone.customers == pytest.approx(2.0)
    assert gone.value_at_risk == 0.0
