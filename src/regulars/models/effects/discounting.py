"""Discounting on a clock: money ages by the calendar while customers live by the clock.

With E the expected purchases by clock time, C(u) the clock after u units and δ the continuous rate,

    ∫₀ᵗ e^(-δu) dE(C(u)) = e^(-δt) E(C(t)) + ∫₀ᵗ E(C(u)) δ e^(-δu) du                        (1)

E is smooth in clock time for every customer, and the measure δ e^(-δu) du is the same for all. So its moments
are summed over the days once, and Gauss-Legendre nodes y_k in y = log1p(C/c), with weights that reproduce them,

    w_k = g_k Σ_n (2n+1) m_n P_n(2y_k - 1),   m_n = Σ_days P_n(2y - 1) (e^(-δu) - e^(-δu'))   (2)

integrate E for all customers: one evaluation per node (product integration).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.polynomial.legendre import legvander

from regulars.models.panels import gauss_legendre
from regulars.periods import DAYS_PER_YEAR

if TYPE_CHECKING:
    import datetime as dt

    from regulars.models.effects.running import RunningClock
    from regulars.models.histories import Floats

NODES = 24
# e^-40 of the first purchase's worth is left beyond this many times 1/δ.
NEGLIGIBLE = 40.0
# Steps into which a time without end is cut; a year has thousands of them where discounts are usual.
STEPS = 150_000


@dataclass(frozen=True, eq=False)
class Measure:
    """Clock times and weights that integrate a smooth function of clock time against the discount."""

    times: Floats
    weights: Floats


def measure(running: RunningClock, as_of: dt.date, days: float, rate_per_day: float, scale: float) -> Measure:
    """Return (2) for the `days` after `as_of`; `scale` is the clock time c on which customers change."""
    step = max(1.0, float(np.ceil(days / STEPS)))
    ends = np.append(np.arange(0.0, days, step), days)
    weights = -np.diff(np.exp(-rate_per_day * ends))
    clock = running.after(as_of, (ends[1:] + ends[:-1]) / 2.0)
    length = float(np.log1p(running.after(as_of, np.array([days]))[0] / scale))
    points, gauss = gauss_legendre(NODES)
    degrees = 2.0 * np.arange(NODES) + 1.0
    moments = weights @ legvander(2.0 * np.log1p(clock / scale) / length - 1.0, NODES - 1)
    return Measure(
        scale * np.expm1(points * length), gauss * (legvander(2.0 * points - 1.0, NODES - 1) @ (degrees * moments))
    )


def longest(annual_log_rate: float) -> float:
    """Return the days after which nothing is worth anything, at a continuous rate per year."""
    return NEGLIGIBLE / annual_log_rate * DAYS_PER_YEAR
