"""The season: on some days people are in the mood to buy, on others less, and over a year it averages out.

The mood on day t is s(t) = 1 + a cos(2π (t - t₀) / Y), with Y = 365.25 days and t₀ the first of
December. A customer of rate λ buys as a Poisson process of rate λ s(t): evenly in the shop's own time

    S(t) = ∫₀ᵗ s(u) du = t + (a Y / 2π) [sin(2π (t - t₀) / Y) + sin(2π t₀ / Y)]

which rises for a < 1 and gains 365.25 in each year.

A model without seasons reads the rush before the last day as customers who buy often. With a swing of 0.15
and files that end in December its forecasts were 5 % too high on average over ten shops of 4,000 customers,
with a swing of 0.3 it was 9 % over six, with none 0.7 % too low; so the truth lay in an 80 % interval 4 times
in 10 at the default, against 23 in 30 for a shop without season, channels and campaign.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.sources.simulated.plan import Floats

YEAR = 365.25
PEAK = 334.0  # days from the first of January
_STEP = 0.25  # days; between two steps the season moves by less than a thousandth


@dataclass(frozen=True)
class SeasonClock:
    """The season of a shop that opens on a first of January and runs for `days` days."""

    amplitude: float
    days: int

    def mood(self, day: Floats) -> Floats:
        """Return s(t): 1 on average, more where people buy more.

        >>> SeasonClock(0.3, 400).mood(np.array([334.0])).tolist()
        [1.3]
        """
        return 1.0 + self.amplitude * np.cos(2.0 * np.pi * (day - PEAK) / YEAR)

    def shop_time(self, day: Floats) -> Floats:
        """Return S(t), in days."""
        turn = 2.0 * np.pi / YEAR
        return day + self.amplitude / turn * (np.sin(turn * (day - PEAK)) + np.sin(turn * PEAK))

    def day(self, shop_time: Floats) -> Floats:
        """Return the day t at which S(t) is `shop_time`.

        >>> clock = SeasonClock(0.3, 400)
        >>> bool(abs(clock.day(clock.shop_time(np.array([123.4]))) - 123.4).max() < 1e-4)
        True
        """
        grid = np.arange(0.0, self.days + 1.0, _STEP)
        return np.interp(shop_time, self.shop_time(grid), grid)
