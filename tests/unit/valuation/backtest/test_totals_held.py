"""Intervals of totals hold as many as they say where the law behind them is the true one, and fewer where it is not."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.models.histories import Floats
from regulars.valuation.backtest.by_group import Groups
from regulars.valuation.backtest.forecast import Forecast, Spread
from regulars.valuation.backtest.group_shock import FEWEST
from regulars.valuation.backtest.totals_held import NOMINAL, Shocks, totals_held

GROUPS, SIZE, MEAN = 400, 50, 2.0
NAMES = tuple(str(place) for place in range(GROUPS))
OF = np.repeat(np.arange(GROUPS), SIZE)


def poisson(customers: int) -> Forecast:
    spread = Spread(np.full((1, 25), MEAN), np.zeros(customers, dtype=np.int64), np.ones(customers), np.array([MEAN]))
    return Forecast(np.full(customers, MEAN), spread)


def outcomes(own: float, seed: int) -> Floats:
    rng = np.random.default_rng(seed)
    return rng.poisson(MEAN * np.exp(rng.normal(0.0, own, GROUPS))[OF]).astype(np.float64)


def shares(own_true: float, own_said: float) -> Floats:
    said = Shocks(0.0, 2, own_said)
    found = totals_held(poisson(OF.size), outcomes(own_true, 3), Groups("group", NAMES, OF), said, seed=0)
    assert (found.title, found.totals, found.nominal) == ("group", GROUPS, NOMINAL)
    return np.array(found.inside) / GROUPS


@pytest.mark.parametrize("own", [0.0, 0.2])
def test_the_truth_is_held_as_often_as_it_says(own: float) -> None:
    error = np.sqrt(np.array(NOMINAL) * (1.0 - np.array(NOMINAL)) / GROUPS)
    assert (np.abs(shares(own, own) - np.array(NOMINAL)) < 3.0 * error).all()


def test_a_shock_that_is_not_said_is_missed_and_one_that_is_not_there_holds_all() -> None:
    assert shares(0.3, 0.0)[1] < 0.5
    assert shares(0.0, 0.3)[1] > 0.95


def test_the_shared_shock_widens_all_alike() -> None:
    actual = outcomes(0.0, 4) * 1.25
    groups = Groups("group", NAMES, OF)
    narrow, wide = (
        totals_held(poisson(OF.size), actual, groups, Shocks(shared, 2, 0.0), seed=0) for shared in (0.0, 0.2)
    )
    assert narrow.inside[1] < wide.inside[1]


def test_few_customers_and_missing_means_are_left_out() -> None:
    few, of = FEWEST - 1, np.repeat([0, 1, 2], [FEWEST - 1, FEWEST, FEWEST])
    said = poisson(of.size)
    said.mean[few + FEWEST] = np.nan
    actual = np.full(of.size, MEAN)
    found = totals_held(said, actual, Groups("group", ("few", "known", "no mean"), of), Shocks(0.0, 2, 0.0), seed=0)
    assert (found.totals, found.inside) == (1, (1, 1, 1))
    nobody = totals_held(
        said, actual, Groups("group", ("few",), np.zeros(of.size, dtype=np.int64)), Shocks(0.0, 2, 0.0), seed=0
    )
    assert (nobody.totals, nobody.inside) == (0, (0, 0, 0))


def test_shocks_beyond_measure_hold_whatever_happens() -> None:
    """The past of a shop that came back after years may be off by e^60: no draw is beyond all numbers."""
    groups = Groups("group", NAMES, OF)
    held = totals_held(poisson(OF.size), outcomes(0.0, 4), groups, Shocks(60.0, 2, 60.0), seed=0)
    assert held.inside == (GROUPS, GROUPS, GROUPS)
