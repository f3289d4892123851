"""What was seen of spend: equal customers are counted, and nothing is lost where there are too many different ones."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.models.spend.gamma_gamma import GammaGamma
from regulars.models.spend.gamma_gamma_by_rate import GammaGammaByRate
from regulars.periods import Unit
from regulars.valuation import spend_seen
from regulars.valuation.histories import summarise
from regulars.valuation.spend_seen import first_spend, observed_by_rate, observed_spend

AS_OF = dt.date(2024, 3, 31)


def record(engine: DuckDBEngine, orders: str) -> None:
    columns = "customer_id varchar, order_id varchar, order_date date"
    engine.execute(f"create table refunds({columns}, refund_date date, amount decimal(18,4))")
    engine.execute(f"create table orders({columns}, amount decimal(18,4))")
    engine.execute(f"insert into orders {orders}")
    summarise(engine, AS_OF, Unit.DAY, keep_zero=False)


def test_on_repeat_days_and_on_first_days(engine: DuckDBEngine) -> None:
    record(engine, "values ('a', '1', '2024-01-01', 10), ('a', '2', '2024-01-05', 6), ('a', '3', '2024-01-06', 8)")
    assert [column.tolist() for column in observed_spend(engine)] == [[2.0], [7.0], [1.0]]
    assert [column.tolist() for column in first_spend(engine)] == [[1.0], [10.0], [1.0]]


def test_customers_who_spent_the_same_are_counted(engine: DuckDBEngine) -> None:
    record(
        engine,
        "select 'c' || i // 3, i::varchar, date '2024-01-01' + (i % 3)::int, case when i < 9 then 5 else 7.5 end "
        "from range(15) t(i)",
    )
    assert [column.tolist() for column in observed_spend(engine)] == [[2.0, 2.0], [5.0, 7.5], [3.0, 2.0]]


def test_beyond_the_most_close_sums_stand_for_one(engine: DuckDBEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    record(
        engine,
        "select 'c' || i // 4, i::varchar, date '2024-01-01' + (i % 4)::int, "
        "(20 + hash(i) % 4000000 / 10000 * (1 + hash(i // 4) % 9)) from range(40000) t(i)",
    )
    number, mean, count = observed_spend(engine)
    monkeypatch.setattr(spend_seen, "MOST", 1000)
    fewer, merged, together = observed_spend(engine)
    assert fewer.size < number.size
    assert together.sum() == count.sum()
    assert np.isclose(together @ (fewer * merged), count @ (number * mean), rtol=1e-12)
    exact, rounded = GammaGamma().fit(number, mean, count), GammaGamma().fit(fewer, merged, together)
    assert abs(rounded.log_likelihood - exact.log_likelihood) < 1e-7 * count.sum()
    assert np.allclose(list(rounded.params.values()), list(exact.params.values()), rtol=1e-4)


def test_purchases_and_ages_stand_beside_the_values(engine: DuckDBEngine) -> None:
    record(
        engine,
        "values ('a', '1', '2024-01-01', 10), ('a', '2', '2024-01-05', 6), ('b', '3', '2024-01-01', 5), "
        "('b', '4', '2024-01-09', 6), ('c', '5', '2024-02-01', 5), ('c', '6', '2024-02-09', 6)",
    )
    found = [column.tolist() for column in observed_by_rate(engine)]
    assert found == [[1.0, 1.0], [6.0, 6.0], [1.0, 2.0], [1.0, 1.0], [59.0, 90.0]]


def test_beyond_the_most_close_sums_and_ages_stand_for_one(
    engine: DuckDBEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(
        engine,
        "select 'c' || c, c || '-' || k, date '2023-01-01' + (hash(c) % 300 + 9 * k)::int, "
        "20 + hash(c * 10 + k) % 1000 / 100 * (1 + hash(c) % 3) "
        "from range(20000) t(c), range(12) u(k) where k <= hash(c + 7) % 4 * 3",
    )
    number, mean, count, x, age = observed_by_rate(engine)
    monkeypatch.setattr(spend_seen, "MOST", 1000)
    fewer, merged, together, purchases, ages = observed_by_rate(engine)
    assert fewer.size < 0.9 * number.size
    for left, right in (
        (together.sum(), count.sum()),
        (together @ (fewer * merged), count @ (number * mean)),
        (together @ ages, count @ age),
        (together @ purchases, count @ x),
    ):
        assert left == pytest.approx(right, rel=1e-12)
    exact = GammaGammaByRate().fit(number, mean, count, frequency=x, age=age)
    rounded = GammaGammaByRate().fit(fewer, merged, together, frequency=purchases, age=ages)
    assert rounded.params == pytest.approx(exact.params, rel=2e-3)
    assert abs(rounded.kappa - exact.kappa) < 0.1 * exact.standard_errors["kappa"]
