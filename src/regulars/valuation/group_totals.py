"""What each group of customers is expected to bring, with the interval of its total.

Groups are whatever rules make them (`grouping`). Customers with one history may stand in several groups, because a rule
may look at their money, so the histories are counted once more for each group.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from regulars.engines.base import Engine
from regulars.models.histories import Floats, Integers
from regulars.models.scoring import Scores
from regulars.models.totals import Base, expected_value
from regulars.valuation.backtest.as_known import keys
from regulars.valuation.corrections import Kind
from regulars.valuation.drawn_totals import Way
from regulars.valuation.grouping import Grouping
from regulars.valuation.histories import Summary, square_of_value
from regulars.valuation.valuation import GroupTotal, Interval, Settings

KEY = ("frequency", "recency", "age", "observed")
# The historic value is that of the view `customers`, digit by digit.
MEMBERS = """
select {place} as place, cast(frequency as integer) as frequency, cast(recency as integer) as recency,
    cast(age as integer) as age, cast(observed as integer) as observed, cast(count(*) as integer) as customers,
    cast(sum(observed_value) as double) as value_sum, cast(sum({square}) as double) as square_sum
from (
    select s.frequency, s.recency, s.age, s.observed, s.observed_value, s.last_order, s.purchase_days,
        cast(s.historic_value as double) * p.margin as historic_value
    from summaries s cross join scaling p
)
group by all
order by place, frequency, recency, age, observed
"""
# A group with a customer whose value is undefined has no total: a sum of the others would pass for it.
SUMS = """
select {place} as place, sum(expected_purchases order by customer_id) as purchases,
    case when count(expected_value) = count(*) then sum(expected_value order by customer_id) end as value
from customer_values group by place order by place
"""
Sums = tuple[float, float | None]


@dataclass(frozen=True, eq=False)
class Group:
    """The customers of one group, and what is said of them; `sums` are its expectations where not the models'."""

    name: str
    number: int
    kind: Kind
    base: Base
    scores: Scores
    sums: Sums | None = None


def group_totals(
    engine: Engine, way: Way, summary: Summary, scores: Scores, groups: Grouping, *, learned: bool
) -> tuple[GroupTotal, ...]:
    """Return the totals of the groups that have a customer, in the order of their names.

    Where learners have a share, expected values are the sums of the table `customer_values`.
    """
    place, parameters = groups.today(engine)
    columns = engine.arrays(MEMBERS.format(place=place, square=square_of_value(summary)), parameters)
    sums: dict[int, Sums] = {}
    if learned:
        sums = {number: (bought, worth) for number, bought, worth in engine.rows(SUMS.format(place=place), parameters)}
    found = _groups(summary, scores, groups.names, columns)
    return tuple(total_of(way, replace(group, sums=sums.get(group.number))) for group in found)


def _groups(summary: Summary, scores: Scores, names: tuple[str, ...], columns: dict[str, Floats]) -> Iterator[Group]:
    row = _rows(summary, columns)
    places, starts = np.unique(columns["place"], return_index=True)
    for place, some in zip(places.tolist(), np.split(np.arange(row.size), starts[1:]), strict=True):
        of = row[some]
        histories = summary.base.histories.take(of, columns["customers"][some].astype(np.float64))
        base = Base(histories, summary.base.n_obs[of], columns["value_sum"][some], columns["square_sum"][some])
        yield Group(names[place], place, "segment", base, scores.take(of))


def _rows(summary: Summary, columns: dict[str, Floats]) -> Integers:
    """Return which of the distinct histories each row of the members has."""
    both = keys(np.concatenate([summary.days[name], columns[name]]) for name in KEY)
    size = len(summary.base.histories)
    return np.searchsorted(both[:size], both[size:])


def total_of(way: Way, group: Group) -> GroupTotal:
    """Return the total of one group of customers, money times the margin where there is one."""
    base, settings = group.base, way.settings
    margin = 1.0 if settings.margin is None else settings.margin
    drawn = way.totals(base, group.scores, group=group.number, kind=group.kind)
    bought = float(base.histories.count @ group.scores.purchases)
    worth = expected_value(base, way.spend, group.scores.purchases) * way.corrections.spend * margin
    purchases, value = group.sums or (bought, worth if np.isfinite(worth) else None)
    return GroupTotal(
        name=group.name,
        customers=round(base.histories.customers_total),
        purchases=_interval(purchases, bought, drawn.purchases, settings),
        value=None if value is None else _interval(value, worth, drawn.value * margin, settings),
    )


def _interval(expected: float, modelled: float, drawn: Floats, settings: Settings) -> Interval:
    """Return the interval of draws around what the models expect, moved in proportion to where the expectation is."""
    tail = (1.0 - settings.interval) / 2.0
    low, high = np.quantile(drawn, [tail, 1.0 - tail])
    factor = expected / modelled if modelled > 0.0 else 1.0
    return Interval(expected, float(low) * factor, float(high) * factor)
