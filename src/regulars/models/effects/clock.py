"""A calendar clock shared by all customers: it runs faster in season, slower out of it.

On day d the clock runs at exp(η'w_d), w_d the day's regressors: sine and cosine of the year, a trend, days that are
named. Customers live by it: a model's times are clock times,

    C(d) = Σ_{j ≤ d} exp(η'w_j),   t_x → C(last) - C(first),   T → C(as-of) - C(first)       (1)

and the density of each purchase is in clock time, so that the likelihood of the days themselves has the Jacobian

    Σ_d (repeat purchases on day d) · η'w_d                                                  (2)

without which fits with and without a clock cannot be compared. A first purchase is at the end of its day. One unit
of clock time is one unit in days whose regressors are all zero. The trend stands still after the last day that was
seen: how it goes on is not in the data.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from regulars.errors import InputError
from regulars.models.effects.covariates import check_penalty
from regulars.periods import DAYS_PER_YEAR, date_of

Floats = NDArray[np.float64]
Drives = Literal["both", "purchase", "dropout"]
Marked = Mapping[dt.date, float] | Iterable[dt.date | str]

MOST_WAVES = 12


@dataclass(frozen=True)
class Clock:
    """What the clock may depend on, and what it drives.

    `season` pairs of sine and cosine of the year, a linear `trend` (per year), and `days`: by name the days that
    share an effect, or a number by day; all other days have zero. `drives` is "both" (all of life), or only
    "purchase" or "dropout". The penalty is on the height per customer: log L / customers - penalty·Σ effect².

    >>> Clock(season=1, trend=True, days={"sale": ["2024-11-29"]}).names
    ('clock.cosine1', 'clock.sine1', 'clock.trend', 'clock.sale')
    """

    season: int = 0
    trend: bool = False
    days: Mapping[str, Marked] | None = None
    penalty: float = 0.0
    drives: Drives = "both"

    def __post_init__(self) -> None:
        if not 0 <= self.season <= MOST_WAVES:
            raise InputError(f"a season has 0 to {MOST_WAVES} waves in a year, got {self.season}")
        if self.drives not in {"both", "purchase", "dropout"}:
            raise InputError(f"a clock drives 'both', 'purchase' or 'dropout', not {self.drives!r}")
        check_penalty(self.penalty)
        object.__setattr__(self, "days", self.marks)
        if not self.names:
            raise InputError("a clock needs something to depend on: season, trend or days")

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the effects."""
        waves = [f"clock.{wave}{n}" for n in range(1, self.season + 1) for wave in ("cosine", "sine")]
        return (*waves, *(["clock.trend"] if self.trend else []), *(f"clock.{name}" for name in self.days or {}))

    @property
    def in_words(self) -> str:
        """What the clock depends on: "season and trend"."""
        named = [*["season"] * bool(self.season), *["trend"] * self.trend, *(self.days or {})]
        return " and ".join([", ".join(named[:-1]), named[-1]] if named[1:] else named)

    @property
    def marks(self) -> dict[str, dict[dt.date, float]]:
        """The number on each marked day, by name."""
        return {name: _by_day(name, marked) for name, marked in (self.days or {}).items()}

    def regressors(self, first: dt.date, days: int, seen: dt.date) -> Floats:
        """Return w_d for `days` days from `first` on, shape (days, effects); the trend ends on the day `seen`."""
        columns = [_waves(self.season, first.toordinal(), days)]
        if self.trend:
            since = first.toordinal() - seen.toordinal() + np.arange(days, dtype=np.float64)
            columns.append(np.minimum(since, 0.0)[:, None] / DAYS_PER_YEAR)
        columns += [_column(marks, first, days)[:, None] for marks in self.marks.values()]
        return np.concatenate(columns, axis=1)


@dataclass(frozen=True, eq=False)
class Dial:
    """The regressors of a clock on consecutive days up to `last`, and how far it has run by the end of each."""

    last: dt.date
    regressors: Floats

    @classmethod
    def of(cls, clock: Clock, first: dt.date, last: dt.date, seen: dt.date) -> Dial:
        """Return the dial that starts at the end of the day `first` and reads up to the end of `last`."""
        days = (last - first).days
        return cls(last, clock.regressors(first + dt.timedelta(days=1), days, seen))

    def rates(self, effects: Floats) -> Floats:
        """Return how fast the clock runs on each day."""
        rates: Floats = np.exp(self.regressors @ effects)
        return rates

    def hand(self, effects: Floats) -> Floats:
        """Return C of (1) alone at the end of each day, shape (days + 1, 1)."""
        return np.concatenate([np.zeros(1), np.cumsum(self.rates(effects))])[:, None]

    def hands(self, effects: Floats) -> Floats:
        """Return C of (1) and its derivatives by the effects at the end of each day, shape (days + 1, 1 + effects)."""
        rates = self.rates(effects)[:, None]
        steps = np.concatenate([rates, rates * self.regressors], axis=1)
        return np.concatenate([np.zeros((1, steps.shape[1])), np.cumsum(steps, axis=0)])

    def places(self, before_last: Floats) -> Floats:
        """Return the places on the dial of times given in days before the end of the last day."""
        place = len(self.regressors) - before_last
        whole = np.round(place)
        # Ages in weeks come back as whole days but for rounding.
        return np.where(np.abs(place - whole) < 1e-6, whole, place)


def read(hands: Floats, places: Floats) -> Floats:
    """Return the hands at places on the dial, between the ends of two days in proportion; shape (places, columns)."""
    below = np.minimum(places.astype(np.int64), len(hands) - 1)
    part = (places - below)[:, None]
    if not part.any():
        return hands[below]
    above = np.minimum(below + 1, len(hands) - 1)
    between: Floats = hands[below] * (1.0 - part) + hands[above] * part
    return between


@lru_cache(maxsize=16)
def _waves(season: int, first: int, days: int) -> Floats:
    """Return sine and cosine of the year on consecutive days: a run asks for the same days thousands of times."""
    angle = 2.0 * np.pi * (first + np.arange(days, dtype=np.float64)) / DAYS_PER_YEAR
    waves = np.empty((days, 2 * season))
    for n in range(1, season + 1):
        waves[:, 2 * n - 2], waves[:, 2 * n - 1] = np.cos(n * angle), np.sin(n * angle)
    waves.setflags(write=False)
    return waves


def _by_day(name: str, marked: Marked) -> dict[dt.date, float]:
    pairs = marked.items() if isinstance(marked, Mapping) else ((day, 1.0) for day in marked)
    found = {date_of(day): float(value) for day, value in pairs}
    if not found or not np.isfinite(list(found.values())).all():
        raise InputError(f"the days {name!r} need at least one day, each with a finite number")
    return dict(sorted(found.items()))


def _column(marks: Mapping[dt.date, float], first: dt.date, days: int) -> Floats:
    column = np.zeros(days)
    for day, value in marks.items():
        place = (day - first).days
        if 0 <= place < days:
            column[place] = value
    return column
