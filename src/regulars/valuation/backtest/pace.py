"""The speed of the clock at which a model's future agrees with a corrected total.

A drift of totals could be put right by multiplying every expectation, but then no whole number of purchases and no
chance of none would fit to it. Letting the horizon pass faster or slower than the calendar changes the number
of purchases, its distribution and its discounting together, and every law of the model still holds.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.polynomial import Chebyshev

from regulars.models.histories import Floats, Histories
from regulars.models.own_pace import STEADY, OwnPace
from regulars.models.predictions import Predictions
from regulars.periods import Period, days

# Histories behind the total, evenly among the distinct ones.
SAMPLE = 4_000
FASTEST = 8.0
# A total below this is none: at slower speeds it would be less than a number can hold.
LEAST = 1e-200
# Degree of the polynomial that stands for a total at all speeds; it is off by less than 1e-6 of it.
POINTS = 10


def pace_of(
    fit: Predictions,
    histories: Histories,
    horizon: Period,
    correction: float,
    own: OwnPace = STEADY,
    *,
    ahead: Predictions | None = None,
) -> float | None:
    """Return the speed at which expected purchases in the horizon become exp(correction) times what the fit expects.

    With customers' own paces on top, or with `ahead` in place of the fit, the same total is reached. None where no
    speed up to `FASTEST` does it, because most customers will have left by then, or all are gone for certain already.

    >>> from regulars.models.transactions import MODELS
    >>> h = Histories(frequency=[2, 1, 0], recency=[30, 2, 0], age=[39, 39, 39], count=[50, 30, 60])
    >>> round(pace_of(MODELS.get("nbd").fit(h), h, days(70), math.log(1.2)), 6)
    1.2
    """
    told = fit if ahead is None else ahead
    if correction == 0.0 and own == STEADY and told is fit:
        return 1.0
    step = -(-len(histories) // SAMPLE)
    some = histories.take(np.arange(0, len(histories), step))
    total = _total(fit, some, horizon)
    if total < LEAST:
        return None
    target = math.log(total) + correction
    if own != STEADY:
        return _on_top(_curve(told, some, horizon, own), own, target)

    def off(log_pace: float) -> float:
        return math.log(_total(told, some, days(horizon.in_days * math.exp(log_pace)))) - target

    return _where_none(off)


def _total(fit: Predictions, some: Histories, horizon: Period) -> float:
    return float(some.count @ fit.expected_purchases(some, horizon))


def _curve(fit: Predictions, some: Histories, horizon: Period, own: OwnPace) -> Chebyshev:
    """Return the log of the total over the log of the speed, at all the speeds that may be asked for.

    Each speed of a customer would else be a sum over histories for each pace that is tried.
    """
    speeds = own.speeds[0]
    ends = [math.log(float(speeds.min()) / FASTEST), math.log(float(speeds.max()) * FASTEST)]

    def log_total(log_speed: Floats) -> Floats:
        each = [days(horizon.in_days * math.exp(one)) for one in log_speed.tolist()]
        return np.log([_total(fit, some, one) for one in each])

    return Chebyshev.interpolate(log_total, POINTS, ends)


def _on_top(curve: Chebyshev, own: OwnPace, target: float) -> float | None:
    """Return the pace at which customers at their own speeds reach the log of a total; None where none does."""
    speeds, share = own.speeds

    def off(log_pace: float) -> float:
        return math.log(float(share @ np.exp(curve(log_pace + np.log(speeds))))) - target

    return _where_none(off)


def _where_none(off: Callable[[float], float]) -> float | None:
    """Return e to the power of where a rising function is zero; None where it is not, up to `FASTEST`."""
    from scipy.optimize import brentq  # noqa: PLC0415 - takes a third of a second to load

    farthest = math.log(FASTEST)
    if off(-farthest) > 0.0 or off(farthest) < 0.0:
        return None
    return math.exp(float(brentq(off, -farthest, farthest, xtol=1e-8)))
