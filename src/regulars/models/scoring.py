"""Every prediction for every distinct history: computed once, multiplied by the customer's own scale later.

With P = P(alive) and F the law of M given alive, a mixture over the branches of the customer's future, the
value is V = scale · M with an atom at 0 for those who are gone, so its quantile at level w is

    scale · F⁻¹(1 - (1-w)/P),   and 0 where that level is not above P(N = 0 | alive)        (1)

Histories with the same frequency share everything but their age, and what depends on age is smooth in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from regulars.models.branches import alive
from regulars.models.discounting import discounted, residual
from regulars.models.own_pace import STEADY, OwnPace
from regulars.models.purchase_counts import Mixed, PurchaseCounts, purchase_counts
from regulars.models.threads import pool
from regulars.periods import Period, Unit, discount_rate, length_in

if TYPE_CHECKING:
    from regulars.models.ages import AgeGrid
    from regulars.models.branches import Living
    from regulars.models.histories import Floats, Histories, Integers
    from regulars.models.predictions import Predictions
    from regulars.models.spend.base import SpendFit


@dataclass(frozen=True)
class Question:
    """What is asked of the future: how far, at which quantile levels, at which annual discount.

    `own` says how far customers' own paces in that time may differ from what they were.
    """

    horizon: Period
    levels: tuple[float, ...]
    discount: float
    own: OwnPace = STEADY


@dataclass(frozen=True, eq=False)
class Scores:
    """Predictions per history; values are multiples of a customer's scale.

    `purchases` and `squared` are E[N] and E[N²] in the horizon, `discounted` and `residual` the purchases
    discounted to the as-of day, in the horizon and to the end of life (NaN at a discount of zero);
    `quantile` has shape (levels, histories).
    """

    probability_alive: Floats
    purchases: Floats
    squared: Floats
    probability_purchase: Floats
    discounted: Floats
    residual: Floats
    quantile: Floats

    def take(self, rows: Integers) -> Scores:
        """Return the predictions of some histories."""
        return Scores(**{field.name: getattr(self, field.name)[..., rows] for field in fields(self)})


def score(
    fit: Predictions, spend: SpendFit, histories: Histories, n_obs: Floats, question: Question, *, threads: int = 1
) -> Scores:
    """Return the predictions for histories in the fit's unit; `n_obs` counts the values behind each one's spend."""
    (scores,) = score_each(fit, ((spend, n_obs),), histories, question, threads=threads)
    return scores


def score_each(
    fit: Predictions,
    spends: Sequence[tuple[SpendFit, Floats]],
    histories: Histories,
    question: Question,
    *,
    threads: int = 1,
) -> list[Scores]:
    """Return the predictions under several models of spend, whose futures in purchases are the same."""
    branches = question.own.over(fit.branches(histories))
    livings = [branch.living for branch in branches]
    weight = np.stack([branch.weight for branch in branches])
    still = alive(weight)
    expected = np.empty((5, len(histories)))
    quantiles = np.empty((len(spends), len(question.levels), len(histories)))

    def work(rows: Integers) -> None:
        future = _Futures.of(livings, histories.frequency[rows[0]], histories.age[rows], question, fit.unit)
        expected[:, rows] = future.expected(weight[:, rows])
        for place, (spend, n_obs) in enumerate(spends):
            for alike in _groups(n_obs[rows]):
                some = rows[alike]
                quantiles[place][:, some] = future.quantiles(
                    spend, float(n_obs[some[0]]), alike, weight[:, some], question.levels
                )

    for _ in pool(threads).map(work, _groups(histories.frequency)):
        pass
    purchases, squared, buys, soon, ever = expected
    return [Scores(still, purchases, squared, buys, soon, ever, quantile) for quantile in quantiles]


@dataclass(frozen=True, eq=False)
class _Futures:
    """The futures of living customers of one frequency: by branch and distinct age, and which age each history has."""

    age: Integers
    ages: int
    counts: PurchaseCounts
    moments: list[Floats]

    @classmethod
    def of(cls, livings: Sequence[Living], frequency: float, ages: Floats, question: Question, unit: Unit) -> _Futures:
        distinct, age = np.unique(ages, return_inverse=True)
        grids = [living.age_grid(distinct, frequency) for living in livings]
        counts = purchase_counts(livings, frequency, grids, length_in(unit, question.horizon))
        variance = np.split(counts.variance(), len(livings))
        buys = np.split(1.0 - counts.none, len(livings))
        moments = []
        for place, (living, grid) in enumerate(zip(livings, grids, strict=True)):
            purchases, soon, ever = _expectations(living, frequency, grid, question, unit)
            moments.append(np.stack([purchases, variance[place] + purchases**2, buys[place], soon, ever]))
        return cls(age, distinct.size, counts, moments)

    def expected(self, weight: Floats) -> Floats:
        """Return what the branches lead to on average, per history; `weight` are their chances."""
        first, *others = zip(self.moments, weight, strict=True)
        total = first[0][:, self.age] * first[1]
        for moments, chance in others:
            total += moments[:, self.age] * chance
        return total

    def quantiles(
        self, spend: SpendFit, n_obs: float, rows: Integers, weight: Floats, levels: tuple[float, ...]
    ) -> Floats:
        """Return (1) per level and history, for some rows of this frequency with as many values of spend."""
        still = alive(weight)
        with np.errstate(
            divide="ignore", over="ignore"
        ):  # (almost) nobody left alive: far below the level of any count
            level = 1.0 - (1.0 - np.array(levels))[:, None] / still
        mixed = self._mixed(rows, weight, still)
        if not (level > mixed.of(self.counts.none)).any():
            return np.zeros(level.shape)
        at_each_level = mixed.take(np.tile(np.arange(rows.size), len(levels)))
        return spend.quantiles(self.counts, n_obs, at_each_level, level.ravel()).reshape(level.shape)

    def _mixed(self, rows: Integers, weight: Floats, still: Floats) -> Mixed:
        """Return the rows of the counts that are each history's future, with their shares given alive."""
        age = self.age[rows]
        if len(weight) == 1:
            return Mixed.single(age)
        gone = still == 0.0
        share = np.where(gone, 1.0 / len(weight), weight / np.where(gone, 1.0, still))
        return Mixed(age + self.ages * np.arange(len(weight))[:, None], share)


def _expectations(living: Living, frequency: float, grid: AgeGrid, question: Question, unit: Unit) -> Iterator[Floats]:
    """Yield the expected, discounted and residual purchases of living customers by age."""
    x = np.full(grid.nodes.shape, frequency)
    t, rate = length_in(unit, question.horizon), discount_rate(question.discount, unit)
    bought = grid.spread(living.purchases(x, grid.nodes, t))
    yield bought
    yield bought if rate == 0.0 else grid.spread(discounted(living, x, grid.nodes, t, rate))
    if rate > 0.0:
        yield grid.spread(residual(living, x, grid.nodes, rate))
    else:
        yield np.full(grid.spread(x).shape, np.nan)


def _groups(values: Floats) -> list[Integers]:
    """Return the rows of each distinct value, in their order."""
    order = np.argsort(values, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(values[order])) + 1)
