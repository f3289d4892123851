"""A fitted model of purchases: parameters, how sure they are, and every prediction made from them."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from regulars.errors import NotApplicable
from regulars.models.certificate import Certificate
from regulars.models.fingerprint import Fingerprint
from regulars.models.histories import Floats, Histories
from regulars.models.predictions import Uncertain
from regulars.periods import Period, Unit

if TYPE_CHECKING:
    from regulars.models.parameter_draws import Posterior
    from regulars.models.transaction_model import TransactionModel

SCHEMA = 1


@dataclass(frozen=True, eq=False)
class Fit(Uncertain):
    """A model at its parameters; times without a unit are in the unit of the histories it was fitted on.

    `covariance` is that of the logarithms of the parameters, NaN where a parameter has no standard error.
    `histories` are those it was fitted to, `fingerprint` tells whether another fit saw the same; a loaded fit has
    the latter only.
    """

    model: TransactionModel
    theta: Floats
    unit: Unit
    log_likelihood: float
    customers: float
    covariance: Floats
    certificate: Certificate
    histories: Histories | None = None
    fingerprint: Fingerprint | None = None

    @property
    def members(self) -> tuple[Fit, ...]:
        """The fit itself, the only one behind its predictions."""
        return (self,)

    def at(self, theta: Floats) -> Fit:
        """Return the same model at other parameters."""
        return replace(self, theta=theta)

    @property
    def never_drawn_again(self) -> str:
        """Why its customers cannot be drawn again and fitted; nothing where they can."""
        return ""

    def looking_from(self, earlier: float | Period) -> Fit:
        """Return the same fit as of a day so much earlier: one that knows no calendar is the same on every day."""
        del earlier
        return self

    def allowed(self, histories: Histories, number: int, rng: np.random.Generator) -> Floats:
        """Return equally likely parameters that `histories` allow, shape (number, parameters)."""
        from regulars.models.posterior import posterior  # noqa: PLC0415 - which weighs fits

        return posterior(self, histories, number, rng)

    def with_members(self, fits: tuple[Fit, ...]) -> Fit:
        """Return the one fit given instead."""
        (fit,) = fits
        return fit

    @property
    def shares(self) -> tuple[float, ...]:
        """All customers follow the one fit."""
        return (1.0,)

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

    def posterior(self, *, draws: int = 2000, seed: int = 0, histories: Histories | None = None) -> Posterior[Fit]:
        """Return draws of the parameters from likelihood times a vague prior, weighted, with their effective number.

        `histories` are needed for a loaded fit only. Raises `NotApplicable` without them, and where the data do not
        pin the parameters down. `models/posterior.py` has the law and the sources.
        """
        from regulars.models.parameter_draws import draw_parameters  # noqa: PLC0415 - its bootstrap fits, and fits are these

        known = self.histories if histories is None else self._in_unit(histories)
        if known is None:
            raise NotApplicable("a loaded fit does not hold its histories: give them, posterior(histories=...)")
        return draw_parameters(self, known, draws, seed)

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
            "fingerprint": None if self.fingerprint is None else list(self.fingerprint.sums),
            "covariance_of_log_parameters": covariance,
            "certificate": [vars(finding) for finding in self.certificate.findings],
        }
