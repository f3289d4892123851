"""A fit with covariates or a clock: every prediction of the plain model, asked in each customer's own time."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from regulars.errors import NotApplicable
from regulars.models.certificate import Certificate
from regulars.models.effects.discounting import longest, measure
from regulars.models.effects.moved import Moved
from regulars.models.effects.running import RunningClock
from regulars.models.fingerprint import Fingerprint
from regulars.models.histories import Floats, Histories
from regulars.models.lives import Purchases
from regulars.periods import DAYS_PER_YEAR, Period, Unit, discount_rate, length_in

if TYPE_CHECKING:
    from regulars.models.effects.fitting import WithEffects
    from regulars.models.parameter_draws import Posterior
    from regulars.models.transaction_model import TransactionModel

SCHEMA = 1


@dataclass(frozen=True, eq=False)
class EffectsFit:
    """A model with effects at its parameters; times without a unit are in the unit of its histories.

    `theta` are the parameters at covariates of zero and, with a clock, per unit of clock time; `effects` those on
    customers, then those of days. `covariance` is that of the logarithms of `theta` and of the effects, NaN where
    there is none. `log_likelihood` is never penalised; `penalised_mean` is the height per customer that was climbed.
    `histories` are those it was fitted to; a loaded fit has their `fingerprint` only.
    """

    spec: WithEffects
    theta: Floats
    effects: Floats
    unit: Unit
    log_likelihood: float
    penalised_mean: float
    customers: float
    covariance: Floats
    certificate: Certificate
    as_of: dt.date | None
    fingerprint: Fingerprint | None = None
    histories: Histories | None = None

    @property
    def model(self) -> TransactionModel:
        """The plain model."""
        return self.spec.model

    @property
    def params(self) -> dict[str, float]:
        """Parameters by name in the order of the paper, then the effects."""
        names = (*self.model.parameters, *self.spec.names)
        return dict(zip(names, [*self.theta.tolist(), *self.effects.tolist()], strict=True))

    @property
    def standard_errors(self) -> dict[str, float]:
        """Standard errors (delta method); NaN where there is none, see the certificate."""
        errors = np.sqrt(np.diag(self.covariance))
        errors[: self.theta.size] *= self.theta
        return dict(zip(self.params, errors.tolist(), strict=True))

    @property
    def aic(self) -> float:
        """Akaike's criterion, 2k - 2 log L, of the likelihood without penalties."""
        return 2.0 * len(self.params) - 2.0 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Schwarz's criterion, k log(customers) - 2 log L, of the likelihood without penalties."""
        return float(len(self.params) * np.log(self.customers) - 2.0 * self.log_likelihood)

    def at(self, theta: Floats) -> EffectsFit:
        """Return the same with other parameters, then e to the power of other effects."""
        inside = self.theta.size
        return replace(self, theta=theta[:inside], effects=np.log(theta[inside:]))

    def posterior(
        self, *, draws: int = 2000, seed: int = 0, histories: Histories | None = None
    ) -> Posterior[EffectsFit]:
        """Return draws of parameters and effects from likelihood times a vague prior, weighted.

        `histories` are needed for a loaded fit only. Raises `NotApplicable` without them, and where the data do not
        pin the parameters down. `effects/posterior.py` has the law.
        """
        from regulars.models.effects.posterior import draw_parameters  # noqa: PLC0415 - its bootstrap fits

        known = self.histories if histories is None else _in_unit(histories, self.unit)
        if known is None:
            raise NotApplicable("a loaded fit does not hold its histories: give them, posterior(histories=...)")
        return draw_parameters(self, known, draws, seed)

    @property
    def plain(self) -> Moved:
        """The same customers without the clock: predictions from histories and lengths in clock time."""
        inside = self.theta.size + len(self.spec.covariates.names)
        return Moved(
            self.model,
            self.theta,
            self.unit,
            self.spec.covariates,
            self.effects[: inside - self.theta.size],
            self.covariance[:inside, :inside],
            self.customers,
        )

    @property
    def running(self) -> RunningClock | None:
        """The clock at its effects, or None."""
        if self.spec.clock is None or self.as_of is None:
            return None
        return RunningClock(self.spec.clock, self.effects[len(self.spec.covariates.names) :], self.as_of, self.unit)

    def in_clock_time(self, histories: Histories, t: float | Period = 0.0) -> tuple[Histories, float]:
        """Return histories and the `t` after them in the time that `plain` knows, both in the fit's unit.

        Without a clock only the unit may change. Histories that do not say as of which day are of the fit's.
        """
        length, running = length_in(self.unit, t), self.running
        if running is None:
            return _in_unit(histories, self.unit), length
        days = np.array([length * self.unit.days])
        return running.histories(histories), float(running.after(self._day_of(histories), days)[0])

    def probability_alive(self, histories: Histories) -> Floats:
        """Return P(still a customer at T) per history."""
        return self.plain.probability_alive(self.in_clock_time(histories)[0])

    def expected_purchases(self, histories: Histories, t: float | Period) -> Floats:
        """Return the expected purchases in the `t` after T, per history."""
        return self.plain.expected_purchases(*self.in_clock_time(histories, t))

    def purchases_pmf(self, histories: Histories, t: float | Period, n: ArrayLike) -> Floats:
        """Return P(n purchases in the `t` after T), shape (histories, len(n))."""
        return self.plain.purchases_pmf(*self.in_clock_time(histories, t), n)

    def discounted_purchases(self, histories: Histories, t: float | Period, discount: float) -> Floats:
        """Return the expected purchases in the `t` after T, each discounted to T at an annual rate of the calendar."""
        length = length_in(self.unit, t)
        if self.running is None or discount == 0.0 or length == 0.0:
            h, clock = self.in_clock_time(histories, t)
            return self.plain.discounted_purchases(h, clock, discount)
        return self._discounted(histories, length * self.unit.days, discount)

    def residual_purchases(self, histories: Histories, discount: float) -> Floats:
        """Return the discounted expected purchases from T to the end of life, per history.

        Raises `NotApplicable` at a discount of zero, where a sum without end may be infinite.
        """
        if self.running is None:
            return self.plain.residual_purchases(_in_unit(histories, self.unit), discount)
        if discount == 0.0:
            raise NotApplicable("residual purchases have no end to be summed to at a discount of zero")
        return self._discounted(histories, longest(float(np.log1p(discount))), discount)

    def expected_purchases_new(
        self, t: float | Period, *, covariates: Mapping[str, float] | None = None, first_day: dt.date | None = None
    ) -> float:
        """Return the expected repeat purchases of a new customer in the `t` after the first.

        Covariates that are not given are zero; without `first_day` the first purchase is on the day of the fit.
        """
        return float(self.expected_purchases(self._new_customer(covariates, first_day), t)[0])

    def simulate(
        self,
        n: int,
        t: float | Period,
        seed: int,
        *,
        covariates: Mapping[str, float] | None = None,
        first_day: dt.date | None = None,
    ) -> Purchases:
        """Return the repeat purchases of `n` new customers in the `t` after their first, times by the calendar."""
        new = self._new_customer(covariates, first_day)
        fit = self.plain.fit_at(self.spec.covariates.values(new)[0])
        bought = fit.simulate(n, self.in_clock_time(new, t)[1], seed)
        running = self.running
        if running is None:
            return bought
        within = length_in(self.unit, t) * self.unit.days
        days = running.days_until(self._day_of(new), bought.time, within)
        return Purchases(bought.customer, days / self.unit.days)

    def save(self, path: str | Path) -> None:
        """Write the fit to a JSON file that `regulars.load` reads."""
        Path(path).write_text(json.dumps(self.to_json(), indent=2, allow_nan=False) + "\n", encoding="utf-8")

    def to_json(self) -> dict[str, object]:
        """Return the fit as JSON values; a missing standard error is null."""
        from regulars.models.effects.saving import effects_to_json  # noqa: PLC0415 - which reads fits as well

        return effects_to_json(self)

    def _discounted(self, histories: Histories, days: float, discount: float) -> Floats:
        """Return (1) of `discounting`."""
        running = self.running
        if running is None:
            raise NotApplicable("there is no clock")
        h, as_of, per_day = running.histories(histories), self._day_of(histories), np.log1p(discount) / DAYS_PER_YEAR
        scale = min(1.0 / discount_rate(discount, self.unit), max(float(h.age.mean()), days / self.unit.days / 100.0))
        found = measure(running, as_of, days, per_day, scale)
        total = np.zeros(len(h))
        branches = self.plain.branches(h)
        end = float(running.after(as_of, np.array([days]))[0])
        for time, weight in [*zip(found.times, found.weights, strict=True), (end, np.exp(-per_day * days))]:
            for branch in branches:
                total += weight * branch.weight * branch.living.purchases(h.frequency, h.age, float(time))
        return total

    def _day_of(self, histories: Histories) -> dt.date:
        day = histories.as_of or self.as_of
        if day is None:
            raise NotApplicable("a clock needs the calendar: give the histories their as_of")
        return day

    def _new_customer(self, covariates: Mapping[str, float] | None, first_day: dt.date | None) -> Histories:
        values = dict.fromkeys(self.spec.covariates.columns, 0.0) | dict(covariates or {})
        return Histories(
            frequency=0.0, recency=0.0, age=0.0, unit=self.unit, covariates=values, as_of=first_day or self.as_of
        )


def _in_unit(histories: Histories, unit: Unit) -> Histories:
    if histories.unit is unit:
        return histories
    factor = histories.unit.days / unit.days
    return Histories(
        frequency=histories.frequency,
        recency=histories.recency * factor,
        age=histories.age * factor,
        count=histories.count,
        unit=unit,
        covariates=histories.covariates,
        as_of=histories.as_of,
    )
