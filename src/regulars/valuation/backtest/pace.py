"""The speed of the clock at which a model's future agrees with a corrected total.

A drift of totals could be put right by multiplying every expectation, but then no whole number of purchases and no
chance of none would fit to it. Letting the horizon pass faster or slower than the calendar changes the number
of purchases, its distribution and its discounting together, and every law of the model still holds.
"""

from __future__ import annotations

import math

import numpy as np

from regulars.models.histories import Histories
from regulars.models.predictions import Predictions
from regulars.periods import Period, days

# Histories behind the total, evenly among the distinct ones.
SAMPLE = 4_000
FASTEST = 8.0


def pace_of(fit: Predictions, histories: Histories, horizon: Period, correction: float) -> float | None:
    """Return the speed at which expected purchases in the horizon become exp(correction) times as many.

    None where no speed up to `FASTEST` does it, because most customers will have left by then.

    >>> from regulars.models.transactions import MODELS
    >>> h = Histories(frequency=[2, 1, 0], recency=[30, 2, 0], age=[39, 39, 39], count=[50, 30, 60])
    >>> round(pace_of(MODELS.get("nbd").fit(h), h, days(70), math.log(1.2)), 6)
    1.2
    """
    from scipy.optimize import brentq  # noqa: PLC0415 - takes a third of a second to load

    if correction == 0.0:
        return 1.0
    step = -(-len(histories) // SAMPLE)
    some = histories.take(np.arange(0, len(histories), step))

    def off(log_pace: float) -> float:
        expected = some.count @ fit.expected_purchases(some, days(horizon.in_days * math.exp(log_pace)))
        return math.log(float(expected)) - target

    target = math.log(float(some.count @ fit.expected_purchases(some, horizon))) + correction
    low, high = sorted((0.0, math.copysign(math.log(FASTEST), correction)))
    if off(low) > 0.0 or off(high) < 0.0:
        return None
    return math.exp(float(brentq(off, low, high, xtol=1e-8)))
