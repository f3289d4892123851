"""What the model makes of a customer, by how often and how recently the customer bought."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regulars.models.histories import Floats, Histories
from regulars.models.predictions import Predictions
from regulars.periods import days
from regulars.valuation.steps import readable_step

MOST = 20
# Columns end where all but this share of the customers who came back are covered.
RAREST = 0.01


@dataclass(frozen=True, eq=False)
class Surfaces:
    """P(alive) and expected purchases in the horizon of customers first seen `age` days ago.

    Rows are days since the last purchase, columns repeat purchases; NaN where no customer can be: there are
    not as many days between the first and the last purchase. Beside them the customer who bought once.
    """

    age: int
    silence: NDArray[np.int64]
    frequency: NDArray[np.int64]
    probability_alive: Floats
    expected_purchases: Floats
    once_alive: float
    once_purchases: float


def surfaces(fit: Predictions, base: Histories, horizon: int) -> Surfaces:
    """Return the surfaces at the age of the oldest customers of `base`, some of whom must have come back."""
    age = round(float(base.age.max()) * base.unit.days)
    frequency = _scale(1, _highest(base))
    silence = _scale(0, age)
    x, recency = np.meshgrid(frequency, age - silence)
    possible = recency >= x
    cells = _histories(fit, x[possible], recency[possible], age)
    once = _histories(fit, np.zeros(1), np.zeros(1), age)
    return Surfaces(
        age=age,
        silence=silence,
        frequency=frequency,
        probability_alive=_spread(possible, fit.probability_alive(cells)),
        expected_purchases=_spread(possible, fit.expected_purchases(cells, days(horizon))),
        once_alive=float(fit.probability_alive(once)[0]),
        once_purchases=float(fit.expected_purchases(once, days(horizon))[0]),
    )


def _highest(base: Histories) -> int:
    """Return the frequency that all but the rarest of those who came back do not exceed."""
    came_back = base.count * (base.frequency > 0.0)
    by_frequency = np.bincount(base.frequency.astype(np.int64), came_back)
    reached = np.cumsum(by_frequency) >= (1.0 - RAREST) * came_back.sum()
    return int(np.argmax(reached))


def _scale(first: int, last: int) -> NDArray[np.int64]:
    """Return whole numbers from `first` to about `last` in readable steps.

    >>> _scale(0, 373)[:4].tolist(), _scale(1, 45)[:4].tolist(), _scale(1, 1).tolist()
    ([0, 20, 40, 60], [1, 5, 10, 15], [1])
    """
    step = max(1, round(readable_step(max(last, 1), MOST)))
    return np.unique(np.maximum(np.arange(0, last + 1, step), first))


def _histories(
    fit: Predictions, x: NDArray[np.int64] | Floats, recency: NDArray[np.int64] | Floats, age: int
) -> Histories:
    unit = fit.unit
    ages = np.full(x.shape, age / unit.days)
    return Histories(frequency=x, recency=recency / unit.days, age=ages, unit=unit)


def _spread(possible: NDArray[np.bool_], values: Floats) -> Floats:
    surface = np.full(possible.shape, np.nan)
    surface[possible] = values
    return surface
