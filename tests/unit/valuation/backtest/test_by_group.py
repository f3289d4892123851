"""The measures by group: the same as measuring the group alone, and together those of everyone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.periods import Unit
from regulars.progress import Progress
from regulars.sources.read import ReadOptions, read_orders
from regulars.valuation.backtest.as_known import AsKnown, as_known
from regulars.valuation.backtest.by_group import Groups, by_group, by_quarter, by_rfm
from regulars.valuation.backtest.forecast import Forecast, Spread, empirical
from regulars.valuation.backtest.measures import measured
from regulars.valuation.histories import summarise

ORIGIN = dt.date(2024, 6, 30)


@pytest.fixture(scope="module")
def shop() -> Iterator[AsKnown]:
    rng = np.random.default_rng(5)
    customer = rng.integers(0, 150, 500)
    start = rng.integers(0, 300, 150)[customer]
    days = pd.Timestamp("2023-09-15") + pd.to_timedelta(start + rng.exponential(60.0, 500).astype(int), unit="D")
    orders = pd.DataFrame({"customer": customer, "date": days, "amount": rng.gamma(2.0, 10.0, 500)})
    with DuckDBEngine(threads=2, memory_limit="1GB") as engine:
        intake = read_orders(engine, orders, ReadOptions(), today=dt.date(2026, 1, 1), progress=Progress())
        summarise(engine, intake.as_of, Unit.DAY, keep_zero=False)
        yield as_known(engine, ORIGIN, 60, keep_zero=False)


@pytest.fixture(scope="module")
def forecast(shop: AsKnown) -> Forecast:
    quantiles = np.stack([empirical(shop.purchases_later), empirical(shop.purchases_later) + 1.0])
    row = (shop.frequency > 1).astype(np.int64)
    return Forecast(quantiles.mean(axis=1)[row], Spread(quantiles, row, np.ones(row.size)))


def test_groups_add_up_to_everyone(shop: AsKnown, forecast: Forecast) -> None:
    whole = measured(forecast, shop.purchases_later, seed=0)
    for groups in (by_quarter(shop), by_rfm(shop)):
        found = by_group(forecast, shop.purchases_later, groups, seed=0)
        assert sum(group.customers for group in found) == shop.customers
        assert sum(group.measures.actual for group in found) == pytest.approx(whole.actual)
        assert sum(group.measures.crps * group.customers for group in found) == pytest.approx(
            whole.crps * shop.customers
        )
        assert len(found) > 2


def test_a_group_is_measured_as_if_it_were_alone(shop: AsKnown, forecast: Forecast) -> None:
    groups = by_quarter(shop)
    second = by_group(forecast, shop.purchases_later, groups, seed=0)[1]
    rows = np.flatnonzero(groups.of == 1)
    alone = measured(forecast.take(rows), shop.purchases_later[rows], seed=0)
    assert second.name == groups.names[1]
    assert (second.measures.rmse, second.measures.bias, second.measures.coverage) == (
        alone.rmse,
        alone.bias,
        alone.coverage,
    )


def test_quarters_are_those_of_the_first_purchase(shop: AsKnown) -> None:
    groups = by_quarter(shop)
    first = pd.Timestamp(ORIGIN) - pd.to_timedelta(shop.age, unit="D")
    assert [groups.names[place] for place in groups.of] == [f"{day.year} Q{day.quarter}" for day in first]
    assert groups.names == ("2023 Q3", "2023 Q4", "2024 Q1", "2024 Q2")


def test_recency_frequency_and_money_by_hand(shop: AsKnown) -> None:
    groups = by_rfm(shop)
    since = shop.age - shop.recency
    for customer in range(0, shop.customers, 7):
        days = "bought on several days" if shop.frequency[customer] else "bought on one day"
        last = "longer ago" if since[customer] > np.median(since) else "recently"
        value = "higher value" if shop.value[customer] > np.median(shop.value) else "lower value"
        assert groups.names[groups.of[customer]] == f"{days}, {last}, {value}"


def test_missing_means_are_counted_and_empty_groups_left_out() -> None:
    forecast = Forecast(np.array([np.nan, 1.0, 2.0]), Spread.points(np.ones(3)))
    groups = Groups("kind", ("one", "nobody", "two"), np.array([0, 0, 2]))
    found = by_group(forecast, np.ones(3), groups, seed=0)
    assert [(group.name, group.customers, group.measures.without_mean) for group in found] == [
        ("one", 2, 1),
        ("two", 1, 0),
    ]
    assert found[0].measures.rmse is None
    assert found[1].measures.rmse == 1.0
