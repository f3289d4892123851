"""regulars the way a user runs it: the lines that existed on the day, every option at its default.

The file is cut at the origin before it is read, so nothing after it can be known. The means are those of the table
`customers`. That table has one interval; the score needs more quantiles, so the same fit is asked for them, and
it is an error if its means are not those of the table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from contest.case import UNIT
from contest.sets import Split
from regulars.app.request import Request
from regulars.app.value import local_today, valued
from regulars.models.histories import Floats, Histories, Integers
from regulars.models.scoring import Question, score
from regulars.models.spend.base import SpendFit
from regulars.models.spend.constant import ConstantSpend
from regulars.models.totals import Base, SimulatedTotals, simulate_totals
from regulars.periods import days
from regulars.progress import Progress
from regulars.valuation.backtest.as_known import AsKnown
from regulars.valuation.backtest.baselines import Both
from regulars.valuation.backtest.contenders import forecasts, spends_at
from regulars.valuation.backtest.forecast import LEVELS

CLOSE = 1e-6

# Draws of the total purchases and value of some customers, given their places.
Totals = Callable[[Integers], SimulatedTotals]


@dataclass(frozen=True, eq=False)
class Auto:
    """What regulars says on its own: forecasts, totals of any customers, and why it chose what it chose."""

    both: Both
    totals: Totals
    because: str


def regulars_auto(split: Split, folder: Path, known: AsKnown, *, seed: int) -> Auto:
    """Return what a plain run on the day of the origin says of the customers in `known`."""
    request = Request(as_of=split.origin, horizon=split.horizon, zero_amount=split.zero_amount, seed=seed)
    orders = split.orders(folder, split.origin)
    with valued(orders, request, today=local_today(), progress=Progress(), report=False) as found:
        table = found.engine.arrays(
            "select frequency, recency, age, expected_purchases, expected_value from customers order by customer_id"
        )
        fit, because = found.valuation.fit, found.valuation.chosen_because
    _check_same(known, table)
    by_days = spends_at(known, has_money=split.has_money)
    both = forecasts(fit.model, known, by_days, UNIT, threads=2)[False]
    _check_close(both.purchases.mean, table["expected_purchases"])
    if split.has_money:
        _check_close(both.value.mean, table["expected_value"])
    spend = by_days[False].spend if by_days else ConstantSpend(1.0)
    return Auto(both, _totals(fit, spend, known, seed), because)


def _check_same(known: AsKnown, table: dict[str, Any]) -> None:
    for name in ("frequency", "recency", "age"):
        if not np.array_equal(getattr(known, name), table[name]):
            raise RuntimeError(f"the customers of the run are not those of the test: {name} differs")


def _check_close(ours: Floats, theirs: Any) -> None:
    if not np.allclose(ours, np.ma.filled(theirs, np.nan), rtol=CLOSE, atol=1e-9, equal_nan=True):
        raise RuntimeError("the fit says something else than the table of customers")


def _totals(fit: Any, spend: SpendFit, known: AsKnown, seed: int) -> Totals:
    """Return the simulation of the totals of some customers: outcomes and parameters are uncertain in it."""
    number, total = known.observed(first_day=False)
    number, total = np.where(total > 0.0, number, 0), np.where(number > 0, np.maximum(total, 0.0), 0.0)
    histories, (n_obs,), row = known.histories(UNIT, number)
    question = Question(days(known.window), LEVELS[:1], 0.0)

    def draws(customers: Integers) -> SimulatedTotals:
        base = _base(histories, n_obs, row[customers], total[customers])
        scores = score(fit, spend, base.histories, base.n_obs, question)
        return simulate_totals(fit, spend, base, scores, question, seed=seed)

    return draws


def _base(histories: Histories, n_obs: Floats, row: Integers, total: Floats) -> Base:
    """Return the histories of some customers, with what each adds up to."""
    size = len(histories)
    count, value, squares = (np.bincount(row, weights, minlength=size) for weights in (None, total, total**2))
    kept = np.flatnonzero(count)
    some = histories.take(kept)
    counted = Histories(
        frequency=some.frequency, recency=some.recency, age=some.age, count=count[kept], unit=histories.unit
    )
    return Base(counted, n_obs[kept], value[kept], squares[kept])
