"""What each cohort of customers is expected to bring, with an interval that has been wrong as often as it says.

A cohort is the customers first seen in one quarter of the calendar; those before the latest `SHOWN` are one group.
Beside chance and the shock that all customers share, the total of a single cohort has a shock of its own, measured on
the past.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from regulars.engines.base import Engine
from regulars.models.histories import Integers
from regulars.models.scoring import Scores
from regulars.models.totals import Base
from regulars.valuation.drawn_totals import Way
from regulars.valuation.group_totals import Group, Sums, total_of
from regulars.valuation.histories import Summary
from regulars.valuation.valuation import GroupTotal

SHOWN = 8
# A cohort with a customer whose value is undefined has no total: a sum of the others would pass for it.
SUMS = """
select date_diff('quarter', date '1970-01-01', first_order) as quarter,
    sum(expected_purchases order by customer_id) as purchases,
    case when count(expected_value) = count(*) then sum(expected_value order by customer_id) end as value
from customers group by quarter order by quarter
"""


def cohort_totals(
    engine: Engine, way: Way, summary: Summary, scores: Scores, *, learned: bool
) -> tuple[GroupTotal, ...]:
    """Return the totals of the cohorts, earliest first.

    Where learners have a share, expected values are the sums of the view `customers`.
    """
    first = np.datetime64(way.settings.as_of, "D") - summary.days["age"]
    quarter = first.astype("datetime64[M]").astype(np.int64) // 3
    sums = {number: (bought, worth) for number, bought, worth in engine.rows(SUMS)} if learned else {}
    return tuple(_totals(way, summary, scores, quarter, sums))


def _totals(
    way: Way, summary: Summary, scores: Scores, quarter: Integers, sums: dict[int, Sums]
) -> Iterator[GroupTotal]:
    quarters = np.unique(quarter).tolist()
    split = max(len(quarters) - SHOWN, 0)
    groups = [quarters[:split]] * bool(split) + [[one] for one in quarters[split:]]
    for number, group in enumerate(groups):
        rows = np.flatnonzero(np.isin(quarter, group))
        base, known = _some(summary.base, rows), [sums[one] for one in group if one in sums]
        name = _name(group[-1]) if len(group) == 1 else f"before {_name(group[-1] + 1)}"
        yield total_of(way, Group(name, number, "cohort", base, scores.take(rows), _together(known) if known else None))


def _together(sums: Sequence[Sums]) -> Sums:
    bought, worth = zip(*sums, strict=True)
    return sum(bought), None if None in worth else sum(worth)


def _some(base: Base, rows: Integers) -> Base:
    return Base(base.histories.take(rows), base.n_obs[rows], base.value_sum[rows], base.square_sum[rows])


def _name(since_1970: int) -> str:
    year, place = divmod(since_1970, 4)
    return f"{1970 + year} Q{place + 1}"
