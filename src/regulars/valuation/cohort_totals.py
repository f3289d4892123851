"""What each cohort of customers is expected to bring, with an interval that has been wrong as often as it says.

A cohort is the customers first seen in one quarter of the calendar; those before the latest `SHOWN` are one group.
Beside chance and the shock that all customers share, the total of a single cohort has a shock of its own, measured on
the past.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from regulars.engines.base import Engine
from regulars.models.histories import Integers
from regulars.models.predictions import Uncertain
from regulars.models.scoring import Scores
from regulars.models.spend.base import SpendFit
from regulars.models.totals import Base, SimulatedTotals, simulate_totals
from regulars.valuation.corrections import Corrections, question_of
from regulars.valuation.histories import Summary
from regulars.valuation.valuation import CohortTotal, Interval, Settings

SHOWN = 8
SHOCKS = 2
SUMS = """
select date_diff('quarter', date '1970-01-01', first_order) as quarter, count(*) as customers,
    sum(expected_purchases order by customer_id) as purchases, sum(expected_value order by customer_id) as value
from customers group by quarter order by quarter
"""


@dataclass(frozen=True)
class Way:
    """How the totals of customers are drawn: the fits, the settings, and what the past says of them."""

    fit: Uncertain
    spend: SpendFit
    settings: Settings
    corrections: Corrections

    def totals(self, base: Base, scores: Scores, *, stream: int) -> SimulatedTotals:
        """Return draws of the totals of one group of customers, all shocks included, without the margin."""
        seed, corrections = self.settings.seed, self.corrections
        question = question_of(self.settings, corrections)
        drawn = simulate_totals(self.fit, self.spend, base, scores, question, seed=seed)
        shared = np.random.default_rng([seed, SHOCKS]).standard_normal(drawn.purchases.size)
        own = np.random.default_rng([seed, SHOCKS, stream]).standard_normal(drawn.purchases.size)
        bought = (corrections.purchase_shock or 0.0) * shared + (corrections.purchase_group_shock or 0.0) * own
        worth = (corrections.value_shock or 0.0) * shared + (corrections.value_group_shock or 0.0) * own
        value = drawn.value * corrections.spend * np.exp(worth)
        return SimulatedTotals(drawn.purchases * np.exp(bought), value)


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
    for stream, group in enumerate(groups):
        rows = np.flatnonzero(np.isin(quarter, [one[0] for one in group]))
        drawn = way.totals(_some(summary.base, rows), scores.take(rows), stream=stream)
        margin = 1.0 if way.settings.margin is None else way.settings.margin
        values = [one[3] for one in group]
        yield CohortTotal(
            name=_name(group[-1][0]) if len(group) == 1 else f"before {_name(group[-1][0] + 1)}",
            customers=sum(one[1] for one in group),
            purchases=_interval(sum(one[2] for one in group), drawn.purchases, way.settings),
            value=None
            if None in values
            else _interval(sum(value or 0.0 for value in values), drawn.value * margin, way.settings),
        )


def _some(base: Base, rows: Integers) -> Base:
    return Base(base.histories.take(rows), base.n_obs[rows], base.value_sum[rows], base.square_sum[rows])


def _interval(expected: float, drawn: np.ndarray, settings: Settings) -> Interval:
    """Return the interval of the draws, moved in proportion to where the expectation is."""
    tail = (1.0 - settings.interval) / 2.0
    low, high = np.quantile(drawn, [tail, 1.0 - tail])
    factor = expected / float(drawn.mean()) if drawn.mean() > 0.0 else 1.0
    return Interval(expected, float(low) * factor, float(high) * factor)


def _name(since_1970: int) -> str:
    year, place = divmod(since_1970, 4)
    return f"{1970 + year} Q{place + 1}"
