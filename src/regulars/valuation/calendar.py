"""A calendar clock for a shop: which one its record can tell, and the repeat purchases of each day to learn it from.

A season of the year can be told from growth and from customers leaving only where each part of the year was seen
twice; learned from less it multiplies what is ahead by whatever fits what is behind. A trend needs months to be seen
in, and stands still after the last of them. Both are held back by a penalty: where little was bought the clock then
runs evenly, which is the plain model. Whether the clock forecasts better is for the back-test to say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from regulars.engines.base import Engine, quoted
from regulars.errors import NotApplicable
from regulars.models.effects.clock import Clock
from regulars.models.effects.fit import EffectsFit
from regulars.models.effects.fitting import WithEffects
from regulars.models.histories import Histories
from regulars.models.transaction_model import TransactionModel

# Two years, less the fortnight that a record may begin or end within.
TWO_YEARS = 716
HALF_A_YEAR = 182
# Waves of a season: one for the year, one for its halves; more would be weather.
WAVES = 2
# What an effect is expected to be at most, give or take: the penalty is that of a normal prior with this deviation.
SPREAD = 0.5
# Repeat purchases behind each effect that a clock may have.
PURCHASES_EACH = 50

OF_RECORD = "select on_day, repeats from days_of_record where repeats > 0 order by on_day"

# The same from the days of single customers, as they were known on some day.
OF_DAYS = """
with firsts as (
    select customer_id, min(purchase_day) as first_order from {days} where purchase group by customer_id
)
select d.purchase_day as on_day, count(*) as repeats
from {days} d join firsts f on d.customer_id = f.customer_id
where d.purchase and d.purchase_day > f.first_order
group by d.purchase_day order by d.purchase_day
"""


def repeats_of_record(engine: Engine) -> dict[dt.date, float]:
    """Return the repeat purchases of each day, from the table `days_of_record`."""
    return {day: float(number) for day, number in engine.rows(OF_RECORD)}


def repeats_of_days(engine: Engine, table: str) -> dict[dt.date, float]:
    """Return the repeat purchases of each day, from each customer's days (customer_id, purchase_day, purchase)."""
    return {day: float(number) for day, number in engine.rows(OF_DAYS.format(days=quoted(table)))}


def on_calendar(histories: Histories, as_of: dt.date, repeats: Mapping[dt.date, float]) -> Histories:
    """Return the histories with the as-of day and the repeat purchases of each day beside them."""
    return Histories(
        frequency=histories.frequency,
        recency=histories.recency,
        age=histories.age,
        count=histories.count,
        unit=histories.unit,
        customers=histories.customers,
        covariates=histories.covariates,
        as_of=as_of,
        purchases_by_day=repeats,
        log_gaps=histories.log_gaps,
    )


def proposed_clock(first_day: dt.date, as_of: dt.date, repeats: Mapping[dt.date, float], *, customers: float) -> Clock:
    """Return the clock that a record from `first_day` to `as_of` can tell.

    Raises `NotApplicable` where it is too short for any, or too few came back.
    """
    length, number = (as_of - first_day).days, sum(repeats.values())
    if length < HALF_A_YEAR:
        raise NotApplicable(f"{length} days are too few to tell a trend or a season from customers who leave")
    if number < PURCHASES_EACH:
        raise NotApplicable(f"{number:,.0f} repeat purchases are too few to tell how the calendar moves them")
    season = WAVES if length >= TWO_YEARS and number >= (2 * WAVES + 1) * PURCHASES_EACH else 0
    return Clock(season=season, trend=True, penalty=1.0 / (2.0 * SPREAD**2 * customers))


def fit_on_calendar(
    model: TransactionModel, histories: Histories, as_of: dt.date, repeats: Mapping[dt.date, float], *, threads: int = 1
) -> EffectsFit:
    """Return the fit of `model` on the clock that the record can tell.

    Raises `NotApplicable` where it can tell none, or the model cannot run on one.
    """
    oldest = as_of - dt.timedelta(days=round(float(histories.age.max()) * histories.unit.days))
    clock = proposed_clock(oldest, as_of, repeats, customers=histories.customers_total)
    return WithEffects(model, clock=clock).fit(on_calendar(histories, as_of, repeats), threads=threads)
