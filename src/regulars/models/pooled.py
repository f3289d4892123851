"""Several fits as one: a customer follows one of them, and the weights say how likely each is.

With weights w_i ≥ 0 that sum to 1 the law of a customer's future is the linear pool

    P(N = n) = Σ_i w_i P_i(N = n)                                                            (1)

(Stone 1961), a mixture whose branches are those of all members, so P(alive), expectations and mass functions are
weighted sums and quantiles are solved for the mixture as a whole. The weights come from elsewhere (a back-test);
that history makes one member likelier than the others is not in them. Each member keeps the uncertainty of its own
parameters; that of the weights is not counted.

Stone (1961), The opinion pool, Annals of Mathematical Statistics 32(4).
"""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from regulars.errors import InputError, NotApplicable
from regulars.models.branches import Branch
from regulars.models.certificate import Certificate, Finding
from regulars.models.fingerprint import Fingerprint
from regulars.models.fit import SCHEMA, Fit
from regulars.models.laws import BetaLaw, Law, MixedLaw
from regulars.models.lives import Floats
from regulars.models.predictions import Uncertain
from regulars.periods import Period, Unit

if TYPE_CHECKING:
    import datetime as dt

    from regulars.models.histories import Histories
    from regulars.models.parameter_draws import Posterior
    from regulars.models.transaction_model import TransactionModel

# How far the weights may be from summing to 1: what rounding leaves.
ROUNDING = 1e-9
NO_LIKELIHOOD = "a pool of fits has no likelihood of its own; its weights were found on forecasts"


@dataclass(frozen=True)
class Pool:
    """The models of a pool with their weights; the parameters of all stand one after the other."""

    models: tuple[TransactionModel, ...]
    weights: tuple[float, ...]
    name: ClassVar[str] = "pool"
    likelihood_kind: ClassVar[str] = "none"

    @property
    def title(self) -> str:
        """The models, with their shares where they are few."""
        return "pool of " + ", ".join(
            f"{model.title} ({weight:.0%})" for model, weight in zip(self.models, self.weights, strict=True)
        )

    @property
    def names(self) -> tuple[str, ...]:
        """A name for each member, numbered where one model stands in the pool more than once."""
        often = Counter(model.name for model in self.models)
        return tuple(
            f"{model.name}-{place}" if often[model.name] > 1 else model.name
            for place, model in enumerate(self.models, start=1)
        )

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of all parameters, each behind the name of its member."""
        members = zip(self.names, self.models, strict=True)
        return tuple(f"{name}.{parameter}" for name, model in members for parameter in model.parameters)

    @property
    def has_dropout(self) -> bool:
        """Whether customers may stop for good under some member."""
        return any(model.has_dropout for model in self.models)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What the members take for granted, each sentence once."""
        return tuple(dict.fromkeys(sentence for model in self.models for sentence in model.assumptions))

    def split(self, theta: Floats) -> list[Floats]:
        """Return the parameters of each member."""
        ends = np.cumsum([len(model.parameters) for model in self.models])
        return np.split(theta, ends[:-1])

    def branches(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> tuple[Branch, ...]:
        """Return the branches of all members, their chances times the members' weights."""
        return tuple(
            replace(branch, weight=weight * branch.weight)
            for weight, model, own in self._members(theta)
            for branch in model.branches(own, x, recency, age)
        )

    def pace_law(self, theta: Floats) -> Law:
        """Return the members' laws of the pace, mixed."""
        return self._mixed([(weight, model.pace_law(own)) for weight, model, own in self._members(theta)])

    def dropout_law(self, theta: Floats) -> Law | None:
        """Return the members' laws of leaving, mixed; None where they do not speak of the same thing."""
        laws = [(weight, model.dropout_law(own)) for weight, model, own in self._members(theta)]
        known = [(weight, law) for weight, law in laws if law is not None]
        alike = len({isinstance(law, BetaLaw) for _, law in known}) == 1
        return self._mixed(known) if alike and len(known) == len(laws) else None

    def time_scale(self, theta: Floats) -> float:
        """Return the shortest of the members' times on which predictions change with age."""
        return min(model.time_scale(own) for _, model, own in self._members(theta))

    def lasting(self, theta: Floats, t: Floats) -> Floats:
        """Return P(a new customer has not dropped out t units after the first purchase)."""
        stays = np.zeros(t.shape)
        for weight, model, own in self._members(theta):
            stays += weight * model.lasting(own, t)
        return stays

    def mean_lifetime(self, theta: Floats) -> float:
        """Return the mean time to dropout; infinite where it is under any member."""
        return math.fsum(weight * model.mean_lifetime(own) for weight, model, own in self._members(theta))

    def _members(self, theta: Floats) -> list[tuple[float, TransactionModel, Floats]]:
        """Return weight, model and parameters of the members that count."""
        members = zip(self.weights, self.models, self.split(theta), strict=True)
        return [member for member in members if member[0] > 0.0]

    @staticmethod
    def _mixed(laws: list[tuple[float, Law]]) -> Law:
        return MixedLaw(tuple(law for _, law in laws), tuple(weight for weight, _ in laws)) if laws[1:] else laws[0][1]


@dataclass(frozen=True, eq=False)
class PooledFit(Uncertain):
    """Fits with weights that sum to 1: every prediction is the linear pool (1) of theirs.

    Raises `InputError` for weights that are no such weights, and for fits in different units.

    >>> from regulars.models.histories import Histories
    >>> from regulars.models.transactions import MODELS
    >>> h = Histories(frequency=[2, 1, 0], recency=[30, 2, 0], age=[39, 39, 39], count=[50, 30, 60])
    >>> fits = tuple(MODELS.get(name).fit(h) for name in ("nbd", "bg-nbd"))
    >>> pooled = PooledFit(fits, (0.25, 0.75))
    >>> pooled.model.title
    'pool of NBD (25%), BG/NBD (75%)'
    """

    fits: tuple[Fit, ...]
    weights: tuple[float, ...]
    model: Pool = field(init=False)
    theta: Floats = field(init=False)
    unit: Unit = field(init=False)
    covariance: Floats = field(init=False)

    def __post_init__(self) -> None:
        _check(self.fits, self.weights)
        derived = {
            "model": Pool(tuple(fit.model for fit in self.fits), self.weights),
            "theta": np.concatenate([fit.theta for fit in self.fits]),
            "unit": self.fits[0].unit,
            "covariance": _block_diagonal([fit.covariance for fit in self.fits]),
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    @property
    def members(self) -> tuple[Fit, ...]:
        """The fits of the pool."""
        return self.fits

    @property
    def shares(self) -> tuple[float, ...]:
        """The weights of the pool."""
        return self.weights

    @property
    def customers(self) -> float:
        """Number of customers behind the fits."""
        return self.fits[0].customers

    @property
    def params(self) -> dict[str, float]:
        """Parameters of all members, each behind the name of its member."""
        values = [value for fit in self.fits for value in fit.params.values()]
        return dict(zip(self.model.parameters, values, strict=True))

    @property
    def standard_errors(self) -> dict[str, float]:
        """Standard errors of the parameters; NaN where there is none, see the certificate."""
        errors = [error for fit in self.fits for error in fit.standard_errors.values()]
        return dict(zip(self.model.parameters, errors, strict=True))

    @property
    def certificate(self) -> Certificate:
        """What was checked about each member, with its name before it."""
        return Certificate(
            tuple(
                Finding(f"{name}: {found.check}", found.standing, f"{fit.model.title}: {found.sentence}", found.figure)
                for name, fit in zip(self.model.names, self.fits, strict=True)
                for found in fit.certificate.findings
            )
        )

    @property
    def log_likelihood(self) -> float:
        """Raises `NotApplicable`: the weights of a pool come from forecasts, not from a likelihood."""
        raise NotApplicable(NO_LIKELIHOOD)

    @property
    def aic(self) -> float:
        """Raises `NotApplicable`, as its likelihood does."""
        raise NotApplicable(NO_LIKELIHOOD)

    @property
    def bic(self) -> float:
        """Raises `NotApplicable`, as its likelihood does."""
        raise NotApplicable(NO_LIKELIHOOD)

    @property
    def fingerprint(self) -> Fingerprint | None:
        """Sums that tell the data apart, those of its members."""
        return self.fits[0].fingerprint

    def branches(self, histories: Histories) -> tuple[Branch, ...]:
        """Return the branches of all members that count, their chances times the members' weights."""
        return tuple(
            replace(branch, weight=weight * branch.weight)
            for fit, weight in zip(self.fits, self.weights, strict=True)
            if weight > 0.0
            for branch in fit.branches(histories)
        )

    def probability_alive_since(self, first_day: dt.date, histories: Histories) -> Floats:
        """Return P(still a customer at T) of customers first seen on one day, each T from there on."""
        alive = np.zeros(len(histories))
        for fit, weight in zip(self.fits, self.weights, strict=True):
            alive += weight * fit.probability_alive_since(first_day, histories)
        return alive

    def looking_from(self, earlier: float | Period) -> PooledFit:
        """Return the same pool as of a day so much earlier."""
        return replace(self, fits=tuple(fit.looking_from(earlier) for fit in self.fits))

    def at(self, theta: Floats) -> PooledFit:
        """Return the same pool at other parameters."""
        parts = self.model.split(theta)
        return replace(self, fits=tuple(fit.at(part) for fit, part in zip(self.fits, parts, strict=True)))

    def with_members(self, fits: tuple[Fit, ...]) -> PooledFit:
        """Return the pool of other fits with the same weights."""
        return replace(self, fits=fits)

    def posterior(self, *, draws: int = 200, seed: int = 0, histories: Histories | None = None) -> Posterior[PooledFit]:
        """Return fits of all members to the same resampled customers, 200 times at most; the weights stay.

        `histories` are needed for a loaded pool only. Raises `NotApplicable` without them, where the members were
        fitted to different customers, and where the data do not pin the parameters of a member down.
        """
        from regulars.models.parameter_draws import draw_together  # noqa: PLC0415 - its bootstrap fits the members

        return draw_together(self, self._histories(histories), draws, seed)

    def _histories(self, given: Histories | None) -> Histories:
        """Return the histories that the members were fitted to."""
        if given is not None:
            return self._in_unit(given)
        known = self.fits[0].histories
        if known is None:
            raise NotApplicable("a loaded pool does not hold its histories: give them, posterior(histories=...)")
        seen = [fit.fingerprint for fit in self.fits]
        if not all(one is not None and seen[0] is not None and one.matches(seen[0]) for one in seen):
            raise NotApplicable("the fits of the pool saw different customers, which cannot be drawn again together")
        return known

    def save(self, path: str | Path) -> None:
        """Write the pool to a JSON file that `regulars.load` reads."""
        Path(path).write_text(json.dumps(self.to_json(), indent=2, allow_nan=False) + "\n", encoding="utf-8")

    def to_json(self) -> dict[str, object]:
        """Return the pool as JSON values: its members as they are saved alone, and their weights."""
        return {
            "schema": SCHEMA,
            "model": self.model.name,
            "weights": list(self.weights),
            "members": [fit.to_json() for fit in self.fits],
        }


def _check(fits: tuple[Fit, ...], weights: tuple[float, ...]) -> None:
    if not fits or len(fits) != len(weights):
        raise InputError(f"a pool needs a weight for each of its fits, got {len(fits)} fits and {len(weights)} weights")
    if not all(weight >= 0.0 for weight in weights) or not abs(math.fsum(weights) - 1.0) <= ROUNDING:
        raise InputError(f"the weights of a pool must be 0 or more and sum to 1, got {', '.join(map(str, weights))}")
    units = {fit.unit.value for fit in fits}
    if len(units) > 1:
        raise InputError(f"the fits of a pool must be in one unit, got {' and '.join(sorted(units))}")


def _block_diagonal(blocks: list[Floats]) -> Floats:
    """Return the covariance of parameters that were estimated member by member.

    The members saw the same customers, so their errors do go together; that is not known from the fits alone.
    """
    size = sum(len(block) for block in blocks)
    whole, start = np.zeros((size, size)), 0
    for block in blocks:
        end = start + len(block)
        whole[start:end, start:end] = block
        start = end
    return whole
