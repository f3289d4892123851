"""Customers who live by a calendar clock whose effects are known."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import numpy as np

from regulars.models.certificate import Certificate
from regulars.models.effects.clock import Clock, Dial
from regulars.models.fit import Fit
from regulars.models.histories import Floats, Histories
from regulars.models.transaction_model import TransactionModel
from regulars.periods import Unit

OPENED = dt.date(2019, 1, 1)


def clocked_shop(
    model: TransactionModel, theta: list[float], clock: Clock, effects: Floats, *, customers: int, days: int, seed: int
) -> Histories:
    """Histories in weeks, real-valued, of customers who joined in the first two thirds of `days`, as of the last."""
    as_of = OPENED + dt.timedelta(days=days)
    hands = Dial.of(clock, OPENED, as_of, as_of).hands(effects)[:, 0] / 7.0
    rng = np.random.default_rng(1000 + seed)
    joined = rng.integers(0, 2 * days // 3, customers)
    parameters = np.array(theta)
    fit = Fit(model, parameters, Unit.WEEK, 0.0, 1.0, np.zeros((parameters.size,) * 2), Certificate(()))
    bought = fit.simulate(customers, float(hands[-1]), seed)
    at = hands[joined[bought.customer]] + bought.time
    seen = at <= hands[-1]
    customer = bought.customer[seen]
    day = np.interp(at[seen], hands, np.arange(hands.size))
    last = joined.astype(np.float64)
    np.maximum.at(last, customer, day)
    repeats = Counter(np.ceil(day).astype(int).tolist())
    return Histories(
        frequency=np.bincount(customer, minlength=customers),
        recency=(last - joined) / 7.0,
        age=(days - joined) / 7.0,
        as_of=as_of,
        purchases_by_day={OPENED + dt.timedelta(days=number): count for number, count in repeats.items()},
    )
