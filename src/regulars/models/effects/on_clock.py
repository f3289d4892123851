"""A model on a clock, asked by the calendar: what scores, totals, pools and pages take, they take of it as well.

Ages and horizons go in by the calendar and are read off the clock as of one day, ages backwards from it and horizons
ahead, so each branch of the future is that of the plain model in clock time. Its parameters are those of the plain
model, then e to the power of the effects of days, because all that is drawn or moved is the logarithm of parameters.
What describes customers apart from any day (their pace, how long they stay) is told on the average of the year.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regulars.errors import NotApplicable
from regulars.models.assumptions import NO_CALENDAR
from regulars.models.branches import Branch
from regulars.models.effects.clock import Clock, Dial
from regulars.models.effects.living_on_clock import LivingOnClock
from regulars.models.effects.moves import moves_of, row_of
from regulars.models.effects.running import CYCLE, RunningClock
from regulars.models.histories import Histories
from regulars.periods import Unit

if TYPE_CHECKING:
    from regulars.models.effects.clock_fit import ClockFit
    from regulars.models.histories import Floats
    from regulars.models.laws import Law
    from regulars.models.likelihood_ratio import Place
    from regulars.models.transaction_model import TransactionModel

NO_LIKELIHOOD = "on a clock the likelihood needs the repeat purchases of each day: fit WithEffects(model, clock=...)"


@dataclass(frozen=True)
class OnClock:
    """A model whose customers live by a clock; `seen` is the day the clock was learned on, ages end on `as_of`."""

    plain: TransactionModel
    clock: Clock
    seen: dt.date
    as_of: dt.date
    unit: Unit

    @property
    def name(self) -> str:
        """The name of the plain model, and that it is on a clock."""
        return f"{self.plain.name}+clock"

    @property
    def title(self) -> str:
        """The title of the plain model, and what its clock depends on."""
        return f"{self.plain.title} with {self.clock.in_words}"

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters of the plain model, then the effects."""
        return (*self.plain.parameters, *self.clock.names)

    @property
    def has_dropout(self) -> bool:
        """Whether customers may stop for good."""
        return self.plain.has_dropout

    @property
    def likelihood_kind(self) -> str:
        """What the likelihood is a density of: with the clock's Jacobian, of the same as that of the plain model."""
        return self.plain.likelihood_kind

    @property
    def special_cases(self) -> dict[str, Place]:
        """The models that this one may end at, on the same clock, and where they lie in its parameters."""
        plain: dict[str, Place] = getattr(self.plain, "special_cases", {})
        return {f"{name}+clock": place for name, place in plain.items()}

    @property
    def cached_rows(self) -> int:
        """How many histories to evaluate at a time."""
        return self.plain.cached_rows

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What the plain model takes for granted, by the clock, and what the clock does."""
        return (
            f"All customers live by one calendar, with {self.clock.in_words}: what follows is meant by that clock.",
            *(["The season comes back every year as it was."] if self.clock.season else []),
            *(["The trend stops on the as-of day: how it goes on is not known."] if self.clock.trend else []),
            *(sentence for sentence in self.plain.assumptions if sentence != NO_CALENDAR),
        )

    def running(self, theta: Floats) -> RunningClock:
        """Return the clock at its effects."""
        return RunningClock(self.clock, np.log(theta[len(self.plain.parameters) :]), self.seen, self.unit)

    def inside(self, theta: Floats) -> Floats:
        """Return the parameters of the plain model, by the clock."""
        return theta[: len(self.plain.parameters)]

    def branches(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> tuple[Branch, ...]:
        """Return the futures of the plain model by the clock, asked by the calendar."""
        running = self.running(theta)
        histories = Histories(frequency=x, recency=recency, age=age, unit=self.unit, as_of=self.as_of)
        h = running.histories(histories)
        branches = self.plain.branches(self.inside(theta), h.frequency, h.recency, h.age)
        oldest = float(histories.age.max())
        return tuple(
            Branch(branch.weight, LivingOnClock.of(branch.living, running, self.as_of, oldest)) for branch in branches
        )

    def hands(self, theta: Floats, first: dt.date, days: int) -> Floats:
        """Return how far the clock has run, in the fit's unit, by the end of `first` and of so many days after it."""
        dial = Dial.of(self.clock, first, first + dt.timedelta(days=days), self.seen)
        return np.asarray(dial.hand(self.running(theta).effects)[:, 0] / self.unit.days)

    def over_the_year(self, theta: Floats) -> Floats:
        """Return how fast the clock runs on each day of the four years after it was learned, against their average."""
        rates = np.diff(self.hands(theta, self.seen, CYCLE))
        return np.asarray(rates / rates.mean())

    def by_the_year(self, theta: Floats) -> Floats:
        """Return the parameters of the plain model in units of the average year ahead."""
        speed = float(self.hands(theta, self.seen, CYCLE)[-1]) * self.unit.days / CYCLE
        time = row_of(self.plain, moves_of(self.plain).time)
        moved: Floats = self.inside(theta) * speed**-time
        return moved

    def pace_law(self, theta: Floats) -> Law:
        """Return how new customers differ in pace, on the average of the year."""
        return self.plain.pace_law(self.by_the_year(theta))

    def dropout_law(self, theta: Floats) -> Law | None:
        """Return how new customers differ in leaving, on the average of the year."""
        return self.plain.dropout_law(self.by_the_year(theta))

    def time_scale(self, theta: Floats) -> float:
        """Return the shortest time on which predictions change with age."""
        return self.plain.time_scale(self.by_the_year(theta))

    def lasting(self, theta: Floats, t: Floats) -> Floats:
        """Return P(a customer new on the as-of day has not dropped out t units after the first purchase)."""
        days = np.asarray(t, dtype=np.float64) * self.unit.days
        return self.plain.lasting(self.inside(theta), self.running(theta).after(self.as_of, days))

    def mean_lifetime(self, theta: Floats) -> float:
        """Return the mean time to dropout, on the average of the year."""
        return self.plain.mean_lifetime(self.by_the_year(theta))

    def fit(self, histories: Histories, *, threads: int = 1) -> ClockFit:
        """Return the fit to histories with their as-of day and the repeat purchases of each day; raises as it does."""
        from regulars.models.effects.clock_fit import by_calendar  # noqa: PLC0415 - fits hold their model
        from regulars.models.effects.fitting import WithEffects  # noqa: PLC0415 - as above

        return by_calendar(WithEffects(self.plain, clock=self.clock).fit(histories, threads=threads))

    def starts(self, rate: float, age: float) -> list[Floats]:
        """Raises `NotApplicable`: a clock is fitted to days, which are not in histories alone."""
        raise NotApplicable(NO_LIKELIHOOD)

    def log_likelihood(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> tuple[Floats, Floats]:
        """Raises `NotApplicable`: without the days of the purchases the likelihood of a clock is not known."""
        raise NotApplicable(NO_LIKELIHOOD)
