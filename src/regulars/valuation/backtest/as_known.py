"""The customers as they were known at an origin, and what they did in the window after it.

Population: customers with a purchase up to the origin. Target: purchase days in the window and what they were
worth, net of the refunds of those days' orders known by the end of the record. A refund of an older order
never enters it, because the day it lies on is no purchase.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from regulars.engines.base import Engine, quoted
from regulars.errors import NotApplicable
from regulars.models.histories import Floats, Histories, Integers
from regulars.periods import Unit
from regulars.valuation.calendar import TWO_YEARS, on_calendar, repeats_of_days
from regulars.valuation.gaps import log_gaps
from regulars.valuation.histories import EVERYONE, Record, make_purchase_days

KNOWN_THEN = "days_known_then"
LARGEST = int(np.iinfo(np.int64).max)

# Decimals, because their sums are the same for any number of threads.
CUSTOMERS = """
with days as (
    select customer_id, purchase_day, cast(amount as decimal(18, 4)) as amount
    from {known} where purchase and purchase_day <= $origin
    union all
    select customer_id, purchase_day, cast(amount as decimal(18, 4)) from {later}
    where purchase and purchase_day > $origin and purchase_day <= $twice
),
customers as (
    select customer_id, min(purchase_day) as first_order,
        max(purchase_day) filter (where purchase_day <= $origin) as last_order,
        count(*) filter (where purchase_day <= $origin) as purchase_days,
        arg_min(amount, purchase_day) as first_value,
        count(*) filter (where purchase_day <= $origin and amount > 0) as valued,
        coalesce(sum(amount) filter (where purchase_day <= $origin), 0) as value,
        count(*) filter (where purchase_day <= $origin and purchase_day > $before) as purchases_before,
        coalesce(sum(amount) filter (where purchase_day <= $origin and purchase_day > $before), 0) as value_before,
        count(*) filter (where purchase_day > $origin and purchase_day <= $end) as purchases_later,
        coalesce(sum(amount) filter (where purchase_day > $origin and purchase_day <= $end), 0) as value_later,
        count(*) filter (where purchase_day > $origin and purchase_day <= $half) as purchases_soon,
        count(*) filter (where purchase_day > $origin) as purchases_twice
    from days group by customer_id
)
select purchase_days - 1 as frequency, date_diff('day', first_order, last_order) as recency,
    date_diff('day', first_order, $origin::date) as age, cast(first_value as double) as first_value, valued,
    cast(value as double) as value, purchases_before, cast(value_before as double) as value_before,
    purchases_later, cast(value_later as double) as value_later, purchases_soon, purchases_twice
from customers where purchase_days > 0 order by customer_id
"""


@dataclass(frozen=True, eq=False)
class AsKnown:
    """One entry per customer: days in `frequency`, `recency`, `age`; money as it was then; what came in the window.

    `log_gaps` is the sum of the logarithms of all days between purchases of one customer, which tells how regular they
    are. `valued` counts the days with a value, `value` is what they sum to, the first day included; `*_before` are the
    purchases and the value of the window that ended at the origin, `*_later` those of the window after it. `repeats`
    are the repeat purchases of each day up to the origin, where the record is long enough to tell a season.
    `purchases_soon` and `purchases_twice` are those of the first half of that window, rounded down, and of two such
    windows, as far as anything is known of the second.
    """

    origin: dt.date
    window: int
    frequency: Integers
    recency: Integers
    age: Integers
    first_value: Floats
    valued: Integers
    value: Floats
    purchases_before: Floats
    value_before: Floats
    purchases_later: Floats
    value_later: Floats
    log_gaps: float | None = None
    repeats: Mapping[dt.date, float] = field(default_factory=dict)
    purchases_soon: Floats | None = None
    purchases_twice: Floats | None = None

    @property
    def customers(self) -> int:
        """How many customers there were."""
        return self.frequency.size

    def observed(self, *, first_day: bool) -> tuple[Integers, Floats]:
        """Return the number of values behind each customer's spend and their sum, with the first day or without."""
        if first_day:
            return self.valued, self.value
        has_first = (self.first_value > 0.0).astype(np.int64)
        return self.valued - has_first, self.value - self.first_value

    def histories(self, unit: Unit, *beside: Integers) -> tuple[Histories, list[Floats], Integers]:
        """Return the distinct histories, told apart by the columns `beside` too, those columns, and who has which."""
        columns = (self.frequency, self.recency, self.age, *beside)
        _, first, row, count = np.unique(keys(columns), return_index=True, return_inverse=True, return_counts=True)
        frequency, recency, age, *others = (column[first] for column in columns)
        histories = Histories(
            frequency=frequency,
            recency=recency / unit.days,
            age=age / unit.days,
            count=count,
            unit=unit,
            log_gaps=self._log_gaps(unit),
        )
        return histories, [other.astype(np.float64) for other in others], row

    def on_calendar(self, unit: Unit) -> Histories:
        """Return the distinct histories with the origin and the repeat purchases of each day, for a clock."""
        return on_calendar(self.histories(unit)[0], self.origin, self.repeats)

    def _log_gaps(self, unit: Unit) -> float | None:
        gaps = float(self.frequency.sum())
        return None if self.log_gaps is None else self.log_gaps - gaps * math.log(unit.days)


def keys(columns: Iterable[Integers]) -> Integers:
    """Return a whole number per row, equal where the columns are, in the order of the columns.

    Numbered anew where the next column would not fit: daily buyers of ten years would need more than 63 bits.
    """
    others = iter(columns)
    key = next(others)
    for column in others:
        size = int(column.max()) + 1
        if int(key.max()) >= LARGEST // size:
            key = np.unique(key, return_inverse=True)[1]
        key = key * size + column
    return key


def as_known(
    engine: Engine,
    origin: dt.date,
    window: int,
    *,
    keep_zero: bool,
    until: dt.date | None = None,
    record: Record = EVERYONE,
) -> AsKnown:
    """Return the customers of `record` as known at `origin`; what came after it is what is known on `until`, or today.

    Raises `NotApplicable` where there was no customer yet.
    """
    make_purchase_days(engine, origin, keep_zero=keep_zero, table=KNOWN_THEN, record=record)
    later = record.days
    if until is not None:
        later = "days_known_later"
        make_purchase_days(engine, until, keep_zero=keep_zero, table=later, record=record)
    span = dt.timedelta(days=window)
    parameters = {"origin": origin, "end": origin + span, "before": origin - span}
    parameters |= {"half": origin + dt.timedelta(days=window // 2), "twice": origin + 2 * span}
    columns = engine.arrays(CUSTOMERS.format(known=quoted(KNOWN_THEN), later=quoted(later)), parameters)
    if not columns["frequency"].size:
        raise NotApplicable(f"there was no customer by {origin}")
    oldest = int(columns["age"].max())
    return AsKnown(
        origin,
        window,
        frequency=columns["frequency"].astype(np.int64),
        recency=columns["recency"].astype(np.int64),
        age=columns["age"].astype(np.int64),
        first_value=columns["first_value"],
        valued=columns["valued"].astype(np.int64),
        value=columns["value"],
        purchases_before=columns["purchases_before"].astype(np.float64),
        value_before=columns["value_before"],
        purchases_later=columns["purchases_later"].astype(np.float64),
        value_later=columns["value_later"],
        log_gaps=log_gaps(engine, Unit.DAY, KNOWN_THEN),
        repeats=repeats_of_days(engine, KNOWN_THEN, origin) if until is None and oldest >= TWO_YEARS else {},
        purchases_soon=columns["purchases_soon"].astype(np.float64),
        purchases_twice=columns["purchases_twice"].astype(np.float64),
    )
