"""From renewals to a fit: several starts, one climb, standard errors, and what to believe of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

import numpy as np

from regulars.errors import NotApplicable
from regulars.models import findings
from regulars.models.certificate import Certificate
from regulars.models.fingerprint import Fingerprint
from regulars.models.optimise import Summit, at_boundary, climb, covariance_from, curvature
from regulars.models.renewals import findings as renewal_findings
from regulars.models.renewals.fit import RenewalFit

if TYPE_CHECKING:
    from regulars.models.renewals.cohorts import Floats, Renewals
    from regulars.models.renewals.renewal_model import RenewalModel


class FitsRenewals:
    """Gives a model of renewals its `fit`; a model itself never changes."""

    likelihood_kind: ClassVar[str] = "renewals"

    def fit(self, renewals: Renewals) -> RenewalFit:
        """Return the maximum likelihood fit to `renewals`.

        Raises `NotApplicable` where nobody lapsed or nobody renewed: no parameter has a best value then.
        """
        return fit(cast("RenewalModel", self), renewals)


class Likelihood:
    """Log-likelihood per contract of one model, by the logarithms of its numbers: (1) of `renewal_model`."""

    def __init__(self, model: RenewalModel, renewals: Renewals) -> None:
        self._model = model
        self._renewed = renewals.renewed_by_renewal[: renewals.longest]
        self._lapsed = renewals.risk_by_renewal[: renewals.longest] - self._renewed
        self._times = np.arange(1.0, renewals.longest + 1.0)
        self._contracts = renewals.contracts

    def __call__(self, log_theta: Floats) -> tuple[float, Floats]:
        """Return the height per contract and its gradient.

        With f = log r the second term of (1) is log(1 - e^f), whose derivative by f is -e^f / (1 - e^f).
        """
        theta = np.exp(log_theta)
        kept, slopes = self._model.log_retention(theta, self._times)
        # A chance to lapse below the smallest number is taken for that number, whose logarithm is finite.
        lost = np.maximum(-np.expm1(kept), np.finfo(np.float64).tiny)
        value = float(self._renewed @ kept + self._lapsed @ np.log(lost)) / self._contracts
        by_kept = self._renewed - self._lapsed * np.exp(kept) / lost
        return value, slopes @ by_kept / self._contracts


def fit(model: RenewalModel, renewals: Renewals) -> RenewalFit:
    """Return the maximum likelihood fit of `model` with its certificate."""
    lapse = _share_lapsed(model, renewals)
    objective = Likelihood(model, renewals)
    summits = sorted(
        (climb(objective, np.log(model.climbed(start))) for start in model.starts(lapse)), key=lambda one: -one.height
    )
    best, contracts = summits[0], renewals.contracts
    information = curvature(objective, best.point) * contracts
    covariance = covariance_from(information, at_boundary(best.point))
    return RenewalFit(
        model=model,
        theta=np.exp(best.point),
        log_likelihood=best.height * contracts,
        contracts=contracts,
        longest=renewals.longest,
        covariance=covariance,
        certificate=_certificate(model, renewals, summits, information, covariance),
        fingerprint=_fingerprint(renewals),
        renewals=renewals,
    )


def refit(fit: RenewalFit, renewals: Renewals) -> Floats:
    """Return the numbers of the same model fitted to other renewals: one climb from those of `fit`.

    Raises `NotApplicable` where nobody lapsed or nobody renewed, or the climb does not settle.
    """
    _share_lapsed(fit.model, renewals)
    summit = climb(Likelihood(fit.model, renewals), np.log(fit.theta), metric=fit.covariance * fit.contracts)
    if not summit.converged:
        raise NotApplicable(f"the search for the best parameters did not settle after {summit.steps} steps")
    return np.exp(summit.point)


def prior_centre(fit: RenewalFit, renewals: Renewals) -> Floats:
    """Return the mean of the logarithms of the model's starting points."""
    lapse = _share_lapsed(fit.model, renewals)
    return np.log([fit.model.climbed(start) for start in fit.model.starts(lapse)]).mean(axis=0)


def _fingerprint(renewals: Renewals) -> Fingerprint:
    """Return the numbers at risk and renewed each time, all cohorts together: the likelihood sees nothing else."""
    tables = (renewals.at_risk.sum(axis=0), renewals.renewed.sum(axis=0))
    return Fingerprint((renewals.contracts, *np.concatenate(tables).tolist()))


def _share_lapsed(model: RenewalModel, renewals: Renewals) -> float:
    risk, lapsed = float(renewals.at_risk.sum()), renewals.lapsed
    if not risk:
        raise NotApplicable(f"{model.title} cannot be fitted: no contract has come to a renewal yet")
    if lapsed in {0.0, risk}:
        who = "every contract was renewed" if lapsed == 0.0 else "no contract was renewed"
        raise NotApplicable(
            f"{model.title} cannot be fitted: {who} each time ({risk:,.0f} times at risk), which tells nothing about "
            "how the chances differ or change; wait for more renewals"
        )
    return lapsed / risk


def _certificate(
    model: RenewalModel, renewals: Renewals, summits: list[Summit], information: Floats, covariance: Floats
) -> Certificate:
    best = summits[0]
    edge = at_boundary(best.point)
    return Certificate(
        (
            findings.top(best, covariance, renewals.contracts),
            findings.starts_agree(summits),
            findings.condition(model.climbs, information, covariance, edge),
            *renewal_findings.edges(model.climbs, best.point),
            renewal_findings.enough_renewals(len(model.parameters), renewals),
            renewal_findings.enough_lapses(renewals),
            renewal_findings.curve(model, best.point, renewals),
        )
    )
