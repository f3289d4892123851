"""Which clock a record can tell, and the days it is learned from."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import NotApplicable
from regulars.models.effects.clock import Clock
from regulars.models.histories import Histories
from regulars.models.transactions import MODELS
from regulars.periods import Unit
from regulars.valuation.calendar import (
    fit_on_calendar,
    on_calendar,
    proposed_clock,
    repeats_of_days,
    repeats_of_record,
)
from regulars.valuation.histories import summarise

AS_OF = dt.date(2021, 12, 31)
MANY = {AS_OF: 5000.0}


def shop(engine: DuckDBEngine, customers: int = 400) -> None:
    """Orders over three years; every customer's first is on a day of its own, the next ones at random."""
    rng = np.random.default_rng(1)
    customer = np.repeat(np.arange(customers), 4)
    engine.load("drawn", {"customer": customer, "day": rng.integers(customer, 1095)})
    engine.execute(
        "create table orders as select 'c' || customer as customer_id, cast(rowid as varchar) as order_id,"
        " date '2019-01-01' + cast(day as integer) as order_date, cast(10 as decimal(18, 4)) as amount from drawn"
    )
    engine.execute(
        "create table refunds (customer_id varchar, order_id varchar, order_date date, refund_date date,"
        " amount decimal(18, 4))"
    )


def test_repeats_by_day_add_up_to_the_histories(engine: DuckDBEngine) -> None:
    shop(engine, 60)
    base = summarise(engine, AS_OF, Unit.WEEK, keep_zero=False).base
    repeats = repeats_of_record(engine)
    assert sum(repeats.values()) == base.histories.frequency @ base.histories.count
    engine.execute(
        "create table known as select customer_id, order_date as purchase_day, true as purchase from orders"
        " group by customer_id, order_date"
    )
    assert repeats_of_days(engine, "known") == repeats
    dated = on_calendar(base.histories, AS_OF, repeats)
    assert dated.as_of == AS_OF
    assert (dated.age == base.histories.age).all()


def test_a_season_needs_each_part_of_the_year_twice() -> None:
    short = proposed_clock(AS_OF - dt.timedelta(days=400), AS_OF, MANY, customers=1000)
    long = proposed_clock(AS_OF - dt.timedelta(days=728), AS_OF, MANY, customers=1000)
    assert short.names == ("clock.trend",)
    assert long.names == ("clock.cosine1", "clock.sine1", "clock.cosine2", "clock.sine2", "clock.trend")
    few = proposed_clock(AS_OF - dt.timedelta(days=728), AS_OF, {AS_OF: 60.0}, customers=1000)
    assert few.names == ("clock.trend",)


def test_the_penalty_is_a_prior_and_no_share_of_the_customers() -> None:
    one, ten = (proposed_clock(dt.date(2021, 1, 1), AS_OF, MANY, customers=n) for n in (1000, 10_000))
    assert one.penalty * 1000 == pytest.approx(ten.penalty * 10_000) == pytest.approx(2.0)


def test_too_little_to_tell_is_said() -> None:
    with pytest.raises(NotApplicable, match="100 days are too few"):
        proposed_clock(AS_OF - dt.timedelta(days=100), AS_OF, MANY, customers=1000)
    with pytest.raises(NotApplicable, match="7 repeat purchases are too few"):
        proposed_clock(AS_OF - dt.timedelta(days=300), AS_OF, {AS_OF: 7.0}, customers=1000)


def test_a_shop_is_fitted_on_the_clock_it_can_tell(engine: DuckDBEngine) -> None:
    shop(engine)
    base = summarise(engine, AS_OF, Unit.WEEK, keep_zero=False).base
    fit = fit_on_calendar(MODELS.get("bg-nbd"), base.histories, AS_OF, repeats_of_record(engine))
    assert isinstance(fit.spec.clock, Clock)
    assert len(fit.effects) == 5
    assert np.isfinite(fit.expected_purchases(base.histories, 26)).all()
    assert fit.as_of == AS_OF


def test_histories_without_a_calendar_stay_as_they_are() -> None:
    h = Histories(frequency=[1], recency=[2], age=[4], unit="day", covariates={"near": [1]})
    dated = on_calendar(h, AS_OF, {AS_OF - dt.timedelta(days=2): 1.0})
    assert (dated.unit, dated.covariates["near"][0]) == (Unit.DAY, 1.0)
