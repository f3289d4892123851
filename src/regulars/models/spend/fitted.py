"""What every fit of spend answers beside its predictions: AIC and BIC, draws of its parameters, and itself as JSON."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from regulars.models.asked import generator, whole_numbers
from regulars.models.certificate import Certificate
from regulars.models.fingerprint import Fingerprint
from regulars.models.histories import Floats, Integers
from regulars.models.spend.spent import Spent

if TYPE_CHECKING:
    from typing import Self

    from regulars.models.parameter_draws import Posterior
    from regulars.models.spend.base import SpendModel
    from regulars.models.spend.likelihood import SpendLikelihood

SCHEMA = 1
KIND = "spend"


class FittedSpend:
    """Gives a fit of spend what follows from its likelihood; `own` are its fields that are values of a type of ours."""

    log_likelihood: float
    customers: float
    covariance: Floats
    fingerprint: Fingerprint | None
    own: ClassVar[dict[str, type]] = {}

    @property
    def model(self) -> SpendModel:
        """The model that was fitted."""
        raise NotImplementedError

    @property
    def params(self) -> dict[str, float]:
        """Parameters by name, in the order of the paper."""
        raise NotImplementedError

    @property
    def point(self) -> Floats:
        """The parameters as `covariance` has them: their logarithms, where none may be negative."""
        return np.log(list(self.params.values()))

    @property
    def standard_errors(self) -> dict[str, float]:
        """Standard errors of the parameters (delta method); NaN where there is none."""
        errors = np.sqrt(np.diag(self.covariance))
        return {name: value * float(error) for (name, value), error in zip(self.params.items(), errors, strict=True)}

    if TYPE_CHECKING:  # a field of some fits and made by others; a property here would be taken for a field's default

        @property
        def certificate(self) -> Certificate:
            """What was checked about the fit."""
            ...

    def at(self, theta: Floats) -> Self:
        """Return the same model at other parameters; `theta` is e to the power of `point`."""
        raise NotImplementedError

    def likelihood(self, spent: Spent) -> SpendLikelihood:
        """Return the likelihood of the model on what was spent; a law of purchase rates stays that of the fit."""
        raise NotImplementedError

    def values(self, number: Integers, scale: Floats, rng: np.random.Generator) -> Floats:
        """Return the values of `number` purchases of each new customer, one after the other; `scale` as `intercept`."""
        raise NotImplementedError

    def intercept(self, frequency: Floats, age: Floats) -> Floats:
        """Return the scale of customers of whom no value is known."""
        raise NotImplementedError

    def simulate(
        self, number: ArrayLike, seed: int, *, frequency: ArrayLike | None = None, age: ArrayLike | None = None
    ) -> Spent:
        """Return what new customers spend on `number` purchases each, 1 or more; raises `InputError` for other numbers.

        `frequency` and `age` (days) are asked for where spend goes with the purchase rate.
        """
        bought = whole_numbers("number", number, of="purchases", least=1).astype(np.int64)
        known = [None if each is None else np.asarray(each, dtype=np.float64) for each in (frequency, age)]
        x, days = (np.zeros(bought.shape) if each is None else each for each in known)
        values = self.values(bought, self.intercept(x, days), generator(seed))
        return Spent.of(np.repeat(np.arange(bought.size), bought), values, frequency=known[0], age=known[1])

    @property
    def aic(self) -> float:
        """Akaike's criterion, 2k - 2 log L."""
        return 2.0 * len(self.params) - 2.0 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Schwarz's criterion, k log(customers) - 2 log L."""
        return float(len(self.params) * np.log(self.customers) - 2.0 * self.log_likelihood)

    def posterior(self, spent: Spent, *, draws: int = 2000, seed: int = 0) -> Posterior[Self]:
        """Return draws of the parameters from likelihood times a vague prior, weighted, with their effective number.

        `spent` is what the model was fitted to: a fit does not hold it. Raises `NotApplicable` where the data do not
        pin the parameters down. `models/posterior.py` has the law and the sources.
        """
        from regulars.models.spend.posterior import draw_parameters  # noqa: PLC0415 - few ask, and it loads the fits

        return draw_parameters(self, spent, draws, seed)

    def save(self, path: str | Path) -> None:
        """Write the fit to a JSON file that `regulars.load` reads."""
        Path(path).write_text(json.dumps(self.to_json(), indent=2, allow_nan=False) + "\n", encoding="utf-8")

    def to_json(self) -> dict[str, Any]:
        """Return the fit as JSON values; a missing standard error is null."""
        return {
            "schema": SCHEMA,
            "kind": KIND,
            "model": self.model.name,
            "parameters": self.params,
            "log_likelihood": self.log_likelihood,
            "customers": self.customers,
            "fingerprint": None if self.fingerprint is None else list(self.fingerprint.sums),
            "covariance": [[float(v) if np.isfinite(v) else None for v in row] for row in self.covariance],
            "certificate": [vars(finding) for finding in self.certificate.findings],
            "own": {name: vars(getattr(self, name)) for name in self.own},
        }

    @classmethod
    def from_json(cls, known: dict[str, Any], own: dict[str, dict[str, Any]]) -> Self:
        """Return the fit of these fields, and of the values of its own types."""
        asked = {field.name for field in fields(cls)}  # type: ignore[arg-type] # a dataclass in every use
        made = {name: kind(**own[name]) for name, kind in cls.own.items()}
        return cls(**{name: value for name, value in {**known, **made}.items() if name in asked})
