"""Pareto/NBD with covariates that change in time: the fit, its certificate, and what it answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import numpy as np
from numpy.typing import NDArray

from regulars.errors import InputError, NotApplicable
from regulars.models import findings
from regulars.models.certificate import Certificate
from regulars.models.effects import findings as about_effects
from regulars.models.effects.paths import CovariatePaths
from regulars.models.effects.two_clocks import Life, expected_living, log_likelihood
from regulars.models.fingerprint import Fingerprint
from regulars.models.histories import Histories
from regulars.models.optimise import Objective, Summit, at_boundary, climb, covariance_from, curvature
from regulars.models.transactions.pareto_nbd import ParetoNBD
from regulars.periods import Period, Unit, length_in

Floats = NDArray[np.float64]

INSIDE = 4
# How closely starts are followed to see whether they agree: the relative gain left in the likelihood.
ROUGHLY = 1e-9

if TYPE_CHECKING:
    from regulars.models.parameter_draws import Posterior


@dataclass(frozen=True)
class TimedParetoNBD:
    """Pareto/NBD whose covariates change in time, by the names of those on purchase and on dropout.

    >>> TimedParetoNBD(purchase=("sale",)).names
    ('r', 'alpha', 's', 'beta', 'purchase.sale')
    """

    purchase: tuple[str, ...] = ()
    dropout: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The name of the model as papers write it, with what was added to it."""
        return f"{ParetoNBD.title} with covariates in time"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parameters, then of the effects."""
        effects = (*(f"purchase.{name}" for name in self.purchase), *(f"dropout.{name}" for name in self.dropout))
        return (*ParetoNBD.parameters, *effects)

    def fit(self, paths: CovariatePaths) -> TimedFit:
        """Return the maximum likelihood fit to `paths`, parameters in their unit.

        Raises `InputError` where a covariate is missing, `NotApplicable` where one never differs or no customer was
        observed for any time.
        """
        height, scale = self.height(paths)
        histories = Histories(frequency=paths.frequency, recency=paths.recency, age=paths.age, unit=paths.unit)
        plain = ParetoNBD().fit(histories)
        starts = [self._start(plain.theta), *self.starts(paths)]
        found = [climb(height, start, resolution=ROUGHLY) for start in starts]
        summits = sorted(found, key=lambda summit: -summit.height)
        best = summits[0]
        summits[0] = climb(height, best.point, metric=best.metric)
        return self._described(paths, height, scale, summits, histories, plain.log_likelihood)

    def starts(self, paths: CovariatePaths) -> list[Floats]:
        """Return the starts of the plain model without effects, as points of `height`."""
        exposure = float(paths.age.sum())
        rate = (float(paths.frequency.sum()) + 0.5) / exposure
        return [self._start(theta) for theta in ParetoNBD().starts(rate, exposure / len(paths))]

    def _start(self, theta: Floats) -> Floats:
        return np.concatenate([np.log(theta), np.zeros(len(self.names) - INSIDE)])

    def height(self, paths: CovariatePaths, count: Floats | None = None) -> tuple[Objective, Floats]:
        """Return the height per customer at unit scale of the covariates, and that scale.

        `count` is how often each customer counts, once by default.
        """
        each = np.ones(len(paths)) if count is None else count
        life = self.life(paths)
        columns = np.concatenate([life.on_purchase, life.on_dropout])
        spread = np.ptp(paths.pieces.values[:, columns], axis=0)
        same = [name for name, size in zip(self.names[INSIDE:], spread, strict=True) if not size > 0.0]
        if same:
            raise NotApplicable(f"{', '.join(same)} never differs in these data: its effect cannot be learned")
        scale = np.concatenate([np.ones(INSIDE), np.abs(paths.pieces.values[:, columns]).max(axis=0)])
        middle = INSIDE + len(self.purchase)

        def height(point: Floats) -> tuple[float, Floats]:
            reported = point / scale
            value, gradient, _ = log_likelihood(life, reported[:INSIDE], reported[INSIDE:middle], reported[middle:])
            return float(each @ value) / len(paths), each @ gradient / scale / len(paths)

        return height, scale

    def life(self, paths: CovariatePaths) -> Life:
        """Return the base on its paths; raises `InputError` where a covariate is missing."""
        missing = [name for name in (*self.purchase, *self.dropout) if name not in paths.names]
        if missing:
            raise InputError(f"the paths carry no covariate {', '.join(missing)}; they carry: {', '.join(paths.names)}")
        return Life.of(paths, self.purchase, self.dropout)

    def _described(
        self,
        paths: CovariatePaths,
        height: Callable[[Floats], tuple[float, Floats]],
        scale: Floats,
        summits: list[Summit],
        histories: Histories,
        without: float,
    ) -> TimedFit:
        summit, customers = summits[0], float(len(paths))
        information = curvature(height, summit.point) * customers
        fixed = about_effects.ridge(information, at_boundary(summit.point))
        covariance = covariance_from(information, fixed)
        value = summit.height * customers
        found = (
            findings.top(summit, covariance, customers),
            findings.starts_agree(summits),
            findings.condition(self.names, information, covariance, fixed),
            *findings.boundaries(ParetoNBD.parameters, summit.point[:INSIDE]),
            *about_effects.run_away(self.names[INSIDE:], summit.point[INSIDE:]),
            *about_effects.not_identified(self.names, covariance, fixed),
            about_effects.gain(len(self.names) - INSIDE, ParetoNBD.title, value - without, penalised=False),
            findings.repeat_buyers(histories),
        )
        return TimedFit(
            spec=self,
            theta=np.exp(summit.point[:INSIDE]),
            effects=(summit.point / scale)[INSIDE:],
            unit=paths.unit,
            log_likelihood=value,
            customers=customers,
            covariance=covariance / np.outer(scale, scale),
            certificate=Certificate(found),
            fingerprint=Fingerprint.of(histories),
        )


def _refused(question: str) -> Callable[..., NoReturn]:
    """Return the answer to a question about days on which nobody knows the covariates yet."""

    def refuse(*_: object, **__: object) -> NoReturn:
        raise NotApplicable(
            f"{question}: not computed where covariates change in time, because their future is not known beyond the "
            "paths; P(alive) and expected purchases along the paths are"
        )

    refuse.__doc__ = f"Raise `NotApplicable`: {question}."
    return refuse


@dataclass(frozen=True, eq=False)
class TimedFit:
    """Pareto/NBD with covariates in time at its parameters: `theta` where all covariates are zero, then the effects.

    `covariance` is that of the logarithms of `theta` and of the effects, NaN where there is none.
    """

    spec: TimedParetoNBD
    theta: Floats
    effects: Floats
    unit: Unit
    log_likelihood: float
    customers: float
    covariance: Floats
    certificate: Certificate
    fingerprint: Fingerprint | None = None

    @property
    def model(self) -> ParetoNBD:
        """The plain model."""
        return ParetoNBD()

    def at(self, theta: Floats) -> TimedFit:
        """Return the same with other parameters, then e to the power of other effects."""
        return replace(self, theta=theta[:INSIDE], effects=np.log(theta[INSIDE:]))

    def posterior(self, paths: CovariatePaths, *, draws: int = 2000, seed: int = 0) -> Posterior[TimedFit]:
        """Return draws of parameters and effects from likelihood times a vague prior, weighted.

        `paths` are those it was fitted to: a fit does not hold them. Raises `NotApplicable` where the data do not pin
        the parameters down. `effects/paths_posterior.py` has the law.
        """
        from regulars.models.effects.paths_posterior import draw_parameters  # noqa: PLC0415 - few ask for it

        return draw_parameters(self, paths, draws, seed)

    def save(self, path: str | Path) -> None:
        """Write the fit to a JSON file that `regulars.load` reads."""
        Path(path).write_text(json.dumps(self.to_json(), indent=2, allow_nan=False) + "\n", encoding="utf-8")

    def to_json(self) -> dict[str, object]:
        """Return the fit as JSON values; a missing standard error is null."""
        from regulars.models.effects.saving import timed_to_json  # noqa: PLC0415 - which reads fits as well

        return timed_to_json(self)

    @property
    def params(self) -> dict[str, float]:
        """Parameters by name in the order of the paper, then the effects."""
        return dict(zip(self.spec.names, [*self.theta.tolist(), *self.effects.tolist()], strict=True))

    @property
    def standard_errors(self) -> dict[str, float]:
        """Standard errors (delta method); NaN where there is none, see the certificate."""
        errors = np.sqrt(np.diag(self.covariance))
        errors[:INSIDE] *= self.theta
        return dict(zip(self.spec.names, errors.tolist(), strict=True))

    @property
    def aic(self) -> float:
        """Akaike's criterion, 2k - 2 log L."""
        return 2.0 * len(self.spec.names) - 2.0 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Schwarz's criterion, k log(customers) - 2 log L."""
        return float(len(self.spec.names) * np.log(self.customers) - 2.0 * self.log_likelihood)

    def probability_alive(self, paths: CovariatePaths) -> Floats:
        """Return P(still a customer at T) per customer."""
        log_odds = log_likelihood(self._life(paths), np.log(self.theta), *self._by_clock())[2]
        return np.exp(-np.logaddexp(0.0, log_odds))

    def expected_purchases(self, paths: CovariatePaths, t: float | Period) -> Floats:
        """Return the expected purchases in the `t` after T, per customer; the paths must say what comes, or hold on."""
        living = expected_living(self._life(paths), length_in(self.unit, t), self.theta, *self._by_clock())
        return self.probability_alive(paths) * living

    purchases_pmf = _refused("the chance of each number of purchases")
    discounted_purchases = _refused("discounted purchases")
    residual_purchases = _refused("the worth of all purchases to come")
    expected_purchases_new = _refused("what a new customer buys")
    simulate = _refused("simulation")

    def _by_clock(self) -> tuple[Floats, Floats]:
        middle = len(self.spec.purchase)
        return self.effects[:middle], self.effects[middle:]

    def _life(self, paths: CovariatePaths) -> Life:
        if paths.unit is not self.unit:
            raise InputError(f"the fit is in {self.unit.value}s, the paths are in {paths.unit.value}s")
        return self.spec.life(paths)
