"""The rule of stability: a shop that keeps its ways is called stable, one that changes or is small is not."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from contest.stability import Look, Stability, allowed, stability
from regulars.models.histories import Floats
from regulars.valuation.backtest.as_known import AsKnown

QUARTER = 90
START = dt.date(2024, 1, 1)


def looks_at(rates: tuple[float, ...], *, customers: int, seed: int) -> list[AsKnown]:
    """Return looks at customers who buy at rates of their own, times `rates` in each of four quarters."""
    rng = np.random.default_rng(seed)
    own = rng.gamma(0.8, 1.5, customers)
    arrival = rng.integers(0, QUARTER, customers)
    number = rng.poisson(own[:, None] * np.array(rates))
    number[:, 0] = rng.poisson(own * rates[0] * (1.0 - arrival / QUARTER))
    days = [np.sort(rng.integers(arrival[who] if q == 0 else q * QUARTER, (q + 1) * QUARTER, n))
            for who in range(customers) for q, n in enumerate(number[who])]  # fmt: skip
    worth = rng.gamma(6.0, 1.0, customers)
    return [_look(arrival, days, worth, customers, back) for back in (1, 2, 3)]


def _look(arrival: np.ndarray, days: list[np.ndarray], worth: Floats, customers: int, quarters: int) -> AsKnown:
    end = quarters * QUARTER - 1
    bought = [np.unique(np.concatenate(days[4 * who : 4 * who + 4])) for who in range(customers)]
    repeat = [own[(own > first) & (own <= end)] for own, first in zip(bought, arrival, strict=True)]
    later = [own[(own > end) & (own <= end + QUARTER)].size for own in bought]
    frequency = np.array([own.size for own in repeat])
    last = np.array([own[-1] if own.size else first for own, first in zip(repeat, arrival, strict=True)])
    purchases = np.array(later, dtype=np.float64)
    return AsKnown(
        START + dt.timedelta(days=end),
        QUARTER,
        frequency=frequency,
        recency=last - arrival,
        age=end - arrival,
        first_value=worth,
        valued=frequency + 1,
        value=worth * (frequency + 1),
        purchases_before=np.zeros(customers),
        value_before=np.zeros(customers),
        purchases_later=purchases,
        value_later=purchases * worth,
    )


def test_a_shop_that_keeps_its_ways_is_stable() -> None:
    (purchases,) = stability(looks_at((1.0, 1.0, 1.0, 1.0), customers=1_500, seed=1), has_money=False, seed=0)
    assert purchases.stable, purchases.why


@pytest.mark.parametrize("rates", [(1.0, 1.0, 1.0, 0.7), (1.0, 1.3, 1.0, 1.0)], ids=["fades", "season"])
def test_a_shop_that_changes_is_not(rates: tuple[float, ...]) -> None:
    purchases, money = stability(looks_at(rates, customers=1_500, seed=1), has_money=True, seed=0)
    assert not purchases.stable, purchases.why
    assert not money.stable


def test_a_shop_too_small_to_tell_is_not_called_stable() -> None:
    (purchases,) = stability(looks_at((1.0, 1.0, 1.0, 1.0), customers=60, seed=1), has_money=False, seed=0)
    assert not purchases.stable
    assert any(look is not None and look.error > 0.05 for look in purchases.looks)


def test_the_bound_is_five_percent_or_twice_the_error() -> None:
    assert (allowed(0.01), allowed(0.04)) == (0.05, 0.08)
    assert Look(0.049, 0.01).within
    assert not Look(-0.051, 0.01).within
    assert Look(0.07, 0.04).within
    assert not Look(0.0, 0.06).within


def test_nothing_seen_is_not_stable() -> None:
    assert not Stability(()).stable
    assert not Stability((Look(0.0, 0.01), None)).stable
    assert Stability((Look(0.0, 0.01),)).stable
