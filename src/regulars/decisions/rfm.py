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

from regulars.engines.base import Engine, quoted

CLASSES = 5
SCALES = {"recency": "last_order", "frequency": "purchase_days", "monetary": "historic_value"}

# The k-th fifth ends within the customers who share the edge: they have the higher score where their place says so,
# and otherwise the next ones have it. Sorting a million customers for (1) itself would take three times as long.
CUTS = """
with edges as (
    select unnest([1, 2, 3, 4]) as fifth, unnest(quantile_disc({column}, [0.2, 0.4, 0.6, 0.8])) as edge
    from customer_values
),
counted as (
    select e.fifth, e.edge, count(*) filter (where v.{column} < e.edge) as below,
        count(*) filter (where v.{column} <= e.edge) as up_to, count(*) as customers,
        min(v.{column}) filter (where v.{column} > e.edge) as following
    from customer_values v cross join edges e
    group by e.fifth, e.edge
)
select case when 5 * (below + up_to) >= 2 * fifth * customers then edge else following end
from counted order by fifth
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
    """Return where the scores of (1) begin among the customers of the table `customer_values`."""
    return Cuts(**{scale: _cuts(engine, column) for scale, column in SCALES.items()})


def _cuts(engine: Engine, column: str) -> tuple[Least, ...]:
    return tuple(least for (least,) in engine.rows(CUTS.format(column=quoted(column))))


def cells(engine: Engine, where: Cuts, expectation: str) -> tuple[Cell, ...]:
    """Return the customers by their scores; `expectation` is the column of `customer_values` that is expected."""
    scores = {scale: _score(scale, column) for scale, column in SCALES.items()}
    parameters = {f"{scale}_{score}": cut for scale in SCALES for score, cut in enumerate(getattr(where, scale), 2)}
    return tuple(Cell(*row) for row in engine.rows(CELLS.format(**scores, expectation=quoted(expectation)), parameters))


def _score(scale: str, column: str) -> str:
    steps = (f"coalesce(cast({quoted(column)} >= ${scale}_{score} as integer), 0)" for score in range(2, CLASSES + 1))
    return f"1 + {' + '.join(steps)}"
