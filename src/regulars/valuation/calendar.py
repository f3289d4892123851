"""A calendar clock for a shop: which one its record can tell, and the repeat purchases of each day to learn it from.

A season of the year can be told from growth and from customers leaving only where each part of the year was seen
twice; learned from less it multiplies what is ahead by whatever fits what is behind. A trend stands beside it, so that
a growing shop is no season and no leaving; it stands still after the last day. A trend alone is not proposed: that is
a drift, which the back-test finds for every model. Both are held back by a penalty: where little was bought the clock
runs evenly, which is the plain model. Whether the clock forecasts better is for the back-test to say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from regulars.engines.base import Engine, quoted
from regulars.errors import NotApplicable
from regulars.models.effects.clock import Clock
from regulars.models.effects.clock_fit import ClockFit, by_calendar
from regulars.models.effects.fitting import WithEffects
from regulars.models.fit import Fit
from regulars.models.histories import Histories
from regulars.models.transaction_model import TransactionModel

# Two years, less the fortnight that a record may begin or end within.
TWO_YEARS = 716
# Waves of a season: four follow a peak of five weeks, such as Christmas; two would smear it over a quarter of the year.
WAVES = 4
# What an effect is expected to be at most, give or take: the penalty is that of a normal prior with this deviation.
SPREAD = 0.5
# Repeat purchases behind each effect that a clock may have.
PURCHASES_EACH = 50
# The first of the repeat purchases that open no record: one old order, or one faithful customer, is no year seen.
TOO_EARLY = 0.01

OF_RECORD = "select on_day, repeats from days_of_record where repeats > 0 order by on_day"

# The same from the days of single customers, as they were known on some day.
OF_DAYS = """
with firsts as (
    select customer_id, min(purchase_day) as first_order from {days} where purchase group by customer_id
)
select d.purchase_day as on_day, count(*) as repeats
from {days} d join firsts f on d.customer_id = f.customer_id
where d.purchase and d.purchase_day > f.first_order and d.purchase_day <= $until
group by d.purchase_day order by d.purchase_day
"""


def repeats_of_record(engine: Engine) -> dict[dt.date, float]:
    """Return the repeat purchases of each day, from the table `days_of_record`."""
    return {day: float(number) for day, number in engine.rows(OF_RECORD)}


def repeats_of_days(engine: Engine, table: str, until: dt.date) -> dict[dt.date, float]:
    """Return the repeat purchases of each day up to one, from customers' days (customer_id, purchase_day, purchase)."""
    rows = engine.rows(OF_DAYS.format(days=quoted(table)), {"until": until})
    return {day: float(number) for day, number in rows}


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
    """Return the clock that a record from `first_day` to `as_of` can tell: a season and a trend.

    Raises `NotApplicable` where it is too short for a season, not counting the time before the first hundredth of the
    repeat purchases, or too few came back.
    """
    begins, number = _begins(first_day, repeats), sum(repeats.values())
    length = (as_of - begins).days
    if length < TWO_YEARS:
        since = f" since {begins}, before which hardly anybody came back," if begins > first_day else ""
        raise NotApplicable(f"a season must be seen twice, and {length:,} days{since} are less than two years")
    waves = min(WAVES, (int(number / PURCHASES_EACH) - 1) // 2)
    if waves < 1:
        raise NotApplicable(f"{number:,.0f} repeat purchases are too few to tell how the calendar moves them")
    return Clock(season=waves, trend=True, penalty=1.0 / (2.0 * SPREAD**2 * customers))


def _begins(first_day: dt.date, repeats: Mapping[dt.date, float]) -> dt.date:
    """Return the first day, or the last before which less than a hundredth of the repeat purchases was made."""
    days = sorted(repeats)
    before = np.cumsum([repeats[day] for day in days]) - [repeats[day] for day in days]
    early = [day for day, number in zip(days, before, strict=True) if number < TOO_EARLY * sum(repeats.values())]
    return max([first_day, *early[-1:]])


@dataclass(frozen=True)
class OnCalendar:
    """A model on the clock that a record can tell, which is another for another record."""

    plain: TransactionModel

    @property
    def name(self) -> str:
        """The name of the plain model, and that it is on a clock."""
        return f"{self.plain.name}+clock"

    @property
    def title(self) -> str:
        """The title of the plain model, and what the clock depends on."""
        return f"{self.plain.title} with season and trend"

    def fit(self, histories: Histories, *, threads: int = 1) -> ClockFit:
        """Return the fit to histories with their as-of day and the repeat purchases of each day beside them.

        Raises `NotApplicable` where the record can tell no clock, or the model cannot run on one.
        """
        return by_calendar(WithEffects(self.plain, clock=self._clock(histories)).fit(histories, threads=threads))

    def refit(self, plain: Fit, histories: Histories, *, near: ClockFit | None = None, threads: int = 1) -> ClockFit:
        """Return the fit that one climb finds from the plain fit, and from the effects of a fit of another day.

        Without standard errors, for a look back. Raises `NotApplicable` as `fit` does, and where it does not settle.
        """
        spec = WithEffects(self.plain, clock=self._clock(histories))
        close = near is not None and near.model.clock.names == spec.names
        effects = np.array([near.params[name] for name in spec.names]) if near is not None and close else None
        return by_calendar(spec.refit(plain, histories, effects=effects, threads=threads))

    def _clock(self, histories: Histories) -> Clock:
        if histories.as_of is None:
            raise NotApplicable("a clock is learned from the calendar: histories need as_of and purchases_by_day")
        oldest = histories.as_of - dt.timedelta(days=round(float(histories.age.max()) * histories.unit.days))
        repeats = histories.purchases_by_day
        return proposed_clock(oldest, histories.as_of, repeats, customers=histories.customers_total)
