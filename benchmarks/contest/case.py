"""One set at one day: the customers as they were known, what plain rules may learn from, and what came after.

None of the records reaches back two horizons before its origin, so plain rules and boosted trees learn from a shorter
window: the second half of the record before the origin (or the horizon, where that is shorter). What customers did in
it is carried to the horizon in proportion to the days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from contest.sets import Split
from regulars.app.value import local_today
from regulars.engines.base import Engine
from regulars.engines.duckdb import DuckDBEngine
from regulars.periods import Unit
from regulars.progress import Progress
from regulars.sources.read import ReadOptions, read_orders
from regulars.valuation.backtest.as_known import AsKnown, as_known
from regulars.valuation.backtest.baselines import Past
from regulars.valuation.histories import summarise

UNIT = Unit.WEEK
# Windows that the record before the origin is parted into, to see whether behaviour moves.
QUARTERS = 4


@dataclass(frozen=True, eq=False)
class Case:
    """A split, the customers known at its origin with what came after, and what came before.

    `past` is what plain rules look at, carried to the horizon; `lately` are the customers at the origin beside the
    shorter window that ended there, and `then` those one such window earlier with what they did in it.
    `looks` are the customers at the ends of the first three quarters of the record before the origin, each
    with the quarter after it.
    """

    split: Split
    past: Past
    then: AsKnown
    lately: AsKnown
    looks: tuple[AsKnown, ...]

    @property
    def now(self) -> AsKnown:
        """The customers at the origin."""
        return self.past.now


@contextmanager
def record(split: Split, folder: Path) -> Iterator[Engine]:
    """Give an engine that holds the whole record of a set."""
    with DuckDBEngine(threads=2, memory_limit="4GB") as engine:
        read_orders(
            engine,
            split.orders(folder, split.end),
            ReadOptions(as_of=split.end, zero_amount="keep" if split.keep_zero else "exclude"),
            today=local_today(),
            progress=Progress(),
        )
        summarise(engine, split.end, UNIT, keep_zero=split.keep_zero)
        yield engine


def case_of(engine: Engine, split: Split) -> Case:
    """Return the case of a split, from the record in `engine`."""
    before = _days_before(engine, split.origin)
    window = min(split.horizon, before // 2)
    now = as_known(engine, split.origin, split.horizon, keep_zero=split.keep_zero)
    lately = as_known(engine, split.origin, window, keep_zero=split.keep_zero)
    start = split.origin - dt.timedelta(days=window)
    then = as_known(engine, start, window, keep_zero=split.keep_zero, until=split.origin)
    return Case(split, _carried(now, then, lately), then, lately, _looks(engine, split, before))


def halfway(engine: Engine, split: Split) -> Split:
    """Return the split of the same set half way through the record before the origin, which ends at the origin."""
    half = _days_before(engine, split.origin) // 2
    return replace(split, origin=split.origin - dt.timedelta(days=half), horizon=half)


def _days_before(engine: Engine, origin: dt.date) -> int:
    (first,) = engine.rows("select min(first_order) from summaries")[0]
    return int((origin - first).days)


def _carried(now: AsKnown, then: AsKnown, lately: AsKnown) -> Past:
    """Return what plain rules look at: what was done in the shorter window, in proportion to the horizon."""
    share = now.window / lately.window
    return Past(
        replace(now, purchases_before=lately.purchases_before * share, value_before=lately.value_before * share),
        replace(then, purchases_later=then.purchases_later * share, value_later=then.value_later * share),
    )


def _looks(engine: Engine, split: Split, before: int) -> tuple[AsKnown, ...]:
    quarter = before // QUARTERS
    ends = (split.origin - dt.timedelta(days=quarter * back) for back in range(QUARTERS - 1, 0, -1))
    return tuple(as_known(engine, end, quarter, keep_zero=split.keep_zero, until=split.origin) for end in ends)
