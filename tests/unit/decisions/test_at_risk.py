"""Value at risk: against the definition in NumPy, and undefined where nobody can say it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from regulars.decisions.at_risk import LISTED, most_at_risk
from regulars.engines.duckdb import DuckDBEngine

FIELDS = ("value_low", "value_median", "value_high")


def load(engine: DuckDBEngine, alive: np.ndarray, expected: np.ndarray) -> None:
    number = alive.size
    columns = {
        "customer_id": np.array([f"</script>{index:04d}" for index in range(number)], dtype=object),
        "orders": np.full(number, 2),
        "frequency": np.full(number, 1),
        "historic_value": np.full(number, 12.5),
        "probability_alive": alive,
        "expected_purchases": expected / 10.0,
        "expected_value": expected,
        **dict.fromkeys(FIELDS, expected),
    }
    engine.load("loaded", columns)
    engine.execute(
        "create or replace table customers as select customer_id, date '2024-01-01' as first_order, "
        "date '2024-05-01' as last_order, orders, frequency, historic_value, probability_alive, expected_purchases, "
        "expected_value, value_low, value_median, value_high from loaded"
    )
    engine.execute(
        "create or replace table customer_values as select customer_id, probability_alive, expected_purchases, "
        "expected_value from customers"
    )


def test_the_most_at_risk_are_those_of_the_definition(engine: DuckDBEngine) -> None:
    rng = np.random.default_rng(6)
    alive, if_alive = rng.beta(0.4, 0.4, 3000), rng.lognormal(3.0, 1.0, 3000)
    load(engine, alive, alive * if_alive)
    table = pd.DataFrame({"alive": if_alive, "risk": if_alive * (1.0 - alive)}).nlargest(LISTED, "risk")
    listed = most_at_risk(engine, "expected_value")
    assert [one.customer.customer_id for one in listed] == [f"</script>{index:04d}" for index in table.index]
    assert [one.value_at_risk for one in listed] == pytest.approx(table["risk"].tolist())
    assert [one.value_if_alive for one in listed] == pytest.approx(table["alive"].tolist())
    purchases = most_at_risk(engine, "expected_purchases")
    assert [one.value_at_risk for one in purchases] == pytest.approx((table["risk"] / 10.0).tolist())


def test_hardly_alive_does_not_explode_and_gone_is_undefined(engine: DuckDBEngine) -> None:
    alive = np.array([1e-250, 0.0, 5e-324, 1.0, 0.5])
    load(engine, alive, alive * 100.0)
    listed = most_at_risk(engine, "expected_value")
    assert [one.customer.customer_id[-1] for one in listed] == ["0", "4"]
    assert [one.value_at_risk for one in listed] == pytest.approx([100.0, 50.0])


def test_nobody_is_at_risk_where_nobody_leaves(engine: DuckDBEngine) -> None:
    load(engine, np.ones(5), np.full(5, 20.0))
    assert most_at_risk(engine, "expected_value") == ()
