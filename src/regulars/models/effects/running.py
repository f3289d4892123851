"""Histories and horizons in clock time, and back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from regulars.errors import InputError
from regulars.models.effects.clock import Clock, Dial, read
from regulars.models.effects.likelihood import places_of
from regulars.models.histories import Floats, Histories
from regulars.periods import Unit

# Days in which every wave of a season comes round, when the trend stands still: four years of 365.25 days.
CYCLE = 1461


@dataclass(frozen=True, eq=False)
class RunningClock:
    """A clock at its effects; `seen` is the last day it was learned from, `unit` that of the fit."""

    clock: Clock
    effects: Floats
    seen: dt.date
    unit: Unit

    def histories(self, histories: Histories) -> Histories:
        """Return the histories in clock time; where they do not say as of which day, it is the day of the fit."""
        as_of = histories.as_of or self.seen
        days = max(1, int(np.ceil(np.round(float(histories.age.max()) * histories.unit.days, 6))))
        dial = Dial.of(self.clock, as_of - dt.timedelta(days=days), as_of, self.seen)
        hands = dial.hand(self.effects) / self.unit.days
        first, last = places_of(dial, histories)
        started = read(hands, first)[:, 0]
        return Histories(
            frequency=histories.frequency,
            recency=read(hands, last)[:, 0] - started,
            age=hands[-1, 0] - started,
            count=histories.count,
            unit=self.unit,
            covariates=histories.covariates,
        )

    def after(self, as_of: dt.date, days: Floats) -> Floats:
        """Return how far the clock runs, in the fit's unit, in so many days after the end of `as_of`."""
        if not days.size or float(days.max()) == 0.0:
            return np.zeros(days.shape)
        if float(days.max()) > CYCLE and as_of >= self.seen and not self.clock.days:
            hands = self._ahead(as_of, CYCLE)[:, 0] / self.unit.days
            round_, rest = np.divmod(days, CYCLE)
            return np.asarray(round_ * hands[-1] + np.interp(rest, np.arange(hands.size, dtype=np.float64), hands))
        hands = self._ahead(as_of, float(days.max()))
        return read(hands, days.ravel())[:, 0].reshape(days.shape) / self.unit.days

    def behind(self, as_of: dt.date, days: int) -> Floats:
        """Return how far the clock ran, in the fit's unit, in the last 0, 1, … `days` days up to the end of `as_of`."""
        hands = Dial.of(self.clock, as_of - dt.timedelta(days=days), as_of, self.seen).hand(self.effects)[:, 0]
        return np.asarray((hands[-1] - hands[::-1]) / self.unit.days)

    def since(self, first: dt.date, histories: Histories) -> Histories:
        """Return in clock time the histories of customers who were all first seen on one day."""
        days = max(1, int(np.ceil(np.round(float(histories.age.max()) * histories.unit.days, 6))))
        dial = Dial.of(self.clock, first, first + dt.timedelta(days=days), self.seen)
        hands = dial.hand(self.effects) / self.unit.days
        return Histories(
            frequency=histories.frequency,
            recency=read(hands, histories.recency * histories.unit.days)[:, 0],
            age=read(hands, histories.age * histories.unit.days)[:, 0],
            count=histories.count,
            unit=self.unit,
        )

    def days_until(self, as_of: dt.date, clock: Floats, within: float) -> Floats:
        """Return in how many days after `as_of` the clock has run so far, which must be `within` days."""
        hands = self._ahead(as_of, within)[:, 0] / self.unit.days
        return np.interp(clock, hands, np.arange(hands.size, dtype=np.float64))

    def _ahead(self, as_of: dt.date, days: float) -> Floats:
        try:
            last = as_of + dt.timedelta(days=max(1, int(np.ceil(days))))
        except OverflowError as error:
            raise InputError(f"a clock cannot run {days:,.0f} days beyond {as_of}: the calendar ends") from error
        return Dial.of(self.clock, as_of, last, self.seen).hand(self.effects)
