"""How sure the model was, day by day, that one customer was still a customer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regulars.engines.base import Engine
from regulars.models.histories import Floats, Histories
from regulars.models.predictions import Predictions

POINTS = 400

PURCHASES = """
select purchase_day from record_days where customer_id = $customer_id and purchase order by purchase_day
"""


@dataclass(frozen=True, eq=False)
class AliveHistory:
    """P(alive) of one customer at the end of each of `days`, from the first purchase to the as-of date."""

    customer_id: str
    days: tuple[dt.date, ...]
    probability_alive: Floats
    purchases: tuple[dt.date, ...]


def alive_history(fit: Predictions, customer_id: str, purchases: Sequence[dt.date], as_of: dt.date) -> AliveHistory:
    """Return P(alive) under a fit at the end of every day, given the purchases up to it.

    `purchases` are the customer's purchase days in order, none after `as_of`. A long life is shown at every second,
    third … day, and always on the days of purchases and the as-of date.
    """
    first = purchases[0]
    bought = np.array([(day - first).days for day in purchases])
    shown = _days_shown(bought, (as_of - first).days)
    frequency = np.searchsorted(bought, shown, side="right") - 1
    length = fit.unit.days
    so_far = Histories(frequency=frequency, recency=bought[frequency] / length, age=shown / length, unit=fit.unit)
    return AliveHistory(
        customer_id=customer_id,
        days=tuple(first + dt.timedelta(days=day) for day in shown.tolist()),
        probability_alive=fit.probability_alive_since(first, so_far),
        purchases=tuple(purchases),
    )


def alive_history_of(engine: Engine, fit: Predictions, customer_id: str, as_of: dt.date) -> AliveHistory:
    """Return the history of a customer whose purchases stand in the view `record_days` of `engine`."""
    purchases = [day for (day,) in engine.rows(PURCHASES, {"customer_id": customer_id})]
    return alive_history(fit, customer_id, purchases, as_of)


def _days_shown(bought: NDArray[np.int64], age: int) -> NDArray[np.int64]:
    """Return every k-th day, and those around a purchase where they are few enough: there the line jumps."""
    every = np.append(np.arange(0, age, age // POINTS + 1), age)
    jumps = np.concatenate([bought, np.maximum(bought - 1, 0)])
    return np.unique(np.concatenate([every, jumps])) if jumps.size <= POINTS else every
