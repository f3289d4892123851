"""Fitting a model with covariates or a clock: the plain fit is where the climb starts, and the yardstick.

The height that is climbed is log L / customers - Σ penalty·effect²; standard errors come from its curvature, AIC and
BIC from log L alone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np

from regulars.errors import InputError, NotApplicable
from regulars.models import findings
from regulars.models.certificate import Certificate, Finding
from regulars.models.effects import findings as about_effects
from regulars.models.effects.clock import Clock
from regulars.models.effects.covariates import Covariates
from regulars.models.effects.fit import EffectsFit
from regulars.models.effects.likelihood import EffectsLikelihood
from regulars.models.effects.moves import moves_of
from regulars.models.fingerprint import Fingerprint
from regulars.models.fit import Fit
from regulars.models.histories import Floats, Histories
from regulars.models.optimise import Summit, at_boundary, climb, covariance_from, curvature
from regulars.models.transaction_model import TransactionModel

# Above this many histories the starts are compared on every k-th history only.
COMPARE_STARTS_ON = 2_000
# How closely starts are followed to see whether they agree: the relative gain left in the likelihood.
ROUGHLY = 1e-8
# How closely a single climb is followed: so that of two models that are the same one the likelihoods are the same.
CLOSELY = 1e-10


@dataclass(frozen=True)
class WithEffects:
    """A model of purchases with covariates fixed in time, a calendar clock, or both.

    >>> from regulars.models.transactions import MODELS
    >>> spec = WithEffects(MODELS.get("bg-nbd"), covariates=Covariates(purchase=("gender",)))
    >>> spec.name, spec.names
    ('bg-nbd+covariates', ('purchase.gender',))
    """

    model: TransactionModel
    covariates: Covariates = field(default_factory=Covariates)
    clock: Clock | None = None

    def __post_init__(self) -> None:
        if not self.names:
            raise InputError("nothing to add to the model: name covariates, or give a clock")
        self.covariates.moves(self.model)
        if self.clock is not None:
            _check_clock(self.model, self.clock)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the effects: on customers, then of days."""
        return (*self.covariates.names, *(self.clock.names if self.clock is not None else ()))

    @property
    def name(self) -> str:
        """The name of the model, with what was added to it."""
        added = ["+covariates"] * bool(self.covariates.names) + ["+clock"] * (self.clock is not None)
        return self.model.name + "".join(added)

    @property
    def title(self) -> str:
        """The name of the model as papers write it, with what was added to it."""
        added = ["covariates"] * bool(self.covariates.names) + ["a clock"] * (self.clock is not None)
        return f"{self.model.title} with {' and '.join(added)}"

    def fit(self, histories: Histories, *, threads: int = 1) -> EffectsFit:
        """Return the maximum (penalised) likelihood fit to `histories`, parameters in their unit.

        Raises `InputError` where a covariate is missing, `NotApplicable` where nothing can be learned: no time was
        observed, a covariate or a day's regressor never differs, or a clock lacks as_of and purchases_by_day.
        """
        if (histories.count == 1.0).all():
            histories = histories.distinct()
        plain = self.model.fit(histories, threads=threads)
        height = EffectsLikelihood(self.model, self.covariates, self.clock, histories, threads)
        summits = _summits(self, height, histories, plain, threads)
        return _described(self, height, plain, summits, histories)

    def refit(self, plain: Fit, histories: Histories, *, effects: Floats | None = None, threads: int = 1) -> EffectsFit:
        """Return the fit that one climb finds from a plain fit to the same histories, without standard errors.

        `effects` are where it starts: none, or those of an earlier day, which are close by. Raises `NotApplicable` as
        `fit` does, and where the climb does not settle.
        """
        height = EffectsLikelihood(self.model, self.covariates, self.clock, histories, threads)
        start = np.concatenate([np.log(plain.theta), np.zeros(len(self.names)) if effects is None else effects])
        summit = climb(height, np.linalg.solve(height.to_reported, start), resolution=CLOSELY)
        if not summit.converged:
            raise NotApplicable(f"the search for the best parameters did not settle after {summit.steps} steps")
        reported = height.to_reported @ summit.point
        inside = plain.theta.size
        return EffectsFit(
            spec=self,
            theta=np.exp(reported[:inside]),
            effects=reported[inside:],
            unit=histories.unit,
            log_likelihood=height.unpenalised(summit.point)[0] * histories.customers_total,
            penalised_mean=summit.height,
            customers=histories.customers_total,
            covariance=np.full((reported.size, reported.size), np.nan),
            certificate=Certificate(()),
            as_of=histories.as_of,
            fingerprint=Fingerprint.of(histories),
            histories=histories,
        )

    def starts(self, histories: Histories) -> list[Floats]:
        """Return the points that the model itself would start from."""
        exposure = float(histories.age @ histories.count)
        rate = (float(histories.frequency @ histories.count) + 0.5) / exposure
        return self.model.starts(rate, exposure / histories.customers_total)


def _check_clock(model: TransactionModel, clock: Clock) -> None:
    moves = moves_of(model)
    if not moves.time:
        raise NotApplicable(f"{model.title} cannot run on a calendar clock")
    if moves.leaves_by_purchases and clock.drives == "dropout":
        raise NotApplicable(f"under {model.title} dropout has no time of its own that a clock could drive")
    if not moves.leaves_by_purchases and clock.drives != "both":
        raise NotApplicable(f"under {model.title} a clock drives purchases and dropout alike: drives='both'")


def _summits(
    spec: WithEffects, height: EffectsLikelihood, histories: Histories, plain: Fit, threads: int
) -> list[Summit]:
    """Return the summits from the plain fit, all effects zero, and from the model's first start; the highest first.

    On a large base the two are compared on every k-th history, and the whole is climbed once, from the better.
    """
    compared = _compared_on(spec, height, histories, threads)
    found = []
    for theta in (plain.theta, spec.starts(histories)[0]):
        start = np.zeros(height.size)
        start[: theta.size] = np.log(theta)
        found.append(climb(compared, start, resolution=ROUGHLY))
    best, *others = sorted(found, key=lambda summit: -summit.height)
    # Inside, effects are at the scale of the base they were climbed on.
    point = np.asarray(np.linalg.solve(height.to_reported, compared.to_reported @ best.point), dtype=np.float64)
    return [climb(height, point, metric=best.metric), best, *others]


def _compared_on(spec: WithEffects, height: EffectsLikelihood, histories: Histories, threads: int) -> EffectsLikelihood:
    """Return the height on every k-th history, or the whole where it is small or differs in too few of them."""
    thin = _thinned(histories)
    if thin is None:
        return height
    try:
        return EffectsLikelihood(spec.model, spec.covariates, spec.clock, thin, threads)
    except NotApplicable:
        return height


def _thinned(histories: Histories) -> Histories | None:
    """Return every k-th history with its share of each day's purchases; None where all are few enough."""
    step = -(-len(histories) // COMPARE_STARTS_ON)
    if step < 2:
        return None
    thin = histories.take(np.arange(0, len(histories), step))
    if histories.as_of is None or not histories.purchases_by_day:
        return thin
    first = histories.as_of - dt.timedelta(days=round(float(thin.age.max()) * thin.unit.days))
    days = {day: number for day, number in histories.purchases_by_day.items() if day > first}
    share = float(thin.frequency @ thin.count) / max(sum(days.values()), 1.0)
    if not share > 0.0:
        return None
    return Histories(
        frequency=thin.frequency,
        recency=thin.recency,
        age=thin.age,
        count=thin.count,
        unit=thin.unit,
        covariates=thin.covariates,
        as_of=histories.as_of,
        purchases_by_day={day: number * share for day, number in days.items()},
    )


def _described(
    spec: WithEffects, height: EffectsLikelihood, plain: Fit, summits: list[Summit], histories: Histories
) -> EffectsFit:
    summit, *compared = summits
    customers = histories.customers_total
    inside = len(spec.model.parameters)
    information = curvature(height, summit.point) * customers
    fixed = about_effects.ridge(information, at_boundary(summit.point))
    covariance = covariance_from(information, fixed)
    value = height.unpenalised(summit.point)[0] * customers
    names = (*spec.model.parameters, *spec.names)
    found: list[Finding] = [
        findings.top(summit, covariance, customers),
        findings.starts_agree(compared),
        findings.condition(names, information, covariance, fixed),
        *findings.boundaries(spec.model.parameters, summit.point[:inside]),
        *about_effects.run_away(spec.names, summit.point[inside:]),
        *about_effects.not_identified(names, covariance, fixed),
        about_effects.gain(
            len(spec.names),
            spec.model.title,
            value - plain.log_likelihood,
            penalised=summit.height < value / customers,
        ),
        findings.repeat_buyers(histories),
    ]
    outward = height.to_reported
    reported = outward @ summit.point
    return EffectsFit(
        spec=spec,
        theta=np.exp(reported[:inside]),
        effects=reported[inside:],
        unit=histories.unit,
        log_likelihood=value,
        penalised_mean=summit.height,
        customers=customers,
        covariance=_outward(covariance, outward),
        certificate=Certificate(tuple(found)),
        as_of=histories.as_of,
        fingerprint=Fingerprint.of(histories),
        histories=histories,
    )


def _outward(covariance: Floats, outward: Floats) -> Floats:
    """Return the covariance in reported terms, NaN for whatever rests on something that has none."""
    unknown = np.isnan(np.diag(covariance))
    answer: Floats = outward @ np.nan_to_num(covariance) @ outward.T
    lost = (np.abs(outward[:, unknown]) > 0.0).any(axis=1)
    answer[lost, :] = answer[:, lost] = np.nan
    return answer
