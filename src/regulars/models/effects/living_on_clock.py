"""The future of a living customer on a clock, asked by the calendar: the plain one, with ages and times read off.

With A(a) how far the clock ran in the last a units of the calendar and C(u) how far it runs in the next u, whatever
the plain future says of (x, A, C) is what this one says of (x, a, u). Money ages by the calendar all the same: its
discounts are the product integration of `discounting`, whose measure is the same for all customers of a clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from regulars.models.ages import AgeGrid
from regulars.models.branches import Living
from regulars.models.effects.discounting import Measure, longest, measure
from regulars.models.effects.running import RunningClock
from regulars.models.histories import Floats
from regulars.models.lives import Lives, Purchases
from regulars.periods import DAYS_PER_YEAR

A_YEAR = 366


@dataclass(frozen=True, eq=False)
class LivingOnClock(Living):
    """The future `plain` of customers by a clock, as of one day.

    `behind` is how far the clock ran, in the fit's unit, in the last 0, 1, 2 … days. `measures` keeps the measures
    of discounts that were asked for.
    """

    plain: Living
    running: RunningClock
    as_of: dt.date
    behind: Floats
    measures: dict[tuple[float, float], Measure] = field(default_factory=dict)

    @classmethod
    def of(cls, plain: Living, running: RunningClock, as_of: dt.date, oldest: float) -> LivingOnClock:
        """Return the future of customers no older than `oldest`."""
        days = max(1, int(np.ceil(np.round(oldest * running.unit.days, 6))))
        return cls(plain, running, as_of, running.behind(as_of, days))

    @cached_property
    def fastest(self) -> float:
        """The highest speed of the clock in the year ahead."""
        ahead = self.running.after(self.as_of, np.arange(A_YEAR + 1.0))
        return float(np.diff(ahead).max()) * self.running.unit.days

    @property
    def time_scale(self) -> float:
        """The shortest time on which predictions change with age."""
        return self.plain.time_scale / self.fastest

    @property
    def fewest_nodes(self) -> int:
        """How many times a sum over the time ahead looks at, at least."""
        return self.plain.fewest_nodes

    def pace(self, x: float, age: float) -> tuple[float, float]:
        """Return shape and rate of a gamma law of rates that buy no less than these customers at any time."""
        shape, rate = self.plain.pace(x, float(self._aged(np.array(age))))
        return shape, rate / self.fastest

    def purchases(self, x: Floats, age: Floats, t: float | Floats) -> Floats:
        """Return the expected purchases in t."""
        return self.plain.purchases(x, self._aged(age), self._ahead(t))

    def purchases_by(self, x: Floats, age: Floats, times: Floats) -> Floats:
        """Return the expected purchases in each of the times."""
        return self.plain.purchases_by(x, self._aged(age), np.asarray(self._ahead(times)))

    def pmf(self, x: Floats, age: Floats, t: float, n: Floats) -> Floats:
        """Return P(n purchases in t)."""
        return self.plain.pmf(x, self._aged(age), float(self._ahead(t)), n)

    def draw(self, x: Floats, age: Floats, rng: np.random.Generator) -> Lives:
        """Return the hidden lives from T on, by the clock."""
        return self.plain.draw(x, self._aged(age), rng)

    def draw_counts(self, x: Floats, age: Floats, t: float, rng: np.random.Generator) -> Floats:
        """Return simulated numbers of purchases in t."""
        return self.plain.draw_counts(x, self._aged(age), float(self._ahead(t)), rng)

    def draw_new(self, customers: int, t: float, rng: np.random.Generator) -> Purchases:
        """Return simulated purchases of new customers, times by the calendar."""
        bought = self.plain.draw_new(customers, float(self._ahead(t)), rng)
        days = self.running.days_until(self.as_of, bought.time, t * self.running.unit.days)
        return replace(bought, time=days / self.running.unit.days)

    def inside(self, change: Callable[[Living], Living]) -> Living:
        """Return the same future after a change of the plain one: seasons stay where the calendar has them."""
        return replace(self, plain=change(self.plain))

    def age_grid(self, ages: Floats, frequency: float) -> AgeGrid:
        """Return a grid that is even by the clock, on which predictions are smooth; its nodes by the calendar."""
        grid = self.plain.age_grid(self._aged(ages), frequency)
        if grid.matrix is None:
            return AgeGrid(ages, None)
        days = np.interp(grid.nodes, self.behind, np.arange(self.behind.size, dtype=np.float64))
        return AgeGrid(days / self.running.unit.days, grid.matrix)

    def discounted(self, x: Floats, age: Floats, t: float, rate: float) -> Floats:
        """Return the purchases in t, each discounted to T at a continuous rate per unit of the calendar."""
        at_end = self.purchases(x, age, t)
        if rate == 0.0 or t == 0.0:
            return at_end
        return np.asarray(np.exp(-rate * t) * at_end + self._weighed(x, age, t * self.running.unit.days, rate))

    def residual(self, x: Floats, age: Floats, rate: float) -> Floats:
        """Return the discounted purchases to the end of life."""
        return self._weighed(x, age, longest(rate / self.running.unit.days * DAYS_PER_YEAR), rate)

    def _weighed(self, x: Floats, age: Floats, days: float, rate: float) -> Floats:
        known = self.measures.get((days, rate))
        if known is None:
            scale = min(1.0 / rate, self.plain.time_scale)
            known = measure(self.running, self.as_of, days, rate / self.running.unit.days, scale)
            self.measures[days, rate] = known
        return np.asarray(known.weights @ self.plain.purchases_by(x, self._aged(age), known.times))

    def _aged(self, age: Floats) -> Floats:
        days = np.asarray(age) * self.running.unit.days
        return np.interp(days, np.arange(self.behind.size, dtype=np.float64), self.behind)

    def _ahead(self, t: float | Floats) -> Floats:
        return self.running.after(self.as_of, np.asarray(t, dtype=np.float64) * self.running.unit.days)
