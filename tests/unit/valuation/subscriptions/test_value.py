"""Scores, totals and the look back, held against plain enumeration, simulation and another number of threads."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from artificial_contracts import AS_OF, contract_lines, month_after, write_contracts

import regulars as rg
from regulars.app.subscriptions import SubscriptionResult

YEAR = 365


@pytest.fixture(scope="module")
def contracts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lines = contract_lines(2500, seed=3) + contract_lines(800, seed=4, alpha=0.6, beta=3.0, months=12)
    return write_contracts(tmp_path_factory.mktemp("contracts") / "contracts.csv", lines)


@pytest.fixture(scope="module")
def result(contracts: Path) -> SubscriptionResult:
    return rg.value_subscriptions(contracts, as_of=AS_OF, horizon=YEAR)


def test_every_billing_period_has_its_model_and_finds_its_law(result: SubscriptionResult) -> None:
    assert [one.period.name for one in result.fits] == ["month", "year"]
    for one, truth in zip(result.fits, ((0.7, 6.0), (0.6, 3.0)), strict=True):
        assert one.fit is not None
        assert one.fit.certificate.standing == "good"
        fit = rg.ShiftedBetaGeometric().fit(one.renewals)
        for name, value in zip(("alpha", "beta"), truth, strict=True):
            assert abs(fit.params[name] - value) < 3.5 * fit.standard_errors[name]


def test_a_customer_is_scored_as_enumeration_says(result: SubscriptionResult) -> None:
    table = result.customers.to_pandas()
    row = table[(table["active_contracts"] == 1) & (table["plan"] == "plan 1")].iloc[7]
    fit = result.fits[0].fit
    assert fit is not None
    start, renewals = row["first_start"].date(), int(row["renewals"])
    dates = [month_after(start, k) for k in range(renewals + 1, renewals + 20)]
    ahead = [day for day in dates if AS_OF < day <= AS_OF + dt.timedelta(days=YEAR)]
    survival = fit.survival(np.arange(renewals + len(ahead) + 1))
    chances = [float(survival[renewals + k + 1] / survival[renewals]) for k in range(len(ahead))]
    assert result.fits[0].ends[:-1].max() < 0.02  # here contracts run to the end of what is paid
    assert row["expected_renewals"] == pytest.approx(sum(chances), rel=1e-12)
    assert row["expected_value"] == pytest.approx(10.0 * sum(chances), rel=1e-12)
    assert row["probability_renewal"] == pytest.approx(chances[0], rel=1e-12)
    rate = np.log(1.1) / 365.25
    worth = sum(chance * np.exp(-rate * (day - AS_OF).days) for chance, day in zip(chances, ahead, strict=True))
    assert row["clv"] == pytest.approx(10.0 * worth, rel=1e-3)  # months of mean length against those of the calendar
    mass = fit.renewals_pmf(renewals, len(ahead))[0]
    for column, level in (("value_low", 0.1), ("value_median", 0.5), ("value_high", 0.9)):
        assert row[column] == 10.0 * int(np.argmax(np.cumsum(mass) >= level - 1e-12))
    assert row["value_low"] <= row["value_median"] <= row["value_high"]


def test_the_value_to_the_end_is_that_of_a_very_long_horizon(contracts: Path, result: SubscriptionResult) -> None:
    long = rg.value_subscriptions(contracts, as_of=AS_OF, horizon=60 * YEAR)
    assert result.totals.residual_value == pytest.approx(long.totals.clv, rel=0.02)
    assert result.totals.clv is not None
    assert result.totals.residual_value is not None
    assert result.totals.clv < result.totals.residual_value


def test_ended_contracts_are_worth_nothing_more(result: SubscriptionResult) -> None:
    table = result.customers.to_pandas()
    ended = table[table["active_contracts"] == 0]
    assert len(ended) > 500
    assert (ended[["probability_alive", "expected_value", "value_high", "clv", "residual_value"]] == 0.0).all().all()
    assert ended["last_end"].notna().all()
    assert table[table["active_contracts"] == 1]["last_end"].isna().all()


def test_totals_are_the_sums_of_the_customers(result: SubscriptionResult) -> None:
    table, totals = result.customers.to_pandas(), result.totals
    assert totals.customers == len(table) == 3300
    assert totals.expected_value is not None
    assert totals.expected_value.expected == pytest.approx(table["expected_value"].sum(), rel=1e-12)
    assert totals.historic_value == pytest.approx(table["historic_value"].sum(), rel=1e-12)
    assert totals.clv == pytest.approx(table["clv"].sum(), rel=1e-12)
    assert totals.expected_value.low < totals.expected_value.expected < totals.expected_value.high
    assert sum(plan.active for plan in result.valuation.plans) == totals.active_contracts


def test_the_interval_of_a_total_holds_what_comes(tmp_path: Path) -> None:
    """Eight shops of one law, each forecast from the middle of its record: 80 % intervals hold most outcomes."""
    inside = []
    for seed in range(8):
        path = write_contracts(tmp_path / f"{seed}.csv", contract_lines(400, seed=100 + seed))
        looked = rg.value_subscriptions(path, as_of=AS_OF, horizon=YEAR, model="sbg").valuation.look_back
        assert looked is not None
        inside.append(looked.low <= looked.actual <= looked.high)
    assert sum(inside) >= 4


def test_running_on_in_the_middle_of_a_year_is_a_good_sign(tmp_path: Path) -> None:
    """Of yearly contracts a third lapse each year, on any day of it: later in the year fewer leavers are left."""
    rng = np.random.default_rng(8)
    lines = []
    for customer in range(3000):
        start = dt.date(2016, 1, 1) + dt.timedelta(days=int(rng.integers(3000)))
        years = float(rng.geometric(1 / 3)) - float(rng.random())
        end = start + dt.timedelta(days=round(365.25 * years))
        last = "" if end > AS_OF else end.isoformat()
        lines.append(f"c{customer},plan,100,yearly,{start.isoformat()},{last}")
    path = write_contracts(tmp_path / "c.csv", lines)
    looked = rg.value_subscriptions(path, as_of=AS_OF, horizon=YEAR, model="geometric").valuation.look_back
    assert looked is not None
    spread = np.sqrt(looked.contracts) / 2.0
    assert abs(looked.expected - looked.actual) < 3.0 * spread
    # Of the contracts that run, (2/3) / (2/3 + (1/3)(1 - u)) are renewed, u spread evenly over the year.
    evenly = (np.arange(1000) + 0.5) / 1000
    share = np.mean((2 / 3) / (2 / 3 + (1 / 3) * (1 - evenly)))
    assert looked.expected / looked.contracts == pytest.approx(share, abs=0.03)
    assert looked.expected / looked.contracts > 2 / 3 + 0.08


def test_a_margin_multiplies_money_and_not_prices(contracts: Path, result: SubscriptionResult) -> None:
    half = rg.value_subscriptions(contracts, as_of=AS_OF, horizon=YEAR, margin=0.5)
    assert half.totals.historic_value == pytest.approx(result.totals.historic_value / 2.0, rel=1e-12)
    assert half.totals.expected_value is not None
    assert result.totals.expected_value is not None
    assert half.totals.expected_value.high == pytest.approx(result.totals.expected_value.high / 2.0, rel=1e-12)
    assert half.totals.monthly_price == result.totals.monthly_price


def test_threads_change_nothing(contracts: Path) -> None:
    one, two = (rg.value_subscriptions(contracts, as_of=AS_OF, horizon=YEAR, threads=threads) for threads in (1, 2))
    assert one.customers.file.read_bytes() == two.customers.file.read_bytes()
    assert one.totals == two.totals


def test_parallel_contracts_end_together(tmp_path: Path) -> None:
    lines = [*contract_lines(400, seed=5), "two,plan 1,10,monthly,2024-03-01,", "two,plan 2,30,monthly,2024-03-01,"]
    table = rg.value_subscriptions(write_contracts(tmp_path / "c.csv", lines), as_of=AS_OF).customers.to_pandas()
    both = table[table["customer_id"] == "two"].iloc[0]
    assert both["active_contracts"] == 2
    assert both["monthly_price"] == pytest.approx(40.0)
    assert both["probability_renewal"] < 1.0
    assert both["value_high"] % 40.0 == pytest.approx(0.0)


def test_where_nobody_has_lapsed_nothing_is_made_up(tmp_path: Path) -> None:
    lines = [f"c{i},basic,10,monthly,2024-0{1 + i % 8}-01," for i in range(60)]
    result = rg.value_subscriptions(write_contracts(tmp_path / "c.csv", lines), as_of=AS_OF)
    assert result.totals.expected_value is None
    assert "every contract was renewed" in result.totals.reason
    table = result.customers.to_pandas()
    assert table[["expected_value", "value_low", "clv", "residual_value"]].isna().all().all()
    assert (table["historic_value"] > 0.0).all()
    assert result.valuation.look_back is None


def test_without_a_discount_the_value_to_the_end_is_not_defined(contracts: Path) -> None:
    result = rg.value_subscriptions(contracts, as_of=AS_OF, discount=0.0)
    assert result.totals.residual_value is None
    assert "Without a discount" in result.totals.reason
    assert result.totals.expected_value is not None
    assert result.totals.clv == pytest.approx(result.totals.expected_value.expected, rel=1e-12)
