"""A fit on a clock as any other fit of purchases: what a run scores, pools, totals and shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from regulars.errors import NotApplicable
from regulars.models.branches import Branch, alive
from regulars.models.effects.fit import EffectsFit
from regulars.models.effects.on_clock import OnClock
from regulars.models.effects.posterior import WHOSE
from regulars.models.fit import Fit
from regulars.models.parameter_draws import Posterior
from regulars.models.posterior import posterior
from regulars.periods import Period, length_in

if TYPE_CHECKING:
    from regulars.models.histories import Floats, Histories


@dataclass(frozen=True, eq=False)
class ClockFit(Fit):
    """A fit whose `model` is on a clock and whose `theta` ends with e to the power of the effects.

    `effects_fit` is the same with effects beside parameters, as it was learned; histories without an as-of day are of
    the day of the fit.
    """

    model: OnClock
    effects_fit: EffectsFit | None = None

    @property
    def params(self) -> dict[str, float]:
        """Parameters by name in the order of the paper, then the effects."""
        return dict(zip(self.model.parameters, [*self._inside.tolist(), *self._effects.tolist()], strict=True))

    @property
    def standard_errors(self) -> dict[str, float]:
        """Standard errors (delta method); NaN where there is none, see the certificate."""
        errors = np.sqrt(np.diag(self.covariance))
        errors[: self._inside.size] *= self._inside
        return dict(zip(self.model.parameters, errors.tolist(), strict=True))

    @property
    def never_drawn_again(self) -> str:
        """Why its customers cannot be drawn again: whose the purchases of a day were is not known."""
        return WHOSE

    def branches(self, histories: Histories) -> tuple[Branch, ...]:
        """Return the futures that customers with these histories may have, from the day on which their ages end."""
        day = histories.as_of or self.model.as_of
        h = self._in_unit(histories)
        return replace(self.model, as_of=day).branches(self.theta, h.frequency, h.recency, h.age)

    def looking_from(self, earlier: float | Period) -> ClockFit:
        """Return the same predictions as of a day so much earlier, with the clock as it was learned."""
        back = dt.timedelta(days=round(length_in(self.unit, earlier) * self.unit.days))
        return replace(self, model=replace(self.model, as_of=self.model.as_of - back))

    def probability_alive_since(self, first_day: dt.date, histories: Histories) -> Floats:
        """Return P(still a customer at T) of customers first seen on one day, each T from there on."""
        h = self.model.running(self.theta).since(first_day, self._in_unit(histories))
        branches = self.model.plain.branches(self._inside, h.frequency, h.recency, h.age)
        return alive(np.stack([branch.weight for branch in branches]))

    def expected_by_the_clock(self, times: Floats) -> Floats:
        """Return the expected repeat purchases of a new customer by when the clock has run so far since the first."""
        zero, path = np.zeros(times.shape), np.zeros(times.shape)
        for branch in self.model.plain.branches(self._inside, np.zeros(1), np.zeros(1), np.zeros(1)):
            path += branch.weight[0] * branch.living.purchases(zero, zero, times)
        return path

    def posterior(self, *, draws: int = 2000, seed: int = 0, histories: Histories | None = None) -> Posterior[Fit]:
        """Return weighted draws of the parameters and of e to the power of the effects; raises as `EffectsFit` does."""
        found = self._as_learned.posterior(draws=draws, seed=seed, histories=histories)
        return Posterior(self, found.draws, found.weights, found.method)

    def allowed(self, histories: Histories, number: int, rng: np.random.Generator) -> Floats:
        """Return equally likely parameters, and e to the power of effects, that `histories` allow.

        Effects are drawn by their covariance, parameters by the posterior of the plain model on the clock as it was
        learned: the days tell the one, who came back the other, so that what they have in common is left out.
        """
        inside = self._inside.size
        plain = replace(self._as_learned.plain.fit_at(np.zeros(0)), log_likelihood=self.log_likelihood)
        theta = posterior(plain, self.model.running(self.theta).histories(histories), number, rng)
        effects = np.nan_to_num(self.covariance[inside:, inside:])
        drawn = rng.multivariate_normal(self._effects, effects, size=number, method="eigh")
        return np.hstack([theta, np.exp(drawn)])

    def to_json(self) -> dict[str, object]:
        """Return the fit as JSON values, those of the fit with effects."""
        return self._as_learned.to_json()

    @property
    def _as_learned(self) -> EffectsFit:
        if self.effects_fit is None:
            raise NotApplicable("only a fit that was learned has a posterior and can be saved")
        return self.effects_fit

    @property
    def _inside(self) -> Floats:
        return self.model.inside(self.theta)

    @property
    def _effects(self) -> Floats:
        return np.log(self.theta[self._inside.size :])


def by_calendar(fit: EffectsFit) -> ClockFit:
    """Return a fit on a clock as a fit that everything takes.

    Raises `NotApplicable` where there is no clock, and with covariates, which differ from customer to customer.
    """
    running = fit.running
    if running is None or fit.spec.covariates.names:
        raise NotApplicable("only a fit with a clock, and without covariates, is one fit for all customers")
    return ClockFit(
        model=OnClock(fit.model, running.clock, running.seen, running.seen, fit.unit),
        theta=np.concatenate([fit.theta, np.exp(fit.effects)]),
        unit=fit.unit,
        log_likelihood=fit.log_likelihood,
        customers=fit.customers,
        covariance=fit.covariance,
        certificate=fit.certificate,
        histories=fit.histories,
        fingerprint=fit.fingerprint,
        effects_fit=fit,
    )
