"""Whole valuations of made-up shops: what is in the table of customers, and what happens at the edges."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest

import regulars as rg
from regulars.app.result import Result
from regulars.errors import NotApplicable
from regulars.models.transactions import MODELS
from regulars.valuation import run
from regulars.valuation.corrections import Corrections

START = dt.date(2023, 1, 2)


def shop(customers: int, seed: int = 1, *, price: float | None = None, repeat: bool = True) -> pd.DataFrame:
    """Orders of customers who join over a year and buy at their own pace until they stop."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[str, dt.date, float]] = []
    for number in range(customers):
        level = rng.gamma(4.0, 8.0) + 1.0
        day = int(rng.integers(0, 300))
        rate = rng.gamma(0.8, 1 / 30.0)
        while day < 400:
            worth = price if price is not None else round(float(level * rng.gamma(6.0, 1 / 6.0)) + 0.01, 2)
            rows.append((f"c{number:05d}", START + dt.timedelta(days=day), worth))
            if not repeat or rng.random() < 0.15:
                break
            day += 1 + int(rng.exponential(1.0 / rate))
    return pd.DataFrame(rows, columns=["customer_id", "order_date", "amount"])


def valued(orders: pd.DataFrame, **options: Any) -> tuple[Result, pd.DataFrame]:
    result = rg.value(orders, threads=2, memory_limit="1GB", **options)
    return result, result.customers.to_pandas()


@pytest.fixture(scope="module")
def usual() -> tuple[Result, pd.DataFrame]:
    """A model asked for by its name: nothing is corrected, so everything can be computed by hand."""
    return valued(shop(800), as_of="2024-02-05", model="bg-nbd")


def test_the_receipt_counts_everybody_who_bought() -> None:
    orders = shop(60)
    only = orders.drop_duplicates("customer_id", keep=False).iloc[[0]]
    for one in (orders, pd.concat([orders, only.assign(amount=-only["amount"])])):
        result, _ = valued(one, model="bg-nbd")
        assert result.receipt.customers == orders["customer_id"].nunique()
    assert result.totals.customers == result.receipt.customers - 1


def test_totals_are_the_sums_of_the_column(usual: tuple[Result, pd.DataFrame]) -> None:
    result, table = usual
    totals = result.totals
    assert totals.customers == len(table)
    assert totals.orders == table["orders"].sum()
    assert totals.historic_value == pytest.approx(table["historic_value"].sum(), rel=1e-12)
    assert totals.expected_value is not None
    assert totals.expected_value.expected == pytest.approx(table["expected_value"].sum(), rel=1e-9)
    assert totals.expected_purchases.expected == pytest.approx(table["expected_purchases"].sum(), rel=1e-9)
    assert totals.clv == pytest.approx(table["clv"].sum(), rel=1e-9)
    assert totals.residual_value == pytest.approx(table["residual_value"].sum(), rel=1e-9)


def test_customers_and_totals_hold_who_is_still_here(
    usual: tuple[Result, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "_corrections", lambda *_, **__: Corrections(still=0.2))
    result, table = valued(shop(800), as_of="2024-02-05", model="bg-nbd")
    _, plain = usual
    np.testing.assert_allclose(table["probability_alive"], 0.2 + 0.8 * plain["probability_alive"], rtol=1e-12)
    assert (table["expected_purchases"] >= plain["expected_purchases"]).all()
    assert (table["probability_purchase"] <= table["probability_alive"] + 1e-12).all()
    total = result.totals.expected_purchases
    assert total.expected == pytest.approx(table["expected_purchases"].sum(), rel=1e-9)
    assert total.expected > plain["expected_purchases"].sum()
    assert total.low < total.expected < total.high


def test_columns_agree_with_each_other(usual: tuple[Result, pd.DataFrame]) -> None:
    _, table = usual
    assert table["customer_id"].is_monotonic_increasing
    assert (table["frequency"] == table["purchase_days"] - 1).all()
    recency = (pd.to_datetime(table["last_order"]) - pd.to_datetime(table["first_order"])).dt.days
    assert (table["recency"] == recency).all()
    assert (table["monetary"].isna() == (table["frequency"] == 0)).all()
    assert table["probability_alive"].between(0, 1).all()
    assert table["probability_purchase"].between(0, 1).all()
    assert (table["probability_purchase"] <= table["probability_alive"] + 1e-12).all()
    assert (table["value_low"] <= table["value_median"]).all()
    assert (table["value_median"] <= table["value_high"]).all()
    assert (table["clv"] < table["expected_value"]).all()
    unlikely = table["probability_purchase"] < 0.1
    assert (table.loc[unlikely, "value_high"] == 0).all()
    assert (table.loc[unlikely, "expected_value"] > 0).all()


def test_customers_agree_with_the_fit_itself(usual: tuple[Result, pd.DataFrame]) -> None:
    """The table is computed over distinct histories and joined in SQL; here each customer alone, from the fit."""
    result, table = usual
    orders = shop(800)
    h = rg.histories(orders, as_of="2024-02-05")
    fit = MODELS.get(result.fit.model.name).fit(h)
    assert h.customers is not None
    row = h.customers.row
    expected = fit.expected_purchases(h, rg.days(365))[row]
    assert table["expected_purchases"].to_numpy() == pytest.approx(expected, rel=1e-6)
    assert table["probability_alive"].to_numpy() == pytest.approx(fit.probability_alive(h)[row], rel=1e-6)
    spend = rg.GammaGamma().fit(h.customers.observed_values, h.customers.monetary)
    each = spend.expected_spend(h.customers.observed_values, h.customers.monetary)
    assert table["expected_value"].to_numpy() == pytest.approx(expected * each, rel=1e-5)
    residual = fit.residual_purchases(h, 0.1)[row] * each
    assert table["residual_value"].to_numpy() == pytest.approx(residual, rel=1e-5)


def test_a_margin_multiplies_money_and_nothing_else(usual: tuple[Result, pd.DataFrame]) -> None:
    _, plain = usual
    result, table = valued(shop(800), as_of="2024-02-05", model="bg-nbd", margin=0.4)
    money = ["historic_value", "expected_value", "value_low", "value_median", "value_high", "clv", "residual_value"]
    for column in money:
        assert table[column].to_numpy() == pytest.approx(0.4 * plain[column].to_numpy(), rel=1e-12)
    for column in ("monetary", "expected_purchases", "probability_alive", "probability_purchase"):
        assert table[column].to_numpy() == pytest.approx(plain[column].to_numpy(), nan_ok=True)
    assert result.valuation.settings.basis == "margin"


def test_without_a_discount_there_is_no_residual_value() -> None:
    result, table = valued(shop(300), discount=0.0, model="bg-nbd")
    assert table["residual_value"].isna().all()
    assert result.totals.residual_value is None
    assert "discount" in result.totals.reason
    assert table["clv"].to_numpy() == pytest.approx(table["expected_value"].to_numpy(), rel=1e-12)


def no_bad_numbers(table: pd.DataFrame) -> None:
    for column in table.select_dtypes("number").columns:
        values = table[column].dropna().to_numpy(dtype=float)
        assert np.isfinite(values).all(), column
        assert (values >= 0).all(), column


def test_nobody_bought_twice() -> None:
    result, table = valued(shop(200, repeat=False), as_of="2024-02-05")
    no_bad_numbers(table)
    assert result.fit.certificate.standing == "warning"
    assert any("bought twice" in sentence for sentence in result.fit.certificate.sentences())
    assert "all purchase days" in result.valuation.spend_note
    assert table["expected_purchases"].max() < 0.01


def test_one_price_is_constant_spend() -> None:
    result, table = valued(shop(200, price=9.99), as_of="2024-02-05", model="bg-nbd")
    no_bad_numbers(table)
    assert "constant spend" in result.valuation.spend_note
    assert table["expected_value"].to_numpy() == pytest.approx(9.99 * table["expected_purchases"].to_numpy())
    multiples = table["value_high"].to_numpy() / 9.99
    assert multiples == pytest.approx(np.rint(multiples), abs=1e-9)


def test_one_customer() -> None:
    _, table = valued(
        pd.DataFrame({"customer": ["a", "a"], "date": ["2024-01-01", "2024-03-01"], "amount": [5.0, 7.0]})
    )
    no_bad_numbers(table)
    assert len(table) == 1


def test_five_customers_buying_weekly() -> None:
    days = [START + dt.timedelta(days=7 * week) for week in range(12)]
    orders = pd.DataFrame(
        [(f"c{i}", day, 10.0 + i + (day.day % 3)) for i in range(5) for day in days],
        columns=["customer", "date", "amount"],
    )
    result, table = valued(orders, model="bg-nbd")
    no_bad_numbers(table)
    assert len(table) == 5
    assert result.fit.certificate.standing == "warning"
    assert any("Only 5 customers" in sentence for sentence in result.fit.certificate.sentences())


def test_everybody_is_new_today() -> None:
    orders = pd.DataFrame({"customer": ["a", "b"], "date": ["2024-01-01"] * 2, "amount": [5.0, 7.0]})
    with pytest.raises(NotApplicable, match="observed for any time"):
        rg.value(orders)


def test_purchases_without_money() -> None:
    result, table = valued(shop(300)[["customer_id", "order_date"]], as_of="2024-02-05", model="bg-nbd")
    no_bad_numbers(table)
    assert result.valuation.settings.basis == "purchases"
    assert table["historic_value"].to_numpy() == pytest.approx(table["orders"].to_numpy())
    assert table["expected_value"].to_numpy() == pytest.approx(table["expected_purchases"].to_numpy())


def test_wild_spend_without_a_mean() -> None:
    """Amounts over ten decades: the fitted mean of new customers does not exist, the median does."""
    rng = np.random.default_rng(3)
    orders = shop(400)
    orders["amount"] = np.round(np.exp(rng.normal(0.0, 5.0, len(orders))) + 0.01, 2)
    result, table = valued(orders, as_of="2024-02-05", model="bg-nbd")
    no_bad_numbers(table)
    missing = table["expected_value"].isna()
    assert missing.any()
    assert (table.loc[missing, ["value_low", "value_median", "value_high"]].notna()).all(axis=None)
    assert result.totals.expected_value is None
    assert "mean value is infinite" in result.totals.reason


def test_same_numbers_with_one_and_two_threads() -> None:
    orders = shop(700, seed=4)
    tables = [rg.value(orders, threads=threads).customers.to_pandas() for threads in (1, 2)]
    pd.testing.assert_frame_equal(tables[0], tables[1], check_exact=True)


@pytest.mark.parametrize("model", ["nbd", "bg-nbd", "mbg-nbd", "pareto-nbd", "gompertz-nbd"])
def test_each_model_can_be_asked_for(model: str) -> None:
    result, table = valued(shop(300), model=model)
    no_bad_numbers(table)
    assert result.fit.model.name == model
    assert result.valuation.chosen_because.endswith("was asked for.")
