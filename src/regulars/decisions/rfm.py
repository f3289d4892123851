"""Recency, frequency and monetary value of every customer as scores from 1 to 5, against the other customers.

Recency is the last purchase day, frequency the number of purchase days, monetary the historic value. A customer's
place on a scale is the share of customers below, with half of those who are equal:

    place = (below + equal / 2) / n,    score = 1 + ⌊5 · place⌋               (1)

so equals share one score, 3 stands where nobody can be told apart, and a base of few customers, or of many
equals, has fewer scores than five. A score says how customers compare, not whether they are good.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from regulars.engines.base import Engine, quoted
from regulars.models.histories import Floats, Integers

CLASSES = 5
SCALES = {"recency": "last_order", "frequency": "purchase_days", "monetary": "historic_value"}

# The k-th fifth ends within the customers who share the edge: they have the higher score where their place says so,
# and otherwise the next ones have it. Sorting a million customers for (1) itself would take three times as long.
CUTS = """
create temp table if not exists rfm_cuts as
with edges as (
    select unnest([1, 2, 3, 4]) as fifth, {edges} from customer_values
),
counted as (
    select fifth, count(*) as customers, {counted} from customer_values cross join edges group by fifth
)
select fifth, {cuts} from counted
"""
EDGES = "unnest(quantile_disc({column}, [0.2, 0.4, 0.6, 0.8])) as {scale}"
COUNTED = """
    min({scale}) as {scale}_edge, min({column}) filter (where {column} > {scale}) as {scale}_following,
    count(*) filter (where {column} < {scale}) + count(*) filter (where {column} <= {scale}) as {scale}_below
"""
CUT = """
    case when 5 * {scale}_below >= 2 * fifth * customers then {scale}_edge else {scale}_following end as {scale}
"""

# Decimals and whole numbers, because sums of floats depend on what the threads did; what is expected is counted in
# 10⁻¹⁵ of the largest, so that it keeps its digits in a base that hardly anything is expected of.
CELLS = """
with unit as (
    select 1e15 / nullif(max(abs({expectation})), 0) as size from customer_values
)
select {recency} as recency, {frequency} as frequency, {monetary} as monetary, purchase_days > 1 as repeat,
    count(*) as customers,
    cast(sum(cast(historic_value as decimal(38, 8))) as double) as historic_value,
    coalesce(cast(sum(cast(round({expectation} * size) as hugeint)) as double) / min(size), 0) as expected,
    cast(sum(cast(probability_alive as decimal(38, 12))) as double) as alive
from customer_values cross join unit
group by 1, 2, 3, 4 order by recency, frequency, monetary, repeat
"""

Least = dt.date | int | float | None


@dataclass(frozen=True)
class Cuts:
    """The least value that has the scores 2, 3, 4 and 5 on each scale; None where nobody has that score or more."""

    recency: tuple[Least, ...]
    frequency: tuple[Least, ...]
    monetary: tuple[Least, ...]


@dataclass(frozen=True)
class Cell:
    """The customers who share three scores and whether they bought on more than one day; the rest are sums."""

    recency: int
    frequency: int
    monetary: int
    repeat: bool
    customers: int
    historic_value: float
    expected: float
    alive: float


def cuts(engine: Engine) -> Cuts:
    """Return where the scores of (1) begin among the customers of the table `customer_values`.

    They are kept in the table `rfm_cuts` for whoever asks again, until `forget_cuts`.
    """
    parts = {"edges": EDGES, "counted": COUNTED, "cuts": CUT}
    engine.execute(CUTS.format(**{name: _of_all_scales(part) for name, part in parts.items()}))
    rows = engine.rows("select recency, frequency, monetary from rfm_cuts order by fifth")
    return Cuts(*zip(*rows, strict=True))


def forget_cuts(engine: Engine) -> None:
    """Drop the table of where the scores begin."""
    engine.execute("drop table if exists rfm_cuts")


def _of_all_scales(part: str) -> str:
    return ", ".join(part.format(scale=scale, column=quoted(column)) for scale, column in SCALES.items())


def cells(engine: Engine, where: Cuts, expectation: str) -> tuple[Cell, ...]:
    """Return the customers by their scores; `expectation` is the column of `customer_values` that is expected."""
    scores, parameters = scores_in_sql(where)
    return tuple(Cell(*row) for row in engine.rows(CELLS.format(**scores, expectation=quoted(expectation)), parameters))


def scores_in_sql(where: Cuts) -> tuple[dict[str, str], dict[str, Least]]:
    """Return the score on each scale in SQL over the columns of `SCALES`, and its parameters."""
    parameters = {f"{scale}_{score}": cut for scale in SCALES for score, cut in enumerate(getattr(where, scale), 2)}
    return {scale: _score(scale, column) for scale, column in SCALES.items()}, parameters


def scores_of(values: Floats | Integers) -> Integers:
    """Return the scores (1) of customers by one number each.

    >>> scores_of(np.array([3.0, 1.0, 1.0, 9.0])).tolist()
    [4, 2, 2, 5]
    """
    _, which, equal = np.unique(values, return_inverse=True, return_counts=True)
    below = np.cumsum(equal) - equal
    # In whole numbers: (1) at an edge is not a matter of rounding.
    return 1 + (CLASSES * (2 * below + equal) // (2 * values.size))[which]


def _score(scale: str, column: str) -> str:
    steps = (f"coalesce(cast({quoted(column)} >= ${scale}_{score} as integer), 0)" for score in range(2, CLASSES + 1))
    return f"1 + {' + '.join(steps)}"
