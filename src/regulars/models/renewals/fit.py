"""A fitted model of renewals: parameters, how sure they are, and every prediction made from them."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from regulars.errors import InputError, NotApplicable
from regulars.models.asked import generator, how_many
from regulars.models.certificate import Certificate
from regulars.models.fingerprint import Fingerprint
from regulars.models.renewals.remaining import log_survival, to_the_end, whole, within

if TYPE_CHECKING:
    from regulars.models.parameter_draws import Posterior
    from regulars.models.renewals.cohorts import Floats, Renewals
    from regulars.models.renewals.renewal_model import RenewalModel

SCHEMA = 1
KIND = "renewals"


@dataclass(frozen=True, eq=False)
class RenewalFit:
    """A model of renewals at its parameters; time is counted in renewals, and a discount is per renewal period.

    `theta` are the numbers that the climb works on and `covariance` that of their logarithms, NaN where there is none.
    `longest` is the last renewal that was seen, `renewals` are those it was fitted to and `fingerprint` tells whether
    another fit saw the same contracts; a loaded fit has the latter only.
    """

    model: RenewalModel
    theta: Floats
    log_likelihood: float
    contracts: float
    longest: int
    covariance: Floats
    certificate: Certificate
    fingerprint: Fingerprint | None = None
    renewals: Renewals | None = None

    @property
    def params(self) -> dict[str, float]:
        """Parameters by name, in the order of the paper."""
        return dict(zip(self.model.parameters, self.model.shown(self.theta)[0].tolist(), strict=True))

    @property
    def standard_errors(self) -> dict[str, float]:
        """Standard errors of the parameters (delta method); NaN where there is none, see the certificate."""
        slopes = self.model.shown(self.theta)[1]
        products = slopes[:, :, None] * slopes[:, None, :]
        # A parameter made of a number without variance has none either; one that is not made of it keeps its own.
        variance = (products * self.covariance).sum(axis=(1, 2), where=products != 0.0)
        errors = np.sqrt(variance)
        return dict(zip(self.model.parameters, errors.tolist(), strict=True))

    @property
    def aic(self) -> float:
        """Akaike's criterion, 2k - 2 log L."""
        return 2.0 * self.theta.size - 2.0 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Schwarz's criterion, k log(contracts) - 2 log L."""
        return float(self.theta.size * np.log(self.contracts) - 2.0 * self.log_likelihood)

    def retention(self, n: ArrayLike) -> Floats:
        """Return the retention rate r(n) per n = 1, 2 …: the chance that the n-th renewal follows the one before."""
        times = whole("n", n)
        if (times < 1.0).any():
            raise InputError("renewals are counted from 1")
        return np.exp(self.model.log_retention(self.theta, times)[0])

    def survival(self, n: ArrayLike) -> Floats:
        """Return S(n), the share of new contracts that are renewed at least n times, for n = 0, 1 and so on."""
        times = whole("n", n).astype(np.int64)
        return np.exp(log_survival(self.model, self.theta, int(times.max(initial=0)))[times])

    def renewals_pmf(self, renewed: ArrayLike, periods: int) -> Floats:
        """Return P(0, 1 … `periods` of the next `periods` renewals are made), a row per contract renewed so often."""
        n = np.atleast_1d(whole("renewed", renewed)).astype(np.int64)
        steps = int(whole("periods", periods))
        curve = log_survival(self.model, self.theta, int(n.max(initial=0)) + steps)
        at_least = np.exp(curve[n[:, None] + np.arange(steps + 1)] - curve[n][:, None])
        return at_least - np.concatenate([at_least[:, 1:], np.zeros((n.size, 1))], axis=1)

    def expected_renewals(self, renewed: ArrayLike, periods: int, discount: float = 0.0) -> Floats:
        """Return the expected renewals among the next `periods`, per running contract renewed `renewed` times.

        Each is discounted from its date to that of the last renewal, at `discount` per period.
        """
        steps = int(whole("periods", periods))
        return within(self.model, self.theta, whole("renewed", renewed), steps, _rate(discount))

    def residual_renewals(self, renewed: ArrayLike, discount: float) -> Floats:
        """Return the discounted expected renewals to the end of life, per running contract renewed `renewed` times.

        Raises `NotApplicable` at a discount of zero, where a sum without end may be infinite.
        """
        return to_the_end(self.model, self.theta, whole("renewed", renewed), _rate(discount))

    def simulate(self, n: int, periods: int, seed: int) -> Renewals:
        """Return `n` new contracts followed for `periods` renewals, 1 or more."""
        from regulars.models.renewals.cohorts import Renewals  # noqa: PLC0415 - the fit is imported by its module's users

        size, steps = how_many("n", n, of="contracts"), how_many("periods", periods, of="renewals", least=1)
        curve = np.exp(log_survival(self.model, self.theta, steps))
        # A contract is renewed k times or more where a uniform number lies below S(k).
        kept = (generator(seed).random(size)[:, None] < curve[1:]).sum(axis=0).astype(np.float64)
        return Renewals(at_risk=np.concatenate([[float(size)], kept[:-1]]), renewed=kept)

    def at(self, theta: Floats) -> RenewalFit:
        """Return the same model at other numbers."""
        return replace(self, theta=theta)

    def posterior(self, *, draws: int = 2000, seed: int = 0, renewals: Renewals | None = None) -> Posterior[RenewalFit]:
        """Return draws of `theta` from likelihood times a vague prior, weighted, with their effective number.

        `renewals` are needed for a loaded fit only. Raises `NotApplicable` without them, and where the data do not
        pin the parameters down. `models/posterior.py` has the law and the sources.
        """
        from regulars.models.renewals.posterior import draw_parameters  # noqa: PLC0415 - its bootstrap fits

        known = self.renewals if renewals is None else renewals
        if known is None:
            raise NotApplicable("a loaded fit does not hold its renewals: give them, posterior(renewals=...)")
        return draw_parameters(self, known, draws, seed)

    def save(self, path: str | Path) -> None:
        """Write the fit to a JSON file that `regulars.load` reads."""
        Path(path).write_text(json.dumps(self.to_json(), indent=2, allow_nan=False) + "\n", encoding="utf-8")

    def to_json(self) -> dict[str, object]:
        """Return the fit as JSON values; a missing standard error is null."""
        return {
            "schema": SCHEMA,
            "kind": KIND,
            "model": self.model.name,
            "parameters": self.params,
            "theta": self.theta.tolist(),
            "log_likelihood": self.log_likelihood,
            "contracts": self.contracts,
            "longest": self.longest,
            "fingerprint": None if self.fingerprint is None else list(self.fingerprint.sums),
            "covariance_of_log_theta": [[float(v) if np.isfinite(v) else None for v in row] for row in self.covariance],
            "certificate": [vars(finding) for finding in self.certificate.findings],
        }


def _rate(discount: float) -> float:
    if not 0.0 <= discount < np.inf:
        raise InputError(f"a discount must be zero or more (0.10 is 10 % per renewal period), got {discount}")
    return float(discount)
