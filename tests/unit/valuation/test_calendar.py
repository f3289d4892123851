"""Which clock a record can tell, and the days it is learned from."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import NotApplicable
from regulars.models.effects.clock_fit import ClockFit
from regulars.models.histories import Histories
from regulars.models.transactions import MODELS
from regulars.periods import Unit
from regulars.valuation.calendar import (
    OnCalendar,
    on_calendar,
    proposed_clock,
    repeats_of_days,
    repeats_of_record,
)
from regulars.valuation.histories import summarise

AS_OF = dt.date(2021, 12, 31)


def spread(number: float, days: int = 1096) -> dict[dt.date, float]:
    """Return so many repeat purchases, as many on each of the last days."""
    return {AS_OF - dt.timedelta(days=back): number / days for back in range(days)}


MANY = spread(5000.0)


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
    assert repeats_of_days(engine, "known", AS_OF) == repeats
    dated = on_calendar(base.histories, AS_OF, repeats)
    assert dated.as_of == AS_OF
    assert (dated.age == base.histories.age).all()


def test_as_many_waves_as_purchases_can_tell() -> None:
    first = AS_OF - dt.timedelta(days=728)
    many, few = (proposed_clock(first, AS_OF, spread(number), customers=1000) for number in (450.0, 299.0))
    assert many.names == (*(f"clock.{wave}{n}" for n in (1, 2, 3, 4) for wave in ("cosine", "sine")), "clock.trend")
    assert few.names == ("clock.cosine1", "clock.sine1", "clock.cosine2", "clock.sine2", "clock.trend")


def test_the_penalty_is_a_prior_and_no_share_of_the_customers() -> None:
    one, ten = (proposed_clock(dt.date(2019, 1, 1), AS_OF, MANY, customers=n) for n in (1000, 10_000))
    assert one.penalty * 1000 == pytest.approx(ten.penalty * 10_000) == pytest.approx(2.0)


def test_too_little_to_tell_is_said() -> None:
    with pytest.raises(NotApplicable, match="715 days are less than two years"):
        proposed_clock(AS_OF - dt.timedelta(days=715), AS_OF, MANY, customers=1000)
    with pytest.raises(NotApplicable, match="149 repeat purchases are too few"):
        proposed_clock(AS_OF - dt.timedelta(days=800), AS_OF, spread(149.0), customers=1000)
    with pytest.raises(NotApplicable, match="need as_of and purchases_by_day"):
        OnCalendar(MODELS.get("nbd")).fit(Histories(frequency=[1], recency=[2], age=[4]))


def test_a_few_old_orders_are_no_year_that_was_seen() -> None:
    one_year = spread(990.0, 400)
    faithful = {AS_OF - dt.timedelta(days=30 * month): 1.0 for month in range(14, 23)}
    with pytest.raises(NotApplicable, match="395 days since 2020-12-01, before which hardly anybody came back, are"):
        proposed_clock(dt.date(1995, 3, 1), AS_OF, one_year, customers=1000)
    with pytest.raises(NotApplicable, match="399 days since 2020-11-27, before which"):
        proposed_clock(dt.date(2018, 3, 1), AS_OF, one_year | faithful, customers=1000)
    assert proposed_clock(dt.date(1995, 3, 1), AS_OF, MANY, customers=1000).season == 4


def test_a_shop_is_fitted_on_the_clock_it_can_tell(engine: DuckDBEngine) -> None:
    shop(engine)
    base = summarise(engine, AS_OF, Unit.WEEK, keep_zero=False).base
    model, dated = OnCalendar(MODELS.get("nbd")), on_calendar(base.histories, AS_OF, repeats_of_record(engine))
    fit = model.fit(dated)
    assert fit.model.title == model.title
    assert fit.model.name == model.name
    assert len(fit.model.clock.names) == 9
    plain = MODELS.get("nbd").fit(dated)
    for again in (model.refit(plain, dated), model.refit(plain, dated, near=fit)):
        assert height(again) == pytest.approx(height(fit), abs=1e-3)
        assert np.isnan(again.covariance).all()


def height(fit: ClockFit) -> float:
    assert fit.effects_fit is not None
    return fit.effects_fit.penalised_mean * fit.customers


def test_histories_without_a_calendar_stay_as_they_are() -> None:
    h = Histories(frequency=[1], recency=[2], age=[4], unit="day", covariates={"near": [1]})
    dated = on_calendar(h, AS_OF, {AS_OF - dt.timedelta(days=2): 1.0})
    assert (dated.unit, dated.covariates["near"][0]) == (Unit.DAY, 1.0)
