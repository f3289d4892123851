"""regulars the way a user runs it: the lines that existed on the day, every option at its default.

The file is cut at the origin before it is read, so nothing after it can be known. The means are those of the table
`customers`. That table has one interval; the score needs more quantiles, so the same fit with the same
corrections is asked for them, and it is an error if the means are not those of the table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from contest.case import UNIT
from contest.cohorts import Totals
from contest.sets import Split
from regulars.app.request import Request
from regulars.app.value import local_today, opened, read_options, valued
from regulars.models.histories import Floats, Histories, Integers
from regulars.models.predictions import Uncertain
from regulars.models.scoring import Question, Scores, score
from regulars.models.spend.base import SpendFit
from regulars.models.spend.constant import ConstantSpend
from regulars.models.totals import Base, SimulatedTotals
from regulars.periods import Period, days
from regulars.progress import Progress
from regulars.sources.read import read_orders
from regulars.valuation.backtest.as_known import AsKnown
from regulars.valuation.backtest.baselines import Both
from regulars.valuation.backtest.calibration import SAME, LevelMap
from regulars.valuation.backtest.contenders import spends_at
from regulars.valuation.backtest.forecast import LEVELS, Forecast, Spread
from regulars.valuation.corrections import UNCORRECTED, Corrections, corrections_by
from regulars.valuation.drawn_totals import Way
from regulars.valuation.spend_way import ALL, BY_RATE, REPEAT
from regulars.valuation.valuation import Settings, Valuation
from regulars.valuation.with_learners import forecast_today

CLOSE = 1e-6


@dataclass(frozen=True, eq=False)
class Auto:
    """What regulars says on its own: forecasts, totals of any customers, and why it chose what it chose."""

    both: Both
    totals: Totals
    because: str


def regulars_auto(split: Split, folder: Path, known: AsKnown, *, seed: int, learners: bool = False) -> Auto:
    """Return what a plain run on the day of the origin says of the customers in `known`."""
    request = Request(
        as_of=split.origin, horizon=split.horizon, zero_amount=split.zero_amount, seed=seed, learners=learners
    )
    orders = split.orders(folder, split.origin)
    with valued(orders, request, today=local_today(), progress=Progress(), report=False) as found:
        table = found.engine.arrays(
            "select frequency, recency, age, expected_purchases, expected_value from customers order by customer_id"
        )
        valuation = found.valuation
    _check_same(known, table)
    way = _way(valuation, known, has_money=split.has_money)
    both = _mixed(orders, request, way, valuation) or way.both(has_money=split.has_money)
    _check_close(both.purchases.mean, table["expected_purchases"])
    if split.has_money:
        _check_close(both.value.mean, table["expected_value"])
    return Auto(both, lambda customers: way.totals(customers, seed=seed), valuation.chosen_because)


def _mixed(orders: Any, request: Request, way: _Way, valuation: Valuation) -> Both | None:
    """Return what the run mixed with what learners say; None where they have no share."""
    rule = None if valuation.tested is None else valuation.tested.judgement.rule
    if rule is None or not rule.learners:
        return None
    with opened(request, Progress()) as engine:
        intake = read_orders(engine, orders, read_options(request), today=local_today(), progress=Progress())
        money = intake.has_money
        return forecast_today(engine, rule, valuation.fit, way.spend, valuation.settings, has_money=money)


@dataclass(frozen=True, eq=False)
class _Way:
    """How the run predicts: the fit, the spend with the values seen, what is corrected, and the histories.

    `row` is each customer's history, `total` the sum of the values seen of the customer, `n_obs` their number
    per history.
    """

    fit: Uncertain
    spend: SpendFit
    settings: Settings
    corrections: Corrections
    purchase_levels: LevelMap
    value_levels: LevelMap
    horizon: Period
    histories: Histories
    n_obs: Floats
    row: Integers
    total: Floats

    def both(self, *, has_money: bool) -> Both:
        """Return the forecasts of purchases, and of money where there is any."""
        nothing = Forecast.point(np.zeros(self.row.size))
        return Both(self.purchases(), self.value() if has_money else nothing)

    def purchases(self) -> Forecast:
        """Return the forecasts of purchases: of a shop in which everything costs 1."""
        nothing = np.zeros(len(self.histories))
        scores = self._scores(ConstantSpend(1.0), nothing, self.purchase_levels)
        return Forecast(scores.purchases[self.row], _spread(scores, self.row, np.ones(self.row.size)))

    def value(self) -> Forecast:
        """Return the forecasts of money."""
        scores = self._scores(self.spend, self.n_obs, self.value_levels)
        h = self.histories
        intercept = self.spend.intercept(h.frequency, h.age * h.unit.days)[self.row]
        scale = (intercept + self.spend.slope * self.total) * self.corrections.spend
        mean = scale * (self.spend.mean_factor(self.n_obs) * scores.purchases)[self.row]
        return Forecast(mean, _spread(scores, self.row, scale))

    def totals(self, customers: Integers, *, seed: int) -> SimulatedTotals:
        """Return draws of the totals of some customers, the shocks between windows included."""
        base, question = self._base(customers), Question(self.horizon, LEVELS[:1], 0.0, self.corrections.own)
        scores = score(self.corrections.ahead(self.fit), self.spend, base.histories, base.n_obs, question)
        way = Way(self.fit, self.histories, self.spend, replace(self.settings, seed=seed), self.corrections)
        return way.totals(base, scores, group=int(customers[0]))

    def _scores(self, spend: SpendFit, n_obs: Floats, levels: LevelMap) -> Scores:
        asked = tuple(levels.level_for(np.array(LEVELS)).tolist())
        question = Question(self.horizon, asked, 0.0, self.corrections.own)
        return score(self.corrections.ahead(self.fit), spend, self.histories, n_obs, question, threads=2)

    def _base(self, customers: Integers) -> Base:
        """Return the histories of some customers, with what each adds up to."""
        row, total, size = self.row[customers], self.total[customers], len(self.histories)
        count = np.bincount(row, minlength=size).astype(np.float64)
        value = np.asarray(np.bincount(row, total, minlength=size), dtype=np.float64)
        squares = np.asarray(np.bincount(row, total**2, minlength=size), dtype=np.float64)
        kept = np.flatnonzero(count)
        some = self.histories.take(kept)
        counted = Histories(frequency=some.frequency, recency=some.recency, age=some.age, count=count[kept], unit=UNIT)
        return Base(counted, self.n_obs[kept], value[kept], squares[kept])


def _way(valuation: Valuation, known: AsKnown, *, has_money: bool) -> _Way:
    rule = None if valuation.tested is None else valuation.tested.judgement.rule
    found = spends_at(known, has_money=has_money)
    way = REPEAT if rule is None else rule.spend
    # The run, too, takes all days alone where spend no longer goes with the purchase rate.
    seen = found.get(way, found.get(ALL) if way == BY_RATE else None)
    number = np.zeros(known.customers, dtype=np.int64) if seen is None else seen.n_obs
    histories, (n_obs,), row = known.histories(UNIT, number)
    corrections = UNCORRECTED
    if rule is not None:
        corrections = corrections_by(rule, valuation.fit, histories, known.window, has_money=has_money)
    return _Way(
        fit=valuation.fit,
        spend=ConstantSpend(1.0) if seen is None else seen.spend,
        settings=valuation.settings,
        corrections=corrections,
        purchase_levels=SAME if rule is None else rule.purchases.levels,
        value_levels=SAME if rule is None else rule.value.levels,
        horizon=days(known.window * corrections.pace),
        histories=histories,
        n_obs=n_obs,
        row=row,
        total=np.zeros(known.customers) if seen is None else seen.total,
    )


def _spread(scores: Scores, row: Integers, scale: Floats) -> Spread:
    return Spread(np.ascontiguousarray(scores.quantile.T), row, scale)


def _check_same(known: AsKnown, table: dict[str, Any]) -> None:
    for name in ("frequency", "recency", "age"):
        if not np.array_equal(getattr(known, name), table[name]):
            raise RuntimeError(f"the customers of the run are not those of the test: {name} differs")


def _check_close(ours: Floats, theirs: Any) -> None:
    if not np.allclose(ours, np.ma.filled(theirs, np.nan), rtol=CLOSE, atol=1e-9, equal_nan=True):
        raise RuntimeError("the fit says something else than the table of customers")
