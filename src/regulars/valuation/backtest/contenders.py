"""The models as contenders: fitted on what was known at the origin, with every way to tell the spend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from regulars.errors import NotApplicable
from regulars.models.fit import Fit
from regulars.models.fitting import refit
from regulars.models.histories import Floats, Integers
from regulars.models.own_pace import STEADY, OwnPace
from regulars.models.predictions import Uncertain
from regulars.models.scoring import Question, Scores, score_each
from regulars.models.spend.base import SpendFit
from regulars.models.spend.constant import ConstantSpend
from regulars.models.spend.gamma_gamma import GammaGamma, GammaGammaFit
from regulars.models.transaction_model import TransactionModel
from regulars.models.transactions.cnbd import Regular
from regulars.periods import Unit, days
from regulars.valuation.backtest.as_known import AsKnown
from regulars.valuation.backtest.baselines import Both
from regulars.valuation.backtest.forecast import LEVELS, Forecast, Spread
from regulars.valuation.backtest.variance import of_purchases, of_value
from regulars.valuation.calendar import OnCalendar
from regulars.valuation.spend import fit_by_rate
from regulars.valuation.spend_way import ALL, BY_RATE, IN_WORDS, REPEAT, SpendWay

# Purchases are forecast as the value of a shop in which everything costs 1.
ONE_EACH = ConstantSpend(1.0)


@dataclass(frozen=True)
class Contender:
    """A model of purchases, on a calendar clock or without, and the way to tell the spend."""

    model: TransactionModel | OnCalendar
    spend: SpendWay

    @property
    def plain(self) -> TransactionModel | None:
        """The model where it has no clock."""
        return None if isinstance(self.model, OnCalendar) else self.model

    @property
    def name(self) -> str:
        """The name of the model, and what differs from the usual."""
        return self.model.name + IN_WORDS[self.spend]


@dataclass(frozen=True, eq=False)
class Days:
    """The values of spend on some days: how many of each customer, their sum, and the model fitted on them."""

    n_obs: Integers
    total: Floats
    spend: SpendFit


SpendOn = dict[SpendWay, Days]


def spends_at(known: AsKnown, *, has_money: bool) -> SpendOn:
    """Return what was seen of spend by each way to tell it, with its fitted model; a way without one is left out."""
    ways: tuple[SpendWay, ...] = (REPEAT, ALL)
    found: SpendOn = {way: seen for way in ways if has_money and (seen := _days(known, first_day=way != REPEAT))}
    if ALL in found and (by_rate := _by_rate(known, found[ALL])):
        found[BY_RATE] = by_rate
    return found


def fitted(model: TransactionModel, known: AsKnown, unit: Unit) -> Fit:
    """Return the fit to the customers as they were known, on one thread: two took a seventh longer for such bases.

    Raises `NotApplicable`.
    """
    histories, _, _ = known.histories(unit)
    return model.fit(histories)


def fitted_in_turn(model: TransactionModel, known: Sequence[AsKnown], unit: Unit) -> tuple[Fit, ...]:
    """Return the fit at each of some origins, the latest first. Raises `NotApplicable` where one has none.

    From the second on a climb starts where the origin before it ended, which is close by; nothing later is looked at.
    How regular buyers are may be another at each origin, so that is found anew.
    """
    fits: list[Fit] = []
    for one in reversed(known):
        if fits and not isinstance(model, Regular):
            fits.append(_close_to(fits[-1], model, one, unit))
        else:
            fits.append(fitted(model, one, unit))
    return tuple(reversed(fits))


def _close_to(fit: Fit, model: TransactionModel, known: AsKnown, unit: Unit) -> Fit:
    histories, _, _ = known.histories(unit)
    try:
        return refit(fit, histories)
    except NotApplicable:
        return model.fit(histories)


def said(
    fit: Uncertain,
    known: AsKnown,
    by_days: SpendOn,
    *,
    threads: int,
    pace: float = 1.0,
    spend: float = 1.0,
    own: OwnPace = STEADY,
) -> dict[SpendWay, Both]:
    """Return what a fit says of the window, by each way to tell the spend.

    The window passes at `pace` times the speed of the calendar, for each customer at the customer's `own` on top, and
    a purchase is worth `spend` times as much.
    """
    histories, numbers, row = known.histories(fit.unit, *(each.n_obs for each in by_days.values()))
    spends: list[tuple[SpendFit, Floats]] = [(ONE_EACH, np.zeros(len(histories)))]
    spends += [(each.spend, number) for each, number in zip(by_days.values(), numbers, strict=True)]
    question = Question(days(known.window * pace), LEVELS, 0.0, own)
    bought, *worth = score_each(fit, spends, histories, question, threads=threads)
    spread = _spread(bought, of_purchases(bought), row, np.ones(row.size))
    purchases = Forecast(bought.purchases[row], spread, bought.probability_purchase[row])
    if not by_days:
        return {REPEAT: Both(purchases, Forecast.point(np.zeros(row.size)))}
    values = (
        _value(each, _scale(each, known) * spend, scores, number, row)
        for each, scores, number in zip(by_days.values(), worth, numbers, strict=True)
    )
    return {way: Both(purchases, value) for way, value in zip(by_days, values, strict=True)}


def _scale(days: Days, known: AsKnown) -> Floats:
    intercept = days.spend.intercept(known.frequency.astype(np.float64), known.age.astype(np.float64))
    return intercept + days.spend.slope * days.total


def _value(days: Days, scale: Floats, scores: Scores, number: Floats, row: Integers) -> Forecast:
    mean = scale * (days.spend.mean_factor(number) * scores.purchases)[row]
    return Forecast(mean, _spread(scores, of_value(days.spend, number, scores), row, scale))


def _spread(scores: Scores, variance: Floats, row: Integers, scale: Floats) -> Spread:
    # Seven digits are enough to judge by, in half the memory.
    return Spread(np.ascontiguousarray(scores.quantile.T, dtype=np.float32), row, scale, variance)


def _days(known: AsKnown, *, first_day: bool) -> Days | None:
    """Return the values of spend with the first day or without; None where there are none."""
    n_obs, total = known.observed(first_day=first_day)
    seen = (n_obs > 0) & (total > 0.0)
    if not seen.any():
        return None
    return Days(np.where(seen, n_obs, 0), np.where(seen, total, 0.0), _spend(n_obs[seen], total[seen]))


def _by_rate(known: AsKnown, days: Days) -> Days | None:
    """Return the same values with spend that goes with the purchase rate; None where it does not."""
    if not isinstance(days.spend, GammaGammaFit):
        return None
    seen = days.n_obs > 0
    columns = (known.age[seen], known.frequency[seen], days.total[seen], days.n_obs[seen])
    age, x, total, number = (column[np.lexsort(columns)].astype(np.float64) for column in columns)
    fit = fit_by_rate(number, total / number, np.ones(number.size), x, age, alike=days.spend)
    return None if fit is None else replace(days, spend=fit)


def _spend(number: Integers, total: Floats) -> SpendFit:
    # In one order whatever the engine's threads did, because sums of floats depend on it.
    order = np.lexsort((total, number))
    count = number[order].astype(np.float64)
    mean = total[order] / count
    try:
        return GammaGamma().fit(count, mean)
    except NotApplicable:
        return ConstantSpend(float(mean[0]))
