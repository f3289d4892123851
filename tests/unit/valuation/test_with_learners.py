"""A run in which learners have a share: columns that agree, totals that are sums, the same bytes on any threads."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from artificial_orders import artificial_orders

import regulars as rg
from regulars.app.result import Result
from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import InputError, NotApplicable
from regulars.valuation import run as valuation_run
from regulars.valuation.backtest.league import LEARNER
from regulars.valuation.with_learners import summed


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    """Who came first on a weekend never comes back after two months: no model here can know, trees can see it."""
    found = artificial_orders(6, 900, 420)
    first = found.groupby("customer")["date"].transform("min")
    young = (found["date"] - first).dt.days <= 60
    kept = found[young | (first.dt.day_name().str[0] != "S")]
    rng = np.random.default_rng(79)
    category, coupon = rng.choice(["toys", "food", "tools"], len(kept)), rng.choice(["", "SAVE"], len(kept))
    return kept.assign(country=kept["customer"].str[-1], category=category, coupon=coupon)


def run(orders: pd.DataFrame, threads: int) -> tuple[Result, pd.DataFrame]:
    result = rg.value(orders, horizon=90, learners=True, margin=0.5, threads=threads, memory_limit="1GB")
    return result, result.customers.to_pandas()


def test_they_share_in_columns_and_totals_that_agree_on_any_threads(orders: pd.DataFrame) -> None:
    """One test, because two workers would otherwise both pay for the runs."""
    result, table = run(orders, 2)
    assert {"country", "category", "coupon"} < set(result.receipt.columns)
    they_have_a_share(result)
    columns_agree(result, table)
    pd.testing.assert_frame_equal(run(orders, 1)[1], table, check_exact=True)


def they_have_a_share(result: Result) -> None:
    tested = result.valuation.tested
    assert tested is not None
    assert tested.judgement.rule.learners
    kinds = [one.kind for one in tested.league.entrants if one.trials]
    assert kinds.count(LEARNER) == 4


def columns_agree(result: Result, table: pd.DataFrame) -> None:
    assert not table.drop(columns=["monetary"]).isna().to_numpy().any()
    assert (table["value_low"] <= table["value_median"]).all()
    assert (table["value_median"] <= table["value_high"]).all()
    assert (table["probability_purchase"] <= table["probability_alive"] + 1e-12).all()
    assert table["probability_purchase"].between(0.0, 1.0).all()
    assert (table["clv"] < table["expected_value"]).all()
    assert (table["residual_value"] > table["clv"]).all()
    totals = result.totals
    assert totals.expected_value is not None
    assert totals.expected_value.expected == pytest.approx(table["expected_value"].sum())
    assert totals.expected_purchases.expected == pytest.approx(table["expected_purchases"].sum())
    assert totals.clv == pytest.approx(table["clv"].sum())
    assert totals.expected_value.low < totals.expected_value.expected < totals.expected_value.high


def test_what_cannot_be_asked(orders: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="at most"):
        rg.value(orders, learners=True, interval=0.99)
    with pytest.raises(InputError, match="leave out the model"):
        rg.value(orders, learners=True, model="bg-nbd")


def test_a_total_in_which_one_customer_is_undefined_is_none() -> None:
    columns = {name: np.array([2.0, 3.0]) for name in ("expected_purchases", "expected_value", "residual_value")}
    with DuckDBEngine(threads=1) as engine:
        engine.load("all_of_them", {"customer_id": np.array([1, 2]), **columns})
        engine.execute("create view customers as select *, nullif(expected_value, 3.0) as clv from all_of_them")
        found = summed(engine)
    assert (found.purchases, found.value, found.residual) == (5.0, 5.0, 5.0)
    assert math.isnan(found.clv)


def test_learners_that_cannot_learn_today_leave_the_models_alone_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot(*_: object, **__: object) -> None:
        raise NotApplicable("12 of 40 customers bought")

    monkeypatch.setattr(valuation_run, "score_with_learners", cannot)
    rule = SimpleNamespace(learners=(("boosted trees", 1.0),))
    anything: Any = SimpleNamespace(rule=rule, spend=None, settings=None)
    totals: Any = object()
    found = valuation_run._with_learners(anything, anything, anything, anything, totals, has_money=True)
    said = "Learners have a share by the back-test, but none at the as-of day: 12 of 40 customers bought."
    assert found == (totals, (said,))
