"""What the simulated shop is like: every number that the simulation depends on, as one value.

All rates are per week and per customer, money is in `currency`, shares lie between 0 and 1. The
defaults are those of `regulars demo`; a plan without seasons, with one channel and no campaign is
the world that the models assume.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regulars.errors import InputError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Channel:
    """Where customers come from: `share` of the new ones, mean rates while they live, cost of each, share returned."""

    name: str
    share: float
    purchases_per_week: float
    dropout_per_week: float
    cost_per_customer: float
    returned: float


@dataclass(frozen=True)
class Campaign:
    """One e-mail, drawn by lot among the customers of its first day; the treated buy `lift` more often in its days."""

    name: str = "spring-letter"
    day: int = 820
    days: int = 60
    treated: float = 0.5
    lift: float = 0.6


@dataclass(frozen=True)
class Loyalty:
    """Points: one per unit of money kept, credited after the time for returns; a gift costs `gift` of them."""

    credited_after: int = 30
    gift: int = 150
    expires_after: int = 365
    silver: int = 150
    gold: int = 400


@dataclass(frozen=True)
class Dirt:
    """What is wrong with the export of the orders, as shares of the orders (or lines) that are added or spoiled."""

    guest_orders: float = 0.004
    cancelled_orders: float = 0.012
    unreadable_dates: float = 0.0004


CHANNELS = (
    Channel("organic", 0.34, 0.110, 0.010, 0.0, 0.030),
    Channel("search", 0.30, 0.090, 0.014, 14.0, 0.035),
    Channel("social", 0.26, 0.060, 0.030, 11.0, 0.070),
    Channel("referral", 0.10, 0.140, 0.007, 6.0, 0.020),
)


@dataclass(frozen=True)
class Plan:
    """The plan of a shop; raises `InputError` without customers or with a seed below 0.

    `growth` is the rise of new customers per year, `season` the swing of the buying mood around its
    mean, `cost_drift` the rise of the cost of a customer per year. `rate_shape` (r) and `dropout_shape`
    (s) say how alike customers are, `spend_p`, `spend_q` and `spend_gamma` are those of Gamma-Gamma.

    >>> Plan().last_day
    datetime.date(2025, 12, 31)
    """

    customers: int = 4_000
    seed: int = 0
    first_day: dt.date = dt.date(2023, 1, 1)
    days: int = 1_096
    days_after: int = 365
    currency: str = "EUR"
    growth: float = 0.25
    season: float = 0.15
    channels: tuple[Channel, ...] = CHANNELS
    cost_drift: float = 0.10
    rate_shape: float = 1.0
    dropout_shape: float = 0.8
    spend_p: float = 4.0
    spend_q: float = 6.0
    spend_gamma: float = 52.5
    price_changes: bool = True
    campaign: Campaign | None = Campaign()
    loyalty: Loyalty = Loyalty()
    dirt: Dirt = Dirt()

    def __post_init__(self) -> None:
        if self.customers < 1:
            raise InputError(f"a shop needs at least 1 customer, got {self.customers}")
        if self.seed < 0:
            raise InputError(f"the seed must be zero or more, got {self.seed}")

    @property
    def last_day(self) -> dt.date:
        """The last day in the shop's files, as of which it is valued."""
        return self.first_day + dt.timedelta(days=self.days - 1)

    @property
    def all_days(self) -> int:
        """Days simulated: those in the files and those after them."""
        return self.days + self.days_after

    def draws(self, part: int) -> np.random.Generator:
        """Return the random numbers of one part of the shop, so that no part changes the draws of another."""
        return np.random.default_rng([self.seed, part])

    def moments(self, days: Floats) -> NDArray[np.datetime64]:
        """Return local moments, to the second, from days since the opening."""
        seconds = np.floor(days * 86_400.0).astype(np.int64)
        return np.datetime64(self.first_day, "s") + seconds.astype("timedelta64[s]")
