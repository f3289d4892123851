"""Fits with effects on disk: the JSON of a plain fit, with what was added to the model."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from regulars.models.certificate import Certificate, Finding
from regulars.models.effects.clock import Clock
from regulars.models.effects.covariates import Covariates
from regulars.models.effects.fit import SCHEMA, EffectsFit
from regulars.models.effects.fitting import WithEffects
from regulars.models.effects.paths_fit import TimedFit, TimedParetoNBD
from regulars.models.fingerprint import Fingerprint
from regulars.models.transactions.pareto_nbd import ParetoNBD
from regulars.periods import Unit, date_of

if TYPE_CHECKING:
    from regulars.models.transaction_model import TransactionModel

TIMED_SCHEMA = 1
TIMED_KIND = "covariates in time"


def effects_to_json(fit: EffectsFit) -> dict[str, object]:
    """Return a fit as JSON values."""
    covariance = [[float(v) if np.isfinite(v) else None for v in row] for row in fit.covariance]
    return {
        "schema": SCHEMA,
        "model": fit.model.name,
        "effects": {"covariates": vars(fit.spec.covariates), "clock": _clock_to_json(fit.spec.clock)},
        "unit": fit.unit.value,
        "as_of": None if fit.as_of is None else fit.as_of.isoformat(),
        "parameters": fit.params,
        "log_likelihood": fit.log_likelihood,
        "penalised_mean": fit.penalised_mean,
        "customers": fit.customers,
        "covariance": covariance,
        "certificate": [vars(finding) for finding in fit.certificate.findings],
        "fingerprint": None if fit.fingerprint is None else list(fit.fingerprint.sums),
    }


def effects_from_json(model: TransactionModel, content: dict[str, Any]) -> EffectsFit:
    """Return the fit of `model` that `effects_to_json` wrote."""
    spec = WithEffects(model, Covariates(**content["effects"]["covariates"]), _clock(content["effects"]["clock"]))
    parameters = content["parameters"]
    sums = content["fingerprint"]
    return EffectsFit(
        spec=spec,
        theta=np.array([float(parameters[name]) for name in model.parameters]),
        effects=np.array([float(parameters[name]) for name in spec.names]),
        unit=Unit.of(content["unit"]),
        log_likelihood=float(content["log_likelihood"]),
        penalised_mean=float(content["penalised_mean"]),
        customers=float(content["customers"]),
        covariance=np.array([[np.nan if v is None else float(v) for v in row] for row in content["covariance"]]),
        certificate=Certificate(tuple(Finding(**finding) for finding in content["certificate"])),
        as_of=None if content["as_of"] is None else dt.date.fromisoformat(content["as_of"]),
        fingerprint=None if sums is None else Fingerprint(tuple(float(value) for value in sums)),
    )


def timed_to_json(fit: TimedFit) -> dict[str, object]:
    """Return a fit with covariates in time as JSON values."""
    return {
        "schema": TIMED_SCHEMA,
        "kind": TIMED_KIND,
        "model": fit.model.name,
        "covariates": vars(fit.spec),
        "unit": fit.unit.value,
        "parameters": fit.params,
        "log_likelihood": fit.log_likelihood,
        "customers": fit.customers,
        "covariance": [[float(v) if np.isfinite(v) else None for v in row] for row in fit.covariance],
        "certificate": [vars(finding) for finding in fit.certificate.findings],
        "fingerprint": None if fit.fingerprint is None else list(fit.fingerprint.sums),
    }


def timed_from_json(content: dict[str, Any]) -> TimedFit:
    """Return the fit that `timed_to_json` wrote."""
    spec = TimedParetoNBD(**{where: tuple(names) for where, names in content["covariates"].items()})
    values = np.array([float(content["parameters"][name]) for name in spec.names])
    sums, inside = content["fingerprint"], len(ParetoNBD.parameters)
    return TimedFit(
        spec=spec,
        theta=values[:inside],
        effects=values[inside:],
        unit=Unit.of(content["unit"]),
        log_likelihood=float(content["log_likelihood"]),
        customers=float(content["customers"]),
        covariance=np.array([[np.nan if v is None else float(v) for v in row] for row in content["covariance"]]),
        certificate=Certificate(tuple(Finding(**finding) for finding in content["certificate"])),
        fingerprint=None if sums is None else Fingerprint(tuple(float(value) for value in sums)),
    )


def _clock_to_json(clock: Clock | None) -> dict[str, object] | None:
    if clock is None:
        return None
    days = {name: {day.isoformat(): value for day, value in marks.items()} for name, marks in clock.marks.items()}
    return {**vars(clock), "days": days}


def _clock(content: dict[str, Any] | None) -> Clock | None:
    if content is None:
        return None
    days = {name: {date_of(day): value for day, value in marks.items()} for name, marks in content["days"].items()}
    return Clock(**{**content, "days": days})
