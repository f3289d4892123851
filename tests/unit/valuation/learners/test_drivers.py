"""What drives value: the contributions add up, a planted cause is found, noise is not, a model is left out."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from artificial_orders import FIRST, artificial_orders

from regulars.engines.duckdb import DuckDBEngine
from regulars.periods import Unit
from regulars.progress import Progress
from regulars.sources.read import ReadOptions, read_orders
from regulars.valuation.features.attributes import Attributes, attributes
from regulars.valuation.features.feature import AsOf
from regulars.valuation.histories import summarise
from regulars.valuation.learners.drivers import Driver, Drivers, _ends, _halves, what_drives
from regulars.valuation.learners.examples import lesson
from regulars.valuation.learners.heads import value
from regulars.valuation.learners.kinds import kinds_of
from regulars.valuation.learners.outlook import outlook_of

AS_OF = AsOf(FIRST + dt.timedelta(days=360), 90, keep_zero=False)


def read(engine: DuckDBEngine, orders: pd.DataFrame) -> None:
    intake = read_orders(engine, orders, ReadOptions(), today=dt.date(2030, 1, 1), progress=Progress())
    summarise(engine, intake.as_of, Unit.WEEK, keep_zero=False)


@pytest.fixture(scope="module")
def found() -> Drivers:
    """A shop whose prices rose tenfold for one country at the end, which nothing but the country tells."""
    shop = artificial_orders(11, 1200, 480)
    rng = np.random.default_rng(11)
    people = pd.DataFrame({"customer_id": shop["customer"].unique()})
    people["country"] = rng.choice(["north", "south"], len(people))
    people["shoe_size"] = rng.normal(40.0, 3.0, len(people))
    dear = shop["customer"].map(people.set_index("customer_id")["country"]).eq("south").to_numpy()
    late = shop["date"] > pd.Timestamp(AS_OF.origin - dt.timedelta(days=2 * AS_OF.window))
    shop.loc[dear & late.to_numpy(), "amount"] *= 10.0
    with DuckDBEngine(threads=2, memory_limit="1GB") as engine:
        read(engine, shop)
        engine.attach("people_of_today", people)
        given = attributes(Attributes("people_of_today", ("country", "shoe_size")))
        outlook = outlook_of(Unit.WEEK, has_money=True, threads=1)
        return what_drives(engine, AS_OF, has_money=True, seed=0, outlook=outlook, others=(given,))


def named(found: Drivers, name: str) -> Driver:
    return next(driver for driver in found.drivers if driver.name == name)


def test_a_planted_cause_is_among_the_first_and_noise_among_the_last(found: Drivers) -> None:
    order = [driver.name for driver in found.drivers]
    assert found.measure == "value"
    assert [driver.effect for driver in found.drivers] == sorted((d.effect for d in found.drivers), reverse=True)
    assert order.index("country") < 5
    assert named(found, "country").effect > 0.2
    assert (named(found, "country").high, named(found, "country").low) == (None, None)  # kinds have no order
    assert "shoe_size" not in order or named(found, "shoe_size").effect < 0.05


def test_the_direction_is_that_of_the_shop(found: Drivers) -> None:
    since = named(found, "days since the last purchase")
    assert since.high is not None
    assert since.low is not None
    assert since.high < 0.0 < since.low


def test_what_a_model_expects_is_no_driver(found: Drivers) -> None:
    assert not {driver.name for driver in found.drivers} & {"expected purchases", "probability alive", "expected value"}


def test_contributions_add_up_to_the_forecast() -> None:
    with DuckDBEngine(threads=2, memory_limit="1GB") as engine:
        read(engine, artificial_orders(12, 600, 480))
        taught = lesson(engine, AS_OF, None)
    head = value(taught, 0)
    each = [
        booster.predict(taught.now.x, pred_contrib=True, num_iteration=head.boosted.trees)
        for booster in head.boosted.boosters
    ]
    total = np.mean(each, axis=0).sum(axis=1) + head.boosted.constant
    np.testing.assert_allclose(np.exp(total), head.now, rtol=1e-9)


def test_without_money_purchases_are_explained() -> None:
    with DuckDBEngine(threads=2, memory_limit="1GB") as engine:
        read(engine, artificial_orders(13, 500, 480, money=False))
        found = what_drives(engine, AS_OF, has_money=False, seed=0)
    assert found.measure == "purchases"
    assert found.customers == 500
    assert all(driver.effect > 0.0 for driver in found.drivers)


def test_a_feature_most_have_the_highest_value_of_has_a_direction_too() -> None:
    above, below = _halves(np.array([1.0, 1.0, 1.0, 0.2, np.nan]))
    assert above.tolist() == [True, True, True, False, False]
    assert below.tolist() == [False, False, False, True, False]
    assert not _halves(np.full(3, np.nan))[0].any()
    assert not _halves(np.ones(3))[1].any()


def test_a_kind_that_a_shop_calls_other_is_one_of_its_kinds() -> None:
    """Where nobody is of the rest, the kind by that name is still the one of which most is expected."""
    texts = np.repeat(["other", "web", "all other kinds"], [40, 50, 60])
    kinds = kinds_of(texts)
    ends = _ends(kinds.labels, kinds.coded(texts), np.repeat([0.5, 0.1, -0.2], [40, 50, 60]))
    assert [name for name, _ in ends] == ["other", "all other kinds"]
    assert [factor for _, factor in ends] == pytest.approx(np.expm1([0.5, -0.2]))
