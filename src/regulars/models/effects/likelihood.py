"""The likelihood of a customer base whose customers, or days, differ: every model's own, moved.

Covariates move the logarithms of the parameters from customer to customer, a clock the times. So with the log L of
the plain model, f its arguments and u one effect,

    ∂ log L/∂u = Σ_k (∂ log L/∂ log θ_k)(∂ log θ_k/∂u) + (∂ log L/∂t_x)(∂t_x/∂u) + (∂ log L/∂T)(∂T/∂u)     (1)

The models give the first; the two by time follow for any model whose customers buy at a gamma-distributed rate:
waiting on without a purchase costs the purchase rate of those alive, and stretching all times by c with the
parameters that are times changes the density by c^(-x):

    ∂ log L/∂T = -P(alive) (r+x)/(α+T)                                                      (2)
    t_x ∂ log L/∂t_x = -x - T ∂ log L/∂T - Σ_k time_k ∂ log L/∂ log θ_k                     (3)
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from regulars.errors import NotApplicable
from regulars.models.effects.clock import Clock, Dial, read
from regulars.models.effects.covariates import Covariates
from regulars.models.effects.moves import moves_of, row_of
from regulars.models.histories import Histories
from regulars.models.likelihood import in_blocks
from regulars.models.transaction_model import TransactionModel

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Timed:
    """How a base lives on a dial: where each history starts and last bought, and the repeat purchases of each day."""

    dial: Dial
    first: Floats
    last: Floats
    repeats: Floats
    days_per_unit: float

    @classmethod
    def of(cls, clock: Clock, histories: Histories) -> Timed:
        """Return the base on the dial of `clock`.

        Raises `NotApplicable` where the as-of day or the repeat purchases by day are not known.
        """
        if histories.as_of is None or not histories.purchases_by_day:
            raise NotApplicable("a clock is learned from the calendar: histories need as_of and purchases_by_day")
        per_unit = histories.unit.days
        days = int(np.ceil(np.round(float(histories.age.max()) * per_unit, 6)))
        opened = histories.as_of - dt.timedelta(days=days)
        dial = Dial.of(clock, opened, histories.as_of, histories.as_of)
        repeats = np.zeros(days)
        for day, number in histories.purchases_by_day.items():
            repeats[(day - opened).days - 1] = number
        first, last = places_of(dial, histories)
        return cls(dial, first, last, repeats, per_unit)


def places_of(dial: Dial, histories: Histories) -> tuple[Floats, Floats]:
    """Return where on the dial, which ends on the as-of day, each history starts and last bought."""
    days = histories.unit.days
    return dial.places(histories.age * days), dial.places((histories.age - histories.recency) * days)


class EffectsLikelihood:
    """Log-likelihood per customer, by the logarithms of the parameters and then the effects, at unit scale.

    Inside, covariates have mean 0 and deviation 1 and days at most 1; `to_reported` is the matrix from there to the
    logarithms of the parameters at covariates of zero and the effects per unit.
    """

    def __init__(
        self, model: TransactionModel, covariates: Covariates, clock: Clock | None, histories: Histories, threads: int
    ) -> None:
        self._model, self._histories, self._threads = model, histories, threads
        self._timed = None if clock is None else Timed.of(clock, histories)
        self._moves = covariates.moves(model)
        values = covariates.values(histories)
        share = histories.count / histories.count.sum()
        centre = share @ values
        deviation = np.sqrt(share @ (values - centre) ** 2)
        _refuse_constant(covariates.columns, deviation)
        self._values = (values - centre) / deviation
        reach = np.zeros(0) if self._timed is None else np.abs(self._timed.dial.regressors).max(axis=0)
        _refuse_constant(() if clock is None else clock.names, reach)
        self.parameters, self.covariates = len(model.parameters), len(covariates.names)
        scale = np.concatenate([deviation, reach])
        self.to_reported = np.diag(np.concatenate([np.ones(self.parameters), 1.0 / scale]))
        own = slice(self.parameters, self.parameters + self.covariates)
        self.to_reported[: self.parameters, own] = -(self._moves * (centre / deviation)[:, None]).T
        penalties = np.concatenate([covariates.penalties, np.full(reach.size, 0.0 if clock is None else clock.penalty)])
        self._penalties = penalties / scale**2
        self._reach = reach
        self._time = row_of(model, moves_of(model).time)

    @property
    def size(self) -> int:
        """Number of parameters and effects."""
        return len(self.to_reported)

    def __call__(self, point: Floats) -> tuple[float, Floats]:
        """Return the penalised height per customer and its gradient."""
        value, gradient = self.unpenalised(point)
        effects = point[self.parameters :]
        gradient[self.parameters :] -= 2.0 * self._penalties * effects
        return value - float(self._penalties @ effects**2), gradient

    def unpenalised(self, point: Floats) -> tuple[float, Floats]:
        """Return log L / customers and its gradient."""
        hands = None if self._timed is None else self._hands(self._timed, point)
        rows, size = len(self._histories), self._model.cached_rows
        sums = in_blocks(rows, size, lambda block: self._block(point, hands, block), self._threads)
        value, gradient = sum(s[0] for s in sums), np.sum([s[1] for s in sums], axis=0)
        if self._timed is not None:
            regressors = self._timed.dial.regressors / self._reach
            value += float(self._timed.repeats @ (regressors @ self._clock(point)))
            gradient[self.parameters + self.covariates :] += self._timed.repeats @ regressors
        customers = self._histories.customers_total
        return value / customers, gradient / customers

    def _clock(self, point: Floats) -> Floats:
        return point[self.parameters + self.covariates :]

    def _hands(self, timed: Timed, point: Floats) -> Floats:
        hands = timed.dial.hands(self._clock(point) / self._reach) / timed.days_per_unit
        hands[:, 1:] /= self._reach
        return hands

    def _block(self, point: Floats, hands: Floats | None, rows: slice) -> tuple[float, Floats]:
        h = self._histories
        x, count = h.frequency[rows], h.count[rows]
        recency, age = h.recency[rows], h.age[rows]
        slopes = np.zeros((2, recency.size, 0))
        if hands is not None and self._timed is not None:
            started = read(hands, self._timed.first[rows])
            since_last, since_end = read(hands, self._timed.last[rows]) - started, hands[-1] - started
            recency, age = since_last[:, 0], since_end[:, 0]
            slopes = np.stack([since_last[:, 1:], since_end[:, 1:]])
        theta = self._theta(point, rows)
        value, gradient = self._model.log_likelihood(theta, x, recency, age)
        by_log = np.stack([slope * parameter for slope, parameter in zip(gradient, theta, strict=True)])
        parts = [by_log @ count, ((by_log * count) @ self._values[rows] * self._moves.T).sum(axis=0)]
        if hands is not None:
            by_recency, by_age = self._by_times(theta, x, recency, age, by_log)
            parts.append((by_recency * count) @ slopes[0] + (by_age * count) @ slopes[1])
        return float(value @ count), np.concatenate(parts)

    def _theta(self, point: Floats, rows: slice) -> Floats:
        """Return the parameters: one number each, or one per history where a covariate moves it."""
        base = point[: self.parameters]
        if not self.covariates:
            return np.exp(base)
        effects = point[self.parameters : self.parameters + self.covariates]
        return moved_theta(base, (self._values[rows] * effects) @ self._moves, self._moves)

    def _by_times(
        self, theta: Floats, x: Floats, recency: Floats, age: Floats, by_log: Floats
    ) -> tuple[Floats, Floats]:
        """Return (3) and (2), the derivatives of log L by t_x and by T."""
        alive = sum(branch.weight for branch in self._model.branches(theta, x, recency, age))
        by_age = -alive * (theta[0] + x) / (theta[1] + age)
        stretched = -x - age * by_age - self._time @ by_log
        return np.where(x > 0.0, stretched / np.where(recency > 0.0, recency, 1.0), 0.0), by_age


def moved_theta(base: Floats, moved: Floats, moves: Floats) -> Floats:
    """Return exp(base + moved) per parameter: an array over histories where some effect moves it, else a number.

    The models take both, because their formulas are the same; a number where nothing moves keeps what they
    compute once for all histories.
    """
    moved_by = [
        np.exp(base[k] + moved[:, k]) if moves[:, k].any() else float(np.exp(base[k])) for k in range(base.size)
    ]
    # The models unpack the parameters and broadcast: numbers and arrays are alike to them.
    return cast("Floats", moved_by)


def _refuse_constant(names: tuple[str, ...], spread: Floats) -> None:
    same = [name for name, size in zip(names, spread, strict=True) if not size > 0.0]
    if same:
        raise NotApplicable(f"{', '.join(same)} never differs in these data: its effect cannot be learned")
