"""A shop whose truth is known: Pareto/NBD customers, who live by a clock with a Christmas or without."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from regulars.models.histories import Floats, Histories, Integers
from regulars.periods import Unit

FIRST_DAY = dt.date(2021, 1, 1)
R, ALPHA, S, BETA = 0.6, 60.0, 0.7, 300.0
BUSY, QUIET = (320, 358), (15, 60)


@dataclass(frozen=True, eq=False)
class SeasonalShop:
    """The day of each customer's first purchase, and who bought again on which day; days count from `FIRST_DAY`."""

    first: Integers
    who: Integers
    day: Integers

    def orders(self, until: int) -> pd.DataFrame:
        """Return the orders up to a day, each worth as much as the customer usually spends."""
        customer = np.concatenate([np.arange(self.first.size), self.who])
        day = np.concatenate([self.first, self.day])
        worth = np.random.default_rng(9).gamma(5.0, 8.0, self.first.size)
        amount = worth[customer] * np.random.default_rng(10).gamma(4.0, 0.25, customer.size)
        table = pd.DataFrame(
            {
                "customer_id": [f"c{number:05d}" for number in customer],
                "ordered_at": pd.Timestamp(FIRST_DAY) + pd.to_timedelta(day, unit="D"),
                "amount": np.round(amount + 0.01, 2),
            }
        )
        return table[day <= until]

    def bought_after(self, day: int, window: int) -> int:
        """Return the purchases in the window after a day of everyone who was there by then."""
        later = (self.day > day) & (self.day <= day + window)
        return int((later & (self.first[self.who] <= day)).sum())

    def histories(self, until: int, unit: Unit = Unit.WEEK) -> Histories:
        """Return the distinct histories as of a day, with that day and the repeat purchases of each day."""
        there, seen = self.first <= until, self.day <= until
        frequency = np.bincount(self.who[seen], minlength=self.first.size)
        last = self.first.copy()
        np.maximum.at(last, self.who[seen], self.day[seen])
        days, number = np.unique(self.day[seen], return_counts=True)
        return Histories(
            frequency=frequency[there],
            recency=(last - self.first)[there] / unit.days,
            age=(until - self.first)[there] / unit.days,
            unit=unit,
            as_of=FIRST_DAY + dt.timedelta(days=until),
            purchases_by_day={
                FIRST_DAY + dt.timedelta(days=day): float(n) for day, n in zip(days.tolist(), number, strict=True)
            },
        ).distinct()


def rates(days: int, *, season: bool) -> Floats:
    """Return how fast the clock runs on each day: 2.6 times before Christmas, 0.75 times after New Year."""
    ahead = (FIRST_DAY + dt.timedelta(days=day) for day in range(days))
    of_year = np.array([day.timetuple().tm_yday for day in ahead])
    busy, quiet = (((first <= of_year) & (of_year <= last)) for first, last in (BUSY, QUIET))
    return np.where(busy, 2.6, np.where(quiet, 0.75, 1.0)) if season else np.ones(days)


def seasonal_shop(customers: int, days: int, seed: int, *, season: bool) -> SeasonalShop:
    """Return a shop that won its customers evenly over so many days."""
    rng = np.random.default_rng(seed)
    hands = np.concatenate([np.zeros(1), np.cumsum(rates(days, season=season))])
    first = np.sort(rng.integers(0, days, customers))
    pace, left = rng.gamma(R, 1.0 / ALPHA, customers), rng.exponential(1.0 / rng.gamma(S, 1.0 / BETA, customers))
    started = hands[first + 1]
    stays = np.minimum(left, hands[-1] - started)
    number = rng.poisson(pace * stays)
    who = np.repeat(np.arange(customers), number)
    day = np.searchsorted(hands, started[who] + rng.random(who.size) * stays[who]) - 1
    pairs = np.unique(np.stack([who, day]), axis=1)
    return SeasonalShop(first, *pairs[:, pairs[1] > first[pairs[0]]])
