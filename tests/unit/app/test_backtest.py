"""A shop whose law is known: its own model must win, and say by how much."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from regulars.app.backtest import BackTest, backtest
from regulars.errors import InputError, UnknownName
from regulars.models.certificate import Certificate
from regulars.models.fit import Fit
from regulars.models.transactions.pareto_nbd import ParetoNBD
from regulars.periods import Unit

CUSTOMERS, DAYS = 1_500, 960


def shop(seed: int) -> pd.DataFrame:
    """Return orders of customers who arrive evenly, buy and leave by Pareto/NBD, and spend by Gamma-Gamma."""
    rng = np.random.default_rng(seed)
    theta = np.array([0.6, 30.0, 0.7, 200.0])
    fit = Fit(ParetoNBD(), theta, Unit.DAY, 0.0, CUSTOMERS, np.eye(4), Certificate(()))
    born = rng.integers(0, DAYS - 30, CUSTOMERS)
    repeats = fit.simulate(CUSTOMERS, DAYS, seed)
    customer = np.concatenate([np.arange(CUSTOMERS), repeats.customer])
    day = np.concatenate([born, born[repeats.customer] + np.floor(repeats.time).astype(np.int64)])
    rate = rng.gamma(4.0, 1.0, CUSTOMERS) / 15.0
    worth = np.maximum(rng.gamma(5.0, 1.0 / rate[customer]) / 5.0, 0.01).round(2)
    dates = pd.Timestamp("2022-01-01") + pd.to_timedelta(day, unit="D")
    return pd.DataFrame({"customer": customer, "date": dates, "amount": worth})[day < DAYS]


@pytest.fixture(scope="module")
def test() -> BackTest:
    return backtest(shop(1), horizon=180, models=["pareto-nbd", "nbd"])


def test_the_law_of_the_shop_wins(test: BackTest) -> None:
    assert test.league.best is not None
    assert test.league.best.name.startswith("pareto-nbd")
    skills = {one.name: test.league.skill(one) for one in test.league.entrants}
    assert skills["climatology"] == 0.0
    assert skills["pareto-nbd"] is not None
    assert skills["pareto-nbd"] > max(skill or 0.0 for name, skill in skills.items() if "pareto" not in name)
    assert test.verdict.startswith("Pareto/NBD")


def test_its_forecasts_are_calibrated(test: BackTest) -> None:
    assert test.league.best is not None
    for trial in test.league.best.trials:
        assert trial.value is not None
        for found in (trial.purchases, trial.value):
            assert found.pit_gap < 0.03 + 1.36 / np.sqrt(found.customers)
            assert found.bias is not None
            assert found.bias_error is not None
            # The error of the forecast itself; that of the parameters comes on top.
            assert abs(found.bias) < 3.0 * found.bias_error


def test_the_table_says_what_was_measured(test: BackTest) -> None:
    rows = test.rows()
    assert sum("(plain rule)" in row["Forecast"] for row in rows) == 5
    assert rows == sorted(rows, key=lambda row: -row["Skill"])
    assert "3 windows of 180 days" in repr(test).replace("\N{NO-BREAK SPACE}", " ")


def test_it_is_the_same_again_and_on_one_thread() -> None:
    orders = shop(2)
    one, two = (backtest(orders, horizon=120, models=["bg-nbd"], threads=threads).rows() for threads in (1, 2))
    assert one == two


def test_orders_without_amounts_are_judged_by_purchases() -> None:
    test = backtest(shop(3)[["customer", "date"]], horizon=120, models=["bg-nbd"])
    assert all(trial.value is None for one in test.league.entrants for trial in one.trials)
    assert "CRPS" in test.rows()[0]


def test_what_cannot_be_asked() -> None:
    with pytest.raises(UnknownName, match="unknown model 'bgnbd'"):
        backtest(shop(4), horizon=120, models=["bgnbd"])
    with pytest.raises(InputError, match="more than 0 seconds"):
        backtest(shop(4), time_budget=0.0)
    with pytest.raises(InputError, match="cannot be an origin"):
        backtest(shop(4), horizon=120, origins=["2022-01-05"])
