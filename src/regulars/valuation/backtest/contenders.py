"""The models as contenders: fitted on what was known at the origin, with spend on repeat days or on all days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.errors import NotApplicable
from regulars.models.fit import Fit
from regulars.models.histories import Floats, Histories, Integers
from regulars.models.scoring import Question, score
from regulars.models.spend.base import SpendFit
from regulars.models.spend.constant import ConstantSpend
from regulars.models.spend.gamma_gamma import GammaGamma
from regulars.models.transaction_model import TransactionModel
from regulars.periods import Unit, days
from regulars.valuation.backtest.as_known import AsKnown
from regulars.valuation.backtest.baselines import Both
from regulars.valuation.backtest.forecast import LEVELS, Forecast, Spread

# Purchases are forecast as the value of a shop in which everything costs 1.
ONE_EACH = ConstantSpend(1.0)


@dataclass(frozen=True)
class Contender:
    """A model of purchases, and whether the first day's value counts for the spend."""

    model: TransactionModel
    first_day: bool

    @property
    def name(self) -> str:
        """The name of the model, and what differs from the usual."""
        return f"{self.model.name}, spend on all days" if self.first_day else self.model.name


def forecasts(
    model: TransactionModel, known: AsKnown, unit: Unit, *, has_money: bool, threads: int
) -> dict[bool, Both]:
    """Return the forecasts of one model by whether spend is taken from all days; raises `NotApplicable`."""
    none = np.zeros(known.customers, dtype=np.int64)
    histories, _, row = known.histories(none, unit)
    fit = model.fit(histories, threads=threads)
    question = Question(days(known.window), LEVELS, 0.0)
    purchases = _purchases(fit, histories, row, question, threads)
    if not has_money:
        return {False: Both(purchases, purchases)}
    by_days = {}
    for first_day in (False, True):
        value = _value(fit, known, unit, question, first_day=first_day, threads=threads)
        if value is not None:
            by_days[first_day] = Both(purchases, value)
    return by_days or {False: Both(purchases, Forecast.point(np.zeros(known.customers)))}


def _purchases(fit: Fit, histories: Histories, row: Integers, question: Question, threads: int) -> Forecast:
    scores = score(fit, ONE_EACH, histories, np.zeros(len(histories)), question, threads=threads)
    spread = Spread(np.ascontiguousarray(scores.quantile.T), row, np.ones(row.size))
    return Forecast(scores.purchases[row], spread)


def _value(
    fit: Fit, known: AsKnown, unit: Unit, question: Question, *, first_day: bool, threads: int
) -> Forecast | None:
    """Return the forecast of money, None where no spend was observed on these days."""
    n_obs, total = known.observed(first_day=first_day)
    seen = (n_obs > 0) & (total > 0.0)
    if not seen.any():
        return None
    spend = _spend(n_obs[seen], total[seen])
    histories, number, row = known.histories(np.where(seen, n_obs, 0), unit)
    scores = score(fit, spend, histories, number.astype(np.float64), question, threads=threads)
    intercept, slope = spend.scale
    scale: Floats = intercept + slope * np.where(seen, total, 0.0)
    mean = scale * (spend.mean_factor(number.astype(np.float64)) * scores.purchases)[row]
    return Forecast(mean, Spread(np.ascontiguousarray(scores.quantile.T), row, scale))


def _spend(number: Integers, total: Floats) -> SpendFit:
    # In one order whatever the engine's threads did, because sums of floats depend on it.
    order = np.lexsort((total, number))
    count = number[order].astype(np.float64)
    mean = total[order] / count
    try:
        return GammaGamma().fit(count, mean)
    except NotApplicable:
        return ConstantSpend(float(mean[0]))
