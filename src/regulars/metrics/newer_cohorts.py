"""Are newer customers better? Cohorts of one age, the older half held against the newer half."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from regulars.engines.base import Engine
from regulars.metrics.cohorts import Cohorts, Floats, Integers
from regulars.valuation.valuation import LeftTruncation

# Below this a mean of amounts is too uneven for the normal approximation of its interval.
FEWEST_FOR_AN_INTERVAL = 30
# A change is called clear where the interval of this level leaves out zero: one in twenty is then said by chance.
CLEAR = 0.95

BROUGHT = """
select month, cast(sum(cast(amount as decimal(38, 4))) as double) as amount
from cohort_days where step <= $step and month between $since and $until group by customer, month
"""


@dataclass(frozen=True)
class Group:
    """Neighbouring cohorts taken together, at one age: means per customer ever won.

    `value_error` and `repeat_error` are the standard errors of those means; None below 30 customers.
    """

    since: dt.date
    until: dt.date
    customers: int
    value: float
    repeat: float
    value_error: float | None
    repeat_error: float | None


@dataclass(frozen=True)
class Difference:
    """Newer minus older with an equal-tailed interval; None where too few customers allow one."""

    expected: float
    low: float | None
    high: float | None

    @property
    def beyond_chance(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low is not None and self.high is not None and not self.low <= 0.0 <= self.high


@dataclass(frozen=True)
class NewerCohorts:
    """The older and the newer half of the cohorts that can be compared in their first `days` days.

    `left_out` counts cohorts that were left out because many of their customers may be older than the record.
    """

    days: int
    older: Group
    newer: Group
    left_out: int

    def value(self, level: float) -> Difference:
        """Return how much more value a newer customer brought, with the interval of this level."""
        return _difference(self.newer.value - self.older.value, self.older.value_error, self.newer.value_error, level)

    def repeat(self, level: float) -> Difference:
        """Return how much larger the share of repeat buyers is among newer customers."""
        return _difference(
            self.newer.repeat - self.older.repeat, self.older.repeat_error, self.newer.repeat_error, level
        )


def newer_cohorts(engine: Engine, cohorts: Cohorts, start: LeftTruncation, margin: float | None) -> NewerCohorts | None:
    """Return the comparison at the highest age that half of the cohorts have reached; None where there are not two.

    Where the start of the record is full of older customers, the cohorts that begin there take no part.
    Drops the table `cohort_days`.
    """
    edge = cohorts.first_order[0] + dt.timedelta(days=start.days if start.flagged else 0)
    left_out = sum(first < edge for first in cohorts.first_order)
    reached = cohorts.closed[left_out:]
    enough = max(2, math.ceil(len(reached) / 2))
    steps = np.flatnonzero(reached.sum(axis=0) >= enough)
    if not steps.size:
        engine.execute("drop table cohort_days")
        return None
    step = int(steps[-1])
    rows = left_out + np.flatnonzero(reached[:, step])
    older, newer = np.array_split(rows, 2)
    asked = {"step": step, "since": cohorts.month[rows[0]], "until": cohorts.month[rows[-1]]}
    brought = engine.arrays(BROUGHT, asked)
    engine.execute("drop table cohort_days")
    is_newer = brought["month"].astype("datetime64[D]") >= np.datetime64(cohorts.month[newer[0]])
    factor = 1.0 if margin is None else margin
    return NewerCohorts(
        days=int(cohorts.ages[step]),
        older=_group(cohorts, older, step, factor * brought["amount"][~is_newer]),
        newer=_group(cohorts, newer, step, factor * brought["amount"][is_newer]),
        left_out=left_out,
    )


def _group(cohorts: Cohorts, rows: Integers, step: int, amounts: Floats) -> Group:
    weights = cohorts.customers[rows]
    customers = int(weights.sum())
    repeat = float(cohorts.repeat[rows, step] @ weights) / customers
    enough = customers >= FEWEST_FOR_AN_INTERVAL
    # Sorted, because the engine gives them in an order that depends on its threads.
    deviation = float(np.sort(amounts).std(ddof=1)) if enough else math.nan
    return Group(
        since=cohorts.month[rows[0]],
        until=cohorts.month[rows[-1]],
        customers=customers,
        value=float(cohorts.value[rows, step] @ weights) / customers,
        repeat=repeat,
        value_error=deviation / math.sqrt(customers) if enough else None,
        repeat_error=math.sqrt(repeat * (1.0 - repeat) / customers) if enough else None,
    )


def _difference(expected: float, error: float | None, other: float | None, level: float) -> Difference:
    if error is None or other is None:
        return Difference(expected, None, None)
    reach = NormalDist().inv_cdf((1.0 + level) / 2.0) * math.hypot(error, other)
    return Difference(expected, expected - reach, expected + reach)
