"""Who comes, buys and leaves, as the equations say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from regulars.errors import InputError
from regulars.sources.simulated import baskets, goods
from regulars.sources.simulated.baskets import lines_of
from regulars.sources.simulated.campaign import assignment_of, extra_exposure
from regulars.sources.simulated.clock import SeasonClock
from regulars.sources.simulated.lives import lives_of
from regulars.sources.simulated.orders import orders_of
from regulars.sources.simulated.plan import Plan
from regulars.sources.simulated.returns import LAST_DAY, LINKED, WHOLE, returns_of

PLAN = Plan(seed=11, customers=6_000, season=0.3)
CLOCK = SeasonClock(PLAN.season, PLAN.all_days)
LIVES = lives_of(PLAN, CLOCK)
ASSIGNMENT = assignment_of(PLAN, LIVES)
ORDERS = orders_of(PLAN, LIVES, CLOCK, ASSIGNMENT)
LINES = lines_of(PLAN, ORDERS)
RETURNS = returns_of(PLAN, LIVES, ORDERS, LINES)


def test_the_shops_time_is_the_integral_of_the_mood() -> None:
    day = np.linspace(0.0, 1_461.0, 200_001)
    mood = CLOCK.mood(day)
    by_hand = np.concatenate([[0.0], np.cumsum((mood[1:] + mood[:-1]) / 2.0 * np.diff(day))])
    assert np.abs(by_hand - CLOCK.shop_time(day)).max() < 1e-6
    assert CLOCK.shop_time(np.array([400.0 + 365.25]))[0] == pytest.approx(
        CLOCK.shop_time(np.array([400.0]))[0] + 365.25
    )


def test_channels_have_the_shares_and_rates_of_the_plan() -> None:
    for number, channel in enumerate(PLAN.channels):
        of_channel = LIVES.channel == number
        size = of_channel.sum()
        assert of_channel.mean() == pytest.approx(channel.share, abs=4.0 * np.sqrt(0.25 / len(LIVES)))
        # Gamma of shape r: the standard deviation is the mean over √r.
        for found, mean, shape in (
            (LIVES.rate, channel.purchases_per_week, PLAN.rate_shape),
            (LIVES.dropout, channel.dropout_per_week, PLAN.dropout_shape),
        ):
            assert 7.0 * found[of_channel].mean() == pytest.approx(mean, rel=4.0 / np.sqrt(size * shape))


def test_more_customers_come_every_year() -> None:
    year = np.floor(LIVES.arrival / 365.25).astype(int)
    first, second, third = np.bincount(year)[:3]
    assert second / first == pytest.approx(1.0 + PLAN.growth, rel=0.12)
    assert third / second == pytest.approx(1.0 + PLAN.growth, rel=0.12)


def test_everybody_buys_on_arrival_and_nobody_after_leaving() -> None:
    first = np.full(len(LIVES), np.inf)
    np.minimum.at(first, ORDERS.customer, ORDERS.day)
    assert np.array_equal(first, LIVES.arrival)
    assert (ORDERS.day <= LIVES.death[ORDERS.customer] + 1e-3).all()
    assert ORDERS.day.max() < PLAN.all_days


def test_as_many_orders_as_rates_and_lives_allow() -> None:
    end = np.minimum(LIVES.death, float(PLAN.all_days))
    expected = (LIVES.rate * (CLOCK.shop_time(end) - CLOCK.shop_time(LIVES.arrival))).sum()
    assert ASSIGNMENT is not None
    expected += extra_exposure(ASSIGNMENT, LIVES, CLOCK)[ASSIGNMENT.treated].sum()
    assert abs(len(ORDERS) - len(LIVES) - expected) < 4.0 * np.sqrt(expected)


def test_people_buy_more_before_christmas() -> None:
    alone = orders_of(PLAN, LIVES, CLOCK, None)
    repeat = ~np.isin(alone.day, LIVES.arrival)
    alive_in = [((LIVES.arrival < start) & (LIVES.death > start + 30)) for start in (1_410.0, 1_230.0)]
    counts = []
    for start, alive in zip((1_410.0, 1_230.0), alive_in, strict=True):
        seen = repeat & (alone.day >= start) & (alone.day < start + 30.0) & alive[alone.customer]
        counts.append(seen.sum() / LIVES.rate[alive].sum())
    assert counts[0] / counts[1] == pytest.approx(1.3 / 0.7, rel=0.12)


def test_orders_are_worth_what_people_mean_to_spend() -> None:
    found = np.bincount(LINES.order, weights=LINES.cents, minlength=len(ORDERS)) / 100.0
    assert found.min() > 0.0
    assert found.sum() == pytest.approx(ORDERS.intended.sum(), rel=0.01)
    mean = PLAN.spend_p * PLAN.spend_gamma / (PLAN.spend_q - 1.0)
    assert (PLAN.spend_p / LIVES.spend_rate).mean() == pytest.approx(mean, rel=4.0 * 0.5 / np.sqrt(len(LIVES)))


def test_a_dearer_product_sells_fewer_pieces_for_the_same_money() -> None:
    dear = replace(PLAN, price_changes=True)
    cheap = replace(PLAN, price_changes=False)
    late = ORDERS.day > goods.CHANGE_DAYS[1]
    pieces, money = [], []
    for plan in (dear, cheap):
        lines = lines_of(plan, ORDERS)
        coffee = (lines.product < 6) & late[lines.order]
        pieces.append(lines.quantity[coffee].sum())
        money.append(lines.cents[coffee].sum())
    assert pieces[0] / pieces[1] == pytest.approx(1.0 / goods.COFFEE_FACTOR, rel=0.02)
    assert money[0] / money[1] == pytest.approx(1.0, rel=0.02)


def test_every_product_is_sold_at_the_price_of_its_day() -> None:
    prices = goods.price_table(changes=True)
    for line in range(0, len(LINES), 997):
        day = ORDERS.day[LINES.order[line]]
        period = max(place for place, start in enumerate(goods.CHANGE_DAYS) if start <= day)
        assert LINES.price[line] == prices[LINES.product[line], period]
    assert (np.diff(prices[:6, :2], axis=1) > 0).all()
    assert prices[7, 2] == round(560 * goods.GREEN_TEA_FACTOR)


def test_companions_are_bought_together() -> None:
    with_product = [set(LINES.order[LINES.product == number].tolist()) for number in range(len(goods.PRODUCTS))]
    orders = len(ORDERS)
    for number, product in enumerate(goods.PRODUCTS):
        both = len(with_product[number] & with_product[product.companion])
        lift = both * orders / (len(with_product[number]) * len(with_product[product.companion]))
        assert lift > 1.2, product.name
    assert baskets.FURTHER > 0


def test_what_comes_back_was_bought_and_not_long_ago() -> None:
    delay = RETURNS.day - ORDERS.day[LINES.order[RETURNS.line]]
    assert delay.min() >= 1.0
    assert delay.max() <= LAST_DAY
    assert (RETURNS.quantity >= 1).all()
    assert (RETURNS.quantity <= LINES.quantity[RETURNS.line]).all()
    assert len(np.unique(RETURNS.line)) == len(RETURNS)
    error = 4.0 * np.sqrt(0.25 / len(RETURNS))
    assert RETURNS.linked.mean() == pytest.approx(LINKED, abs=error)
    bought = LINES.quantity[RETURNS.line]
    whole = WHOLE + (1.0 - WHOLE) * (1.0 / bought).mean()
    assert (RETURNS.quantity == bought).mean() == pytest.approx(whole, abs=error)


@pytest.mark.parametrize("wrong", [{"customers": 0}, {"seed": -1}])
def test_a_plan_that_cannot_be(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        Plan(**wrong)
