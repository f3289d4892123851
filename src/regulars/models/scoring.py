"""Every prediction for every distinct history: computed once, multiplied by the customer's own scale later.

With P = P(alive) and F the law of M given alive, a customer's future value is V = scale · M with an
atom at 0 for those who are gone, so its quantile at level w is

    scale · F⁻¹(1 - (1-w)/P),   and 0 where that level is not above P(N = 0 | alive)        (1)

Histories with the same frequency share everything but their age, and what depends on age is smooth in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regulars.models.ages import AgeGrid, age_grid
from regulars.models.discounting import discounted, residual
from regulars.models.purchase_counts import PurchaseCounts, purchase_counts
from regulars.models.threads import pool
from regulars.periods import Period, discount_rate, length_in

if TYPE_CHECKING:
    from regulars.models.fit import Fit
    from regulars.models.histories import Floats, Histories, Integers
    from regulars.models.spend.base import SpendFit


@dataclass(frozen=True)
class Question:
    """What is asked of the future: how far, at which quantile levels, at which annual discount."""

    horizon: Period
    levels: tuple[float, ...]
    discount: float


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


def score(
    fit: Fit, spend: SpendFit, histories: Histories, n_obs: Floats, question: Question, *, threads: int = 1
) -> Scores:
    """Return the predictions for histories in the fit's unit; `n_obs` counts the values behind each one's spend."""
    (scores,) = score_each(fit, ((spend, n_obs),), histories, question, threads=threads)
    return scores


def score_each(
    fit: Fit, spends: Sequence[tuple[SpendFit, Floats]], histories: Histories, question: Question, *, threads: int = 1
) -> list[Scores]:
    """Return the predictions under several models of spend, whose futures in purchases are the same."""
    alive = fit.probability_alive(histories)
    living = np.empty((5, len(histories)))
    quantiles = np.empty((len(spends), len(question.levels), len(histories)))

    def work(rows: Integers) -> None:
        future = _Living.of(fit, histories.frequency[rows[0]], histories.age[rows], question)
        living[:, rows] = future.moments[:, future.age]
        for place, (spend, n_obs) in enumerate(spends):
            for alike in _groups(n_obs[rows]):
                some = rows[alike]
                quantiles[place][:, some] = future.quantiles(
                    spend, float(n_obs[some[0]]), alike, alive[some], question.levels
                )

    for _ in pool(threads).map(work, _groups(histories.frequency)):
        pass
    purchases, squared, buys, soon, ever = alive * living
    return [Scores(alive, purchases, squared, buys, soon, ever, quantile) for quantile in quantiles]


@dataclass(frozen=True, eq=False)
class _Living:
    """The future of living customers of one frequency: by distinct age, and which age each history has."""

    age: Integers
    counts: PurchaseCounts
    moments: Floats

    @classmethod
    def of(cls, fit: Fit, frequency: float, ages: Floats, question: Question) -> _Living:
        distinct, age = np.unique(ages, return_inverse=True)
        grid = age_grid(distinct, fit.model.time_scale(fit.theta), frequency)
        counts = purchase_counts(fit.model, fit.theta, frequency, grid, length_in(fit.unit, question.horizon))
        purchases, soon, ever = _expectations(fit, frequency, grid, question)
        return cls(age, counts, np.stack([purchases, counts.average(counts.number**2), 1.0 - counts.none, soon, ever]))

    def quantiles(
        self, spend: SpendFit, n_obs: float, rows: Integers, alive: Floats, levels: tuple[float, ...]
    ) -> Floats:
        """Return (1) per level and history, for some rows of this frequency with as many values of spend."""
        with np.errstate(divide="ignore"):  # nobody left alive: the level is minus infinity, below any count
            level = 1.0 - (1.0 - np.array(levels))[:, None] / alive
        age = self.age[rows]
        if not (level > self.counts.none[age]).any():
            return np.zeros(level.shape)
        ages = np.broadcast_to(age, level.shape)
        return spend.quantiles(self.counts, n_obs, ages.ravel(), level.ravel()).reshape(level.shape)


def _expectations(fit: Fit, frequency: float, grid: AgeGrid, question: Question) -> Iterator[Floats]:
    """Yield the expected, discounted and residual purchases of living customers by age."""
    model, theta = fit.model, fit.theta
    x = np.full(grid.nodes.shape, frequency)
    t, rate = length_in(fit.unit, question.horizon), discount_rate(question.discount, fit.unit)
    yield grid.spread(model.living_purchases(theta, x, grid.nodes, t))
    yield grid.spread(discounted(model, theta, x, grid.nodes, t, rate))
    if rate > 0.0:
        yield grid.spread(residual(model, theta, x, grid.nodes, rate))
    else:
        yield np.full(grid.spread(x).shape, np.nan)


def _groups(values: Floats) -> list[Integers]:
    """Return the rows of each distinct value, in their order."""
    order = np.argsort(values, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(values[order])) + 1)
