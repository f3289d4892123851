"""Every way to forecast, at every origin, measured alike and put in order.

A contender is judged by its skill, 1 - CRPS / CRPS of climatology, averaged over origins, of money where there is
money. Two contenders are compared customer by customer: the difference of their scores has a standard error.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from regulars.models.fit import Fit
from regulars.models.threads import pool
from regulars.periods import Unit
from regulars.valuation.backtest.baselines import Both, Past
from regulars.valuation.backtest.contenders import Contender, SpendOn
from regulars.valuation.backtest.measures import Measures, measured
from regulars.valuation.backtest.origins import Origins

YARDSTICK = "climatology"
# A score worse by less than this share of it is the same score.
NEGLIGIBLE = 1e-4


@dataclass(frozen=True, eq=False)
class Trial:
    """One contender or baseline at one origin: measures of its purchases, and of its money where there is some."""

    purchases: Measures
    value: Measures | None

    @property
    def judged(self) -> Measures:
        """The measures it is judged by."""
        return self.purchases if self.value is None else self.value


MODEL, LEARNER, PLAIN = "model", "learner", "plain rule"


@dataclass(frozen=True, eq=False)
class Entrant:
    """A way to forecast, with what it said at each origin and how that was measured; `reason` says why there is none.

    A model has its fits too, one per origin, and a `contender` that knows the way to tell the spend.
    """

    name: str
    title: str
    kind: str
    contender: Contender | None = None
    trials: tuple[Trial, ...] = ()
    said: tuple[Both, ...] = ()
    fits: tuple[Fit, ...] = ()
    reason: str = ""

    def slim(self) -> Entrant:
        """Return the entrant without what it said of single customers."""
        return replace(self, said=(), fits=())


@dataclass(frozen=True, eq=False)
class Round:
    """What was known at one origin: the customers, and their spend by each way to tell it."""

    past: Past
    spend: SpendOn


@dataclass(frozen=True, eq=False)
class League:
    """Everything that was tried, the best first; entrants without trials last. Rounds and trials: latest first."""

    origins: Origins
    terms: Terms
    rounds: tuple[Round, ...]
    entrants: tuple[Entrant, ...]

    def skill(self, entrant: Entrant, first: int = 0) -> float | None:
        """Return the average over origins, from `first` on, of 1 - CRPS over climatology's; None without a trial."""
        yardstick = next(one for one in self.entrants if one.name == YARDSTICK)
        skills = [
            1.0 - trial.judged.crps / beside.judged.crps
            for trial, beside in zip(entrant.trials[first:], yardstick.trials[first:], strict=False)
            if beside.judged.crps > 0.0
        ]
        return sum(skills) / len(skills) if skills else None

    def behind(self, entrant: Entrant, other: Entrant) -> tuple[float, float] | None:
        """Return how much worse `entrant` scores than `other` per customer, and the standard error of that."""
        pairs = zip(entrant.trials, other.trials, strict=False)
        gaps = [trial.judged.scores - beside.judged.scores for trial, beside in pairs]
        if not gaps:
            return None
        together = np.concatenate(gaps).astype(np.float64)
        return float(together.mean()), float(together.std() / math.sqrt(together.size))

    @property
    def contenders(self) -> tuple[Entrant, ...]:
        """Those that can be chosen, the best first: what was tried and is no plain rule."""
        return tuple(one for one in self.entrants if one.kind != PLAIN and one.trials)

    @property
    def best(self) -> Entrant | None:
        """The best of the contenders; None where none could be tried."""
        return self.contenders[0] if self.contenders else None


@dataclass(frozen=True)
class Terms:
    """What a league is held on: the models by name, the unit of their times, whether there is money, the seed.

    With `seconds`, what comes after them is not tried; `learners` says whether learners are to be.
    """

    models: tuple[str, ...]
    unit: Unit
    has_money: bool
    keep_zero: bool
    seed: int
    seconds: float | None = None
    learners: bool = False


def trials_of(said: Sequence[Both], rounds: Sequence[Round], terms: Terms, *, threads: int) -> tuple[Trial, ...]:
    """Return how good forecasts were at each origin."""
    judge = partial(judged, terms=terms)
    return tuple(pool(threads).map(judge, said, [one.past for one in rounds]))


def judged(both: Both, past: Past, terms: Terms) -> Trial:
    """Return how good forecasts were at an origin."""
    purchases = measured(both.purchases, past.now.purchases_later, seed=terms.seed)
    return Trial(purchases, measured(both.value, past.now.value_later, seed=terms.seed) if terms.has_money else None)
