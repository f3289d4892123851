"""What a learner learns from: customers as known one window earlier, and two, each with what came in the window after.

A window that ended at the origin is the latest whose outcome was known then. The one before doubles what there is to
learn from where the record reaches that far. Where the record is too short for even one, the trees learn on its second
half by what factor a model's expectation was off, and the model carries that to the longer window. A customer is in
the same fold at both origins, so that no fold is judged by a booster that saw the customer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from regulars.engines.base import Engine, quoted
from regulars.errors import NotApplicable
from regulars.models.histories import Floats, Integers
from regulars.valuation.backtest.as_known import KNOWN_THEN, AsKnown, as_known
from regulars.valuation.features.as_of import features_as_of
from regulars.valuation.features.feature import AsOf, Columns, Feature
from regulars.valuation.learners.kinds import as_numbers
from regulars.valuation.learners.outlook import Outlook

FOLDS = 3
# More rows than that change the trees by less than the draw of the customers does.
MOST_ROWS = 40_000
FEWEST_BUYERS = 50
# Features of a record that is younger than that share of a window say little.
YOUNGEST = 0.5
# A window shorter than that share of the one asked for says little about it.
SHORTEST, FEWEST_DAYS = 0.25, 30

DRAWS = """
select cast(hash(customer_id) % 1000003 as bigint) as draw from {known}
where purchase and purchase_day <= $origin group by customer_id order by customer_id
"""


@dataclass(frozen=True, eq=False)
class Outcomes:
    """What customers did in the window after an origin: purchase days, and what they were worth."""

    purchases: Floats
    value: Floats

    def of(self, rows: NDArray[np.bool_]) -> Outcomes:
        """Return the outcomes of some rows."""
        return Outcomes(self.purchases[rows], self.value[rows])


@dataclass(frozen=True, eq=False)
class Inputs:
    """What is known of each customer: `x` (rows, features), and what a model expects.

    `kinds` are the places of the columns that hold kinds, as whole numbers; `labels` is what these mean, by column.
    """

    names: tuple[str, ...]
    kinds: tuple[int, ...]
    x: Floats
    outlook: Mapping[str, Floats]
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many customers there are; one seen at two origins counts twice."""
        return self.x.shape[0]

    def without(self, *columns: str) -> Inputs:
        """Return the inputs without some columns."""
        kept = [place for place, name in enumerate(self.names) if name not in columns]
        kinds = tuple(new for new, place in enumerate(kept) if place in self.kinds)
        return replace(self, names=tuple(self.names[place] for place in kept), kinds=kinds, x=self.x[:, kept])

    def of(self, rows: NDArray[np.bool_]) -> Inputs:
        """Return the inputs of some rows."""
        outlook = {name: values[rows] for name, values in self.outlook.items()}
        return replace(self, x=self.x[rows], outlook=outlook)


@dataclass(frozen=True, eq=False)
class Lesson:
    """What was known of customers in the past, what they did then, their folds; and what is known of those of now.

    `windows` is how many of the windows asked for were learned from: one, two, or a part of one.
    """

    past: Inputs
    outcomes: Outcomes
    fold: Integers
    now: Inputs
    windows: float

    @property
    def trust(self) -> float:
        """The share of the level of purchases learned that is kept; the rest is left to the model.

        What everyone does more or less of in one window (a season, a campaign) is a shock as large as the error of
        a model's level usually is; with equal variances the best mean of n such shocks and the model weighs n/(n + 1).
        """
        return self.windows / (self.windows + 1.0)


@dataclass(frozen=True, eq=False)
class _Table:
    """Customers at one origin: their columns, what a model expects, what came after, a number drawn for each."""

    columns: Columns
    outlook: Mapping[str, Floats]
    outcomes: Outcomes
    draw: Integers


def lesson(engine: Engine, as_of: AsOf, outlook: Outlook | None, others: Sequence[Feature] = ()) -> Lesson:
    """Return what can be learned at an origin, and whom it is applied to.

    Reads the tables `orders` and `refunds`. Raises `NotApplicable` where the record is too short or too few came back,
    `InputError` for a feature that knows the future.
    """
    window, earlier = windows_to_learn_on(engine, as_of, learns_short=outlook is not None)
    asked = _Asked(window, as_of.origin, outlook, tuple(others))
    then = (AsOf(origin, window, as_of.keep_zero, as_of.record) for origin in earlier)
    tables = [_table(engine, each, asked) for each in (as_of, *then)]
    inputs = _inputs(tables)
    customers = tables[0].draw.size
    draw, purchases, value = (
        np.concatenate(parts)
        for parts in zip(*((t.draw, t.outcomes.purchases, t.outcomes.value) for t in tables[1:]), strict=True)
    )
    kept = drawn(draw // FOLDS)
    outcomes = Outcomes(purchases, value).of(kept)
    enough(outcomes, as_of.origin)
    rows = np.arange(inputs.rows)
    past = inputs.of(rows >= customers).of(kept)
    now = inputs.of(rows < customers)
    return Lesson(past, outcomes, (draw % FOLDS)[kept], now, window * len(earlier) / as_of.window)


def enough(outcomes: Outcomes, origin: dt.date) -> None:
    """Raise `NotApplicable` where too few bought, or too few did not, to learn who will."""
    examples, buyers = outcomes.purchases.size, int((outcomes.purchases > 0.0).sum())
    if min(buyers, examples - buyers) < FEWEST_BUYERS:
        raise NotApplicable(
            f"in {buyers:,} of {examples:,} examples, a customer in a window before {origin} each, somebody bought: "
            f"learning who will needs {FEWEST_BUYERS} who did and {FEWEST_BUYERS} who did not"
        )


def windows_to_learn_on(engine: Engine, as_of: AsOf, *, learns_short: bool) -> tuple[int, list[dt.date]]:
    """Return the days of a window to learn on, and the origins one of them back and two, as far as the record goes.

    A shorter window than the one asked for needs a model beside it (`learns_short`). Raises `NotApplicable` where the
    record is too short.
    """
    oldest = f"select min(order_date) from {quoted(as_of.record.orders)} where order_date <= $origin"
    found = engine.rows(oldest, {"origin": as_of.origin})
    first = found[0][0]
    if first is None:
        raise NotApplicable(f"there was no customer by {as_of.origin}")
    length = (as_of.origin - first).days
    if length >= (1.0 + YOUNGEST) * as_of.window:
        window = as_of.window
    elif learns_short and length // 2 >= max(FEWEST_DAYS, as_of.window * SHORTEST):
        window = length // 2
    else:
        raise NotApplicable(
            f"the record begins on {first}: its {length:,} days by {as_of.origin} are too few to learn what happens in "
            f"{as_of.window:,}"
        )
    days = [as_of.origin - dt.timedelta(days=window * back) for back in (1, 2)]
    return window, [day for day in days if (day - first).days >= YOUNGEST * window]


@dataclass(frozen=True, eq=False)
class _Asked:
    """What every table is made with: the window of the features, the day whose knowledge counts, a model, features."""

    window: int
    until: dt.date
    outlook: Outlook | None
    others: tuple[Feature, ...]


def _table(engine: Engine, as_of: AsOf, asked: _Asked) -> _Table:
    record = as_of.record
    known = as_known(engine, as_of.origin, as_of.window, keep_zero=as_of.keep_zero, until=asked.until, record=record)
    draw = engine.arrays(DRAWS.format(known=quoted(KNOWN_THEN)), {"origin": as_of.origin})["draw"].astype(np.int64)
    columns = features_as_of(engine, replace(as_of, window=asked.window), others=asked.others)
    outcomes = Outcomes(known.purchases_later, known.value_later)
    return _Table(columns, _expected(known, asked.outlook), outcomes, draw)


def _expected(known: AsKnown, outlook: Outlook | None) -> Mapping[str, Floats]:
    """Return what a model expects; nothing where none fits: there is one feature less then, and no start."""
    if outlook is None:
        return {}
    try:
        return outlook(known)
    except NotApplicable:
        return {}


def _inputs(tables: Sequence[_Table]) -> Inputs:
    """Return the columns of all tables below each other; texts become the numbers of kinds seen in the past."""
    expected = {
        name: np.concatenate([table.outlook[name] for table in tables])
        for name in tables[0].outlook
        if all(name in table.outlook for table in tables)
    }
    columns = {name: np.concatenate([table.columns[name] for table in tables]) for name in tables[0].columns}
    rows = np.arange(sum(table.draw.size for table in tables))
    found = as_numbers(columns, rows >= tables[0].draw.size)
    x = np.column_stack([found.x, *expected.values()])
    return Inputs((*columns, *expected), found.kinds, x, expected, found.labels)


def drawn(draw: Integers) -> NDArray[np.bool_]:
    """Return which rows to learn from: all, or about `MOST_ROWS`, whole customers by their number."""
    if draw.size <= MOST_ROWS:
        return np.ones(draw.size, dtype=np.bool_)
    return np.asarray(draw <= np.partition(draw, MOST_ROWS)[MOST_ROWS])
