"""What each cohort of customers is expected to bring, with an interval that has been wrong as often as it says.

A cohort is the customers first seen in one quarter of the calendar; those before the latest `SHOWN` are one group.
Beside chance and the shock that all customers share, the total of a single cohort has a shock of its own, measured on
the past.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from regulars.engines.base import Engine
from regulars.models.histories import Floats, Integers
from regulars.models.scoring import Scores
from regulars.models.totals import Base, expected_value
from regulars.valuation.drawn_totals import Way
from regulars.valuation.histories import Summary
from regulars.valuation.valuation import CohortTotal, Interval, Settings

SHOWN = 8
# A cohort with a customer whose value is undefined has no total: a sum of the others would pass for it.
SUMS = """
select date_diff('quarter', date '1970-01-01', first_order) as quarter, count(*) as customers,
    sum(expected_purchases order by customer_id) as purchases,
    case when count(expected_value) = count(*) then sum(expected_value order by customer_id) end as value
from customers group by quarter order by quarter
"""


def cohort_totals(engine: Engine, way: Way, summary: Summary, scores: Scores) -> tuple[CohortTotal, ...]:
    """Return the totals of the cohorts, earliest first; expected values are the sums of the view `customers`."""
    first = np.datetime64(way.settings.as_of, "D") - summary.days["age"]
    quarter = first.astype("datetime64[M]").astype(np.int64) // 3
    sums = engine.rows(SUMS)
    return tuple(_totals(way, summary, scores, quarter, sums))


def _totals(
    way: Way, summary: Summary, scores: Scores, quarter: Integers, sums: list[tuple[int, int, float, float | None]]
) -> Iterator[CohortTotal]:
    split = max(len(sums) - SHOWN, 0)
    groups = [sums[:split]] * bool(split) + [[one] for one in sums[split:]]
    margin = 1.0 if way.settings.margin is None else way.settings.margin
    worth = way.corrections.spend * margin
    for number, group in enumerate(groups):
        rows = np.flatnonzero(np.isin(quarter, [one[0] for one in group]))
        base, some = _some(summary.base, rows), scores.take(rows)
        drawn, values = way.totals(base, some, group=number), [one[3] for one in group]
        modelled = expected_value(base, way.spend, some.purchases) * worth
        yield CohortTotal(
            name=_name(group[-1][0]) if len(group) == 1 else f"before {_name(group[-1][0] + 1)}",
            customers=sum(one[1] for one in group),
            purchases=_interval(
                sum(one[2] for one in group),
                float(base.histories.count @ some.purchases),
                drawn.purchases,
                way.settings,
            ),
            value=None
            if None in values
            else _interval(sum(value or 0.0 for value in values), modelled, drawn.value * margin, way.settings),
        )


def _some(base: Base, rows: Integers) -> Base:
    return Base(base.histories.take(rows), base.n_obs[rows], base.value_sum[rows], base.square_sum[rows])


def _interval(expected: float, modelled: float, drawn: Floats, settings: Settings) -> Interval:
    """Return the interval of draws around what the models expect, moved in proportion to where the expectation is."""
    tail = (1.0 - settings.interval) / 2.0
    low, high = np.quantile(drawn, [tail, 1.0 - tail])
    factor = expected / modelled if modelled > 0.0 else 1.0
    return Interval(expected, float(low) * factor, float(high) * factor)


def _name(since_1970: int) -> str:
    year, place = divmod(since_1970, 4)
    return f"{1970 + year} Q{place + 1}"
