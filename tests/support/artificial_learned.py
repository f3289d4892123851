"""What learners tell of an artificial shop: ten things and two more that drive value, and new customers told early."""

from __future__ import annotations

import numpy as np

from regulars.reporting.study import Learned
from regulars.valuation.backtest.forecast import Forecast
from regulars.valuation.backtest.measures import measured
from regulars.valuation.learners.drivers import Driver, Drivers
from regulars.valuation.learners.foreseen import Check, Foreseen
from regulars.valuation.valuation import Valuation

WINDOW = 120


def learned_of(valuation: Valuation) -> Learned | None:
    """Return what learners tell where the settings ask for them."""
    if not valuation.settings.learners:
        return None
    names = ("value so far", "days since the last purchase over mean gap", *(f"feature {place}" for place in range(10)))
    drivers = tuple(Driver(name, 0.6 - place / 20, 0.3, -0.2) for place, name in enumerate(names))
    most = Driver("country", 1.2, None, None)
    early = (Foreseen(0, WINDOW, 421, 36.5, _check()), Foreseen(7, WINDOW, 398, 38.25, None, "the record is too short"))
    return Learned(Drivers("value", WINDOW, 4338, (most, *drivers)), "", early, "")


def _check() -> Check:
    rng = np.random.default_rng(5)
    actual = rng.gamma(0.4, 90.0, 300)
    return Check(measured(Forecast.point(np.full(300, 40.0)), actual, seed=0), -0.25)
