"""Columns of the orders that know the future are left out by name; honest ones stay and are learned from."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from artificial_orders import FIRST, artificial_orders

from regulars.engines.duckdb import DuckDBEngine
from regulars.periods import Unit
from regulars.progress import Progress
from regulars.sources.read import ReadOptions, read_orders
from regulars.valuation.features.details import SUSPECT
from regulars.valuation.features.feature import AsOf
from regulars.valuation.histories import summarise
from regulars.valuation.learners.drivers import Drivers, what_drives
from regulars.valuation.learners.examples import Lesson, lesson
from regulars.valuation.learners.kinds import OTHER
from regulars.valuation.learners.trusted import trusted
from regulars.valuation.learners.undated import MOST_EXPLAINED, left_open

WINDOW = 90
ORIGIN = FIRST + dt.timedelta(days=360)
AS_OF = AsOf(ORIGIN, WINDOW, keep_zero=False)


def honest() -> pd.DataFrame:
    """A shop whose orders name things that have nothing to do with what comes after."""
    shop = artificial_orders(21, 1200, 480)
    rng = np.random.default_rng(77)
    people = pd.Series(rng.choice(["de", "fr", "pl"], shop["customer"].nunique()), index=shop["customer"].unique())
    return shop.assign(
        country=shop["customer"].map(people),
        category=rng.choice(["toys", "food"], len(shop)),
        discount=rng.choice([0.0, 2.0], len(shop)),
    )


def knowing(shop: pd.DataFrame, column: str) -> pd.DataFrame:
    """Write into a column of every row, past ones too, what only the end of the record tells."""
    customers = shop.groupby("customer")
    days_left = customers["date"].transform("max") - shop["date"]
    amounts = customers["amount"].transform("sum")
    wrote = {
        "loyalty": pd.qcut(amounts, 5, labels=["none", "bronze", "silver", "gold", "platinum"]).astype(str),
        "category": customers["order"].transform("size").astype(str),  # orders to date
        "channel": np.where(days_left > pd.Timedelta(days=60), "stays", "leaves"),  # another for each order
        "discount": days_left.dt.days / 10.0,
    }
    return shop.assign(**{column: wrote[column]})


def taught(engine: DuckDBEngine, shop: pd.DataFrame) -> Lesson:
    options = ReadOptions(details=True)
    intake = read_orders(engine, shop, options, today=dt.date(2030, 1, 1), progress=Progress())
    summarise(engine, intake.as_of, Unit.WEEK, keep_zero=False)
    return lesson(engine, AS_OF, None)


@pytest.mark.parametrize(
    ("column", "detail", "gone"),
    [
        ("category", "category", {"favourite category", "share of the favourite category", "different categories"}),
        ("loyalty", "loyalty", {"loyalty of the first order"}),
        ("channel", "channel", {"channels used", "channel of the last order"}),
        ("discount", "discount", {"share of orders with a discount", "discount rate"}),
    ],
)
def test_a_column_that_knows_the_future_is_left_out_and_no_other(column: str, detail: str, gone: set[str]) -> None:
    with DuckDBEngine(threads=2, memory_limit="1GB") as engine:
        before = taught(engine, knowing(honest(), column))
    found = trusted(before, 0)
    assert set(found.left_out) == {detail}
    assert 0.1 < found.left_out[detail] < 1.0
    assert set(found.idle).isdisjoint(found.left_out)
    for past, kept in ((before.past, found.lesson.past), (before.now, found.lesson.now)):
        assert gone <= set(past.names) - set(kept.names)
        assert kept.x.shape == (past.rows, len(kept.names))
        assert {kept.names[place] for place in kept.kinds} <= {past.names[place] for place in past.kinds} - gone


def test_columns_that_know_a_little_each_and_much_together_lose_those_that_know_most() -> None:
    """Six columns of who bought later, each wrong for most customers."""
    shop, rng = honest().drop(columns="country"), np.random.default_rng(5)
    late = shop["date"].gt(pd.Timestamp(ORIGIN - dt.timedelta(days=2 * WINDOW)))
    bought = late.groupby(shop["customer"]).any()
    for column in ("country", "region", "gender", "store", "device", "payment"):
        guess = np.where(rng.random(bought.size) < 0.55, rng.random(bought.size) < 0.5, bought)
        shop[column] = shop["customer"].map(pd.Series(guess, index=bought.index)).map({True: "yes", False: "no"})
    with DuckDBEngine(threads=2, memory_limit="1GB") as engine:
        before = taught(engine, shop)
    found = trusted(before, 0)
    assert found.left_out
    assert max(found.left_out.values()) < MOST_EXPLAINED
    details = {name for columns in SUSPECT.values() for name in columns} | {"lines per order"}
    without = replace(before, past=before.past.without(*details), now=before.now.without(*details))
    uncertain, told = (left_open(one, 0).mean() for one in (without, found.lesson))
    assert 1.0 - told / uncertain <= MOST_EXPLAINED < 1.0 - left_open(before, 0).mean() / uncertain


def test_honest_columns_that_tell_nothing_are_not_used_and_are_named() -> None:
    with DuckDBEngine(threads=2, memory_limit="1GB") as engine:
        before = taught(engine, honest())
    assert before.past.labels["country of the first order"] == ("de", "fr", "pl", OTHER)
    found = trusted(before, 0)
    assert (found.left_out, set(found.idle)) == ({}, {"country", "category", "discount"})
    gone = {name for field in found.idle for name in SUSPECT[field]}
    assert set(before.past.names) - set(found.lesson.past.names) == {*gone, "lines per order"}


def test_what_was_left_out_leaves_the_lesson_of_a_shop_without_it() -> None:
    """All that learners know of a shop with a column that knows the future is what they know without it."""
    known = []
    for shop in (knowing(honest(), "loyalty"), honest()):
        with DuckDBEngine(threads=2, memory_limit="1GB") as engine:
            kept = trusted(taught(engine, shop), 0).lesson
        known.append((kept.past.names, kept.past.kinds, kept.past.x.tobytes(), kept.now.x.tobytes()))
    assert known[0] == known[1]


def test_where_orders_hold_nothing_beside_nothing_is_done() -> None:
    with DuckDBEngine(threads=2, memory_limit="1GB") as engine:
        before = taught(engine, honest()[["customer", "order", "date", "amount"]])
    found = trusted(before, 0)
    assert found.lesson is before
    assert (found.left_out, found.idle) == ({}, ())


def test_what_the_first_order_tells_is_learned() -> None:
    """Half of the customers came for a coupon and never again: knowing it tells a good deal, and is no future."""
    shop, rng = artificial_orders(22, 800, 480), np.random.default_rng(78)
    first = shop["date"] == shop.groupby("customer")["date"].transform("min")
    shop["coupon"] = np.where(first & (rng.random(len(shop)) < 0.2), "SAVE", "")
    once = (
        shop[first]
        .drop_duplicates("customer")
        .assign(
            customer=lambda one: "once " + one["customer"],
            order=lambda one: "once " + one["order"],
            coupon=lambda one: np.where(rng.random(len(one)) < 0.8, "SAVE", ""),
        )
    )
    with DuckDBEngine(threads=2, memory_limit="1GB") as engine:
        before = taught(engine, pd.concat([shop, once], ignore_index=True))
    column = "share of orders with a coupon"
    without = replace(before, past=before.past.without(column), now=before.now.without(column))
    told = 1.0 - left_open(before, 0).mean() / left_open(without, 0).mean()
    assert 0.02 < told < MOST_EXPLAINED
    found = trusted(before, 0)
    assert (found.left_out, found.idle) == ({}, ())
    assert found.lesson.past.names == before.past.names


def driven(shop: pd.DataFrame) -> Drivers:
    with DuckDBEngine(threads=2, memory_limit="1GB") as engine:
        taught(engine, shop)
        return what_drives(engine, AS_OF, has_money=True, seed=0)


def test_drivers_name_the_kinds_and_what_was_left_out() -> None:
    shop = knowing(honest(), "loyalty")
    dear = (shop["country"] == "pl") & (shop["date"] > pd.Timestamp(ORIGIN - dt.timedelta(days=2 * WINDOW)))
    shop.loc[dear, "amount"] *= 10.0
    found = driven(shop)
    country = next(driver for driver in found.drivers if driver.name == "country of the first order")
    assert country.most is not None
    assert country.least is not None
    assert country.most[0] == "pl"
    assert country.most[1] > 0.5
    assert country.least[1] < 0.0
    assert set(found.left_out) == {"loyalty"}
    assert "loyalty of the first order" not in {driver.name for driver in found.drivers}
