"""A model whose customers differ by covariates: predictions from parameters of each customer's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regulars.models.branches import Branch
from regulars.models.certificate import Certificate
from regulars.models.effects.covariates import Covariates
from regulars.models.effects.likelihood import moved_theta
from regulars.models.fit import Fit
from regulars.models.histories import Floats, Histories
from regulars.models.predictions import Predictions
from regulars.periods import Period, Unit

if TYPE_CHECKING:
    from regulars.models.transaction_model import TransactionModel


@dataclass(frozen=True, eq=False)
class Moved(Predictions):
    """A model at parameters that covariates move: `theta` at covariates of zero, `effects` per unit.

    `covariance` is that of the logarithms of `theta` and the effects on customers. Histories are in `unit`.
    """

    model: TransactionModel
    theta: Floats
    unit: Unit
    covariates: Covariates
    effects: Floats
    covariance: Floats
    customers: float

    def branches(self, histories: Histories) -> tuple[Branch, ...]:
        """Return the futures of these customers, each at parameters of its own."""
        moves = self.covariates.moves(self.model)
        shift = (self.covariates.values(histories) * self.effects) @ moves
        theta = moved_theta(np.log(self.theta), shift, moves)
        return self.model.branches(theta, histories.frequency, histories.recency, histories.age)

    def purchases_pmf(self, histories: Histories, t: float | Period, n: ArrayLike) -> Floats:
        """Return P(n purchases in the `t` after T), shape (histories, len(n)); one pass per set of covariates."""
        pmf = np.empty((len(histories), np.atleast_1d(n).size))
        for rows, fit in self.patterns(histories):
            pmf[rows] = fit.purchases_pmf(histories.take(rows), t, n)
        return pmf

    def discounted_purchases(self, histories: Histories, t: float | Period, discount: float) -> Floats:
        """Return the purchases in the `t` after T discounted to T, per history; one pass per set of covariates."""
        return self._in_turn(histories, lambda fit, some: fit.discounted_purchases(some, t, discount))

    def residual_purchases(self, histories: Histories, discount: float) -> Floats:
        """Return the discounted purchases to the end of life, per history; one pass per set of covariates."""
        return self._in_turn(histories, lambda fit, some: fit.residual_purchases(some, discount))

    def _in_turn(self, histories: Histories, ask: Callable[[Fit, Histories], Floats]) -> Floats:
        answer = np.empty(len(histories))
        for rows, fit in self.patterns(histories):
            answer[rows] = ask(fit, histories.take(rows))
        return answer

    def patterns(self, histories: Histories) -> Iterator[tuple[NDArray[np.int64], Fit]]:
        """Yield the rows that share their covariates, with the plain fit that holds for them."""
        if not self.covariates.names:
            yield np.arange(len(histories)), self.fit_at(np.zeros(0))
            return
        distinct, which = np.unique(self.covariates.values(histories), axis=0, return_inverse=True)
        order = np.argsort(which.ravel(), kind="stable")
        groups = np.split(order, np.cumsum(np.bincount(which.ravel()))[:-1])
        for values, rows in zip(distinct, groups, strict=True):
            yield rows, self.fit_at(values)

    def fit_at(self, values: Floats) -> Fit:
        """Return the plain fit of customers with these covariates, one value per effect."""
        design = values[:, None] * self.covariates.moves(self.model)
        outward = np.concatenate([np.eye(self.theta.size), design.T], axis=1)
        # A parameter without a standard error must not take those it has nothing to do with along.
        unknown = np.isnan(np.diag(self.covariance))
        covariance = outward @ np.nan_to_num(self.covariance) @ outward.T
        lost = (np.abs(outward[:, unknown]) > 0.0).any(axis=1)
        covariance[lost, :] = covariance[:, lost] = np.nan
        theta = np.exp(np.log(self.theta) + self.effects @ design)
        return Fit(self.model, theta, self.unit, np.nan, self.customers, covariance, Certificate(()))
