"""A fitted model of purchases: parameters, how sure they are, and every prediction made from them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from regulars.errors import NotApplicable
from regulars.models.certificate import Certificate
from regulars.models.discounting import discounted, residual
from regulars.models.histories import Floats, Histories
from regulars.models.lives import Purchases, simulate
from regulars.periods import Period, Unit, discount_rate, length_in

if TYPE_CHECKING:
    from regulars.models.transaction_model import TransactionModel

SCHEMA = 1


@dataclass(frozen=True, eq=False)
class Fit:
    """A model at its parameters; times without a unit are in the unit of the histories it was fitted on.

    `covariance` is that of the logarithms of the parameters, NaN where a parameter has no standard error.
    """

    model: TransactionModel
    theta: Floats
    unit: Unit
    log_likelihood: float
    customers: float
    covariance: Floats
    certificate: Certificate

    @property
    def params(self) -> dict[str, float]:
        """Parameters by name, in the order of the paper."""
        return dict(zip(self.model.parameters, self.theta.tolist(), strict=True))

    @property
    def standard_errors(self) -> dict[str, float]:
        """Standard errors of the parameters (delta method); NaN where there is none, see the certificate."""
        errors = self.theta * np.sqrt(np.diag(self.covariance))
        return dict(zip(self.model.parameters, errors.tolist(), strict=True))

    @property
    def aic(self) -> float:
        """Akaike's criterion, 2k - 2 log L."""
        return 2.0 * self.theta.size - 2.0 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Schwarz's criterion, k log(customers) - 2 log L."""
        return float(self.theta.size * np.log(self.customers) - 2.0 * self.log_likelihood)

    def probability_alive(self, histories: Histories) -> Floats:
        """Return P(still a customer at T) per history."""
        h = self._in_unit(histories)
        log_odds = self.model.log_odds_dropped(self.theta, h.frequency, h.recency, h.age)
        return np.exp(-np.logaddexp(0.0, log_odds))

    def expected_purchases(self, histories: Histories, t: float | Period) -> Floats:
        """Return the expected purchases in the `t` after T, per history."""
        h, length = self._in_unit(histories), length_in(self.unit, t)
        living = self.model.living_purchases(self.theta, h.frequency, h.age, length)
        return self.probability_alive(h) * living

    def purchases_pmf(self, histories: Histories, t: float | Period, n: ArrayLike) -> Floats:
        """Return P(n purchases in the `t` after T), shape (histories, len(n)).

        With p = P(alive): P(0) = 1 - p + p·P(0 | alive) and P(n) = p·P(n | alive) beyond.
        """
        h, length = self._in_unit(histories), length_in(self.unit, t)
        number = np.atleast_1d(np.asarray(n, dtype=np.float64))
        alive = self.probability_alive(h)[:, None]
        nothing = (number == 0.0).astype(np.float64)
        if length == 0.0:
            return np.broadcast_to(nothing, (len(h), number.size)).copy()
        living = self.model.living_pmf(self.theta, h.frequency, h.age, length, number)
        return (1.0 - alive) * nothing + alive * living

    def expected_purchases_new(self, t: float | Period) -> float:
        """Return the expected repeat purchases of a new customer in the `t` after the first."""
        return float(self.expected_purchases(self._new_customer(), t)[0])

    def expected_purchases_path(self, times: Floats) -> Floats:
        """Return the expected repeat purchases of a new customer by each of `times` (fit's unit) after the first."""
        new = self._new_customer()
        zero = np.zeros(times.shape)
        return self.probability_alive(new)[0] * self.model.living_purchases(self.theta, zero, zero, times)

    def discounted_purchases(self, histories: Histories, t: float | Period, discount: float) -> Floats:
        """Return the expected purchases in the `t` after T, each discounted to T at an annual rate."""
        h, length = self._in_unit(histories), length_in(self.unit, t)
        rate = discount_rate(discount, self.unit)
        return self.probability_alive(h) * discounted(self.model, self.theta, h.frequency, h.age, length, rate)

    def residual_purchases(self, histories: Histories, discount: float) -> Floats:
        """Return the discounted expected purchases from T to the end of life, per history.

        Raises `NotApplicable` at a discount of zero, where a sum without end may be infinite.
        """
        if discount == 0.0:
            raise NotApplicable("residual purchases have no end to be summed to at a discount of zero")
        h = self._in_unit(histories)
        rate = discount_rate(discount, self.unit)
        return self.probability_alive(h) * residual(self.model, self.theta, h.frequency, h.age, rate)

    def simulate(self, n: int, t: float | Period, seed: int) -> Purchases:
        """Return the repeat purchases of `n` new customers in the `t` after their first."""
        rng = np.random.default_rng(seed)
        until = np.full(n, length_in(self.unit, t))
        # Under some models a customer may be gone right after the first purchase.
        stays = rng.random(n) < self.probability_alive(self._new_customer())[0]
        lives = self.model.draw_living(self.theta, np.zeros(n), np.zeros(n), rng)
        return simulate(lives, np.where(stays, until, 0.0), rng)

    def save(self, path: str | Path) -> None:
        """Write the fit to a JSON file that `regulars.load` reads."""
        Path(path).write_text(json.dumps(self.to_json(), indent=2, allow_nan=False) + "\n", encoding="utf-8")

    def to_json(self) -> dict[str, object]:
        """Return the fit as JSON values; a missing standard error is null."""
        covariance = [[float(v) if np.isfinite(v) else None for v in row] for row in self.covariance]
        return {
            "schema": SCHEMA,
            "model": self.model.name,
            "unit": self.unit.value,
            "parameters": self.params,
            "log_likelihood": self.log_likelihood,
            "customers": self.customers,
            "covariance_of_log_parameters": covariance,
            "certificate": [vars(finding) for finding in self.certificate.findings],
        }

    def _new_customer(self) -> Histories:
        return Histories(frequency=0.0, recency=0.0, age=0.0, unit=self.unit)

    def _in_unit(self, histories: Histories) -> Histories:
        if histories.unit is self.unit:
            return histories
        factor = histories.unit.days / self.unit.days
        return Histories(
            frequency=histories.frequency,
            recency=histories.recency * factor,
            age=histories.age * factor,
            count=histories.count,
            unit=self.unit,
        )
