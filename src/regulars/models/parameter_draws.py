"""Draws of a fit's parameters with their weights, and what they say about anything predicted from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from regulars.errors import InputError, NotApplicable
from regulars.models.asked import generator, how_many
from regulars.models.bootstrap import REFITS, bootstrap, bootstrap_together
from regulars.models.importance import Weighted, effective_size
from regulars.models.posterior import is_vague, weighted_posterior

if TYPE_CHECKING:
    from typing import Self

    from regulars.models.fit import Fit
    from regulars.models.histories import Floats, Histories
    from regulars.models.pooled import PooledFit

Method = Literal["importance sampling", "bootstrap"]
# Below this share of effective draws the weights rest on a few of them, and the curvature was no guide.
LEAST_EFFECTIVE = 0.05


@dataclass(frozen=True, eq=False)
class Weighed:
    """A quantity at every draw of the parameters, shape (draws, ...), with the weights of the draws."""

    values: Floats
    weights: Floats

    @property
    def mean(self) -> Floats:
        """The mean over the draws, of the quantity's shape."""
        return np.tensordot(self.weights, self.values, axes=1)

    @property
    def deviation(self) -> Floats:
        """The standard deviation over the draws, of the quantity's shape."""
        return np.sqrt(np.tensordot(self.weights, (self.values - self.mean) ** 2, axes=1))

    def quantile(self, level: float) -> Floats:
        """Return the smallest value with at least `level` of the weight at or below it, of the quantity's shape."""
        if not 0.0 <= level <= 1.0:
            raise InputError(f"the level of a quantile lies between 0 and 1, got {level}")
        order = np.argsort(self.values, axis=0, kind="stable")
        reached = np.cumsum(self.weights[order], axis=0)
        place = np.minimum((reached < level).sum(axis=0), len(self.weights) - 1)
        return np.take_along_axis(self.values, np.take_along_axis(order, place[None], axis=0), axis=0)[0]

    def interval(self, level: float = 0.8) -> tuple[Floats, Floats]:
        """Return the equal-tailed interval that holds `level` of the weight."""
        return self.quantile((1.0 - level) / 2.0), self.quantile((1.0 + level) / 2.0)


class Parametric(Protocol):
    """A fit that can be put to other parameters."""

    @property
    def model(self) -> Any:
        """The model, with its title."""
        ...

    @property
    def params(self) -> dict[str, float]:
        """Parameters by name, in the order of the paper."""
        ...

    @property
    def covariance(self) -> Floats:
        """Covariance of the logarithms of the numbers that are drawn."""
        ...

    def at(self, theta: Floats) -> Self:
        """Return the same fit at other numbers."""
        ...


OfFit = TypeVar("OfFit", bound=Parametric)


@dataclass(frozen=True, eq=False)
class Posterior(Generic[OfFit]):
    """Draws of what a fit was climbed on, shape (draws, parameters), and their weights, which sum to 1.

    These are the parameters themselves, for renewals numbers made of them. `method` says where they come from:
    likelihood times a vague prior by importance sampling, or fits to resampled customers where that rests on too
    few draws.
    """

    fit: OfFit
    draws: Floats
    weights: Floats
    method: Method

    @property
    def effective_sample_size(self) -> float:
        """How many equally likely draws the weighted ones are worth, (Σw)²/Σw² (Kish 1965)."""
        return effective_size(self.weights)

    @property
    def parameters(self) -> Weighed:
        """The parameters at every draw, in the order of the paper."""
        return self.of(lambda fit: list(fit.params.values()))

    def interval(self, level: float = 0.8) -> dict[str, tuple[float, float]]:
        """Return the equal-tailed interval of each parameter, by name."""
        low, high = self.parameters.interval(level)
        return dict(zip(self.fit.params, zip(low.tolist(), high.tolist(), strict=True), strict=True))

    def of(self, predict: Callable[[OfFit], ArrayLike]) -> Weighed:
        """Return what `predict` says of the fit at every draw; its own value may be a number or an array.

        Uncertainty of the parameters only: an expectation gets an interval, a single outcome varies more.
        """
        fits = (self.fit.at(theta) for theta in self.draws)
        return Weighed(np.array([predict(fit) for fit in fits], dtype=np.float64), self.weights)

    def __str__(self) -> str:
        worth = f"{self.effective_sample_size:,.0f} effective of {len(self.draws):,} draws, {self.method}"
        middle = self.parameters.quantile(0.5).tolist()
        rows = [
            f"{name:>12} {median:>12.6g}   {low:.6g} to {high:.6g}"
            for median, (name, (low, high)) in zip(middle, self.interval().items(), strict=True)
        ]
        return "\n".join([f"{self.fit.model.title}: {worth}", f"{'':>12} {'median':>12}   80 % interval", *rows])


def draw_parameters(fit: Fit, histories: Histories, draws: int, seed: int) -> Posterior[Fit]:
    """Return weighted draws of the parameters given `histories`, or fits to resampled customers; see `drawn`."""
    return drawn(
        fit,
        lambda number, rng: weighted_posterior(fit, histories, number, rng),
        lambda number, rng: bootstrap(fit, histories, number, rng),
        draws,
        seed,
    )


def drawn(
    fit: OfFit,
    weighted: Callable[[int, np.random.Generator], Weighted],
    resampled: Callable[[int, np.random.Generator], Floats],
    draws: int,
    seed: int,
) -> Posterior[OfFit]:
    """Return the `weighted` draws of logarithms, or fits to `resampled` data where those are worth too little.

    Raises `NotApplicable` where neither says how uncertain the parameters are, and `InputError` below one draw.
    """
    rng, draws = _checked(draws, seed)
    found = weighted(draws, rng)
    effective = effective_size(found.weights)
    if effective >= LEAST_EFFECTIVE * draws:
        return Posterior(fit, np.exp(found.points), found.weights, "importance sampling")
    if is_vague(fit):
        raise NotApplicable(
            f"the draws of the parameters of {fit.model.title} are worth only {effective:,.0f} of {draws:,}, and fits "
            "to resampled customers would end at the same boundary: these data do not pin the parameters down"
        )
    return equally_likely(fit, resampled(min(draws, REFITS), rng))


def draw_together(fit: PooledFit, histories: Histories, draws: int, seed: int) -> Posterior[PooledFit]:
    """Return the parameters of all members of a pool, each time fitted to the same resampled customers.

    The members saw the same customers, so their errors go together, and no likelihood says how: customers drawn
    again do. Raises `NotApplicable` where the parameters of a member are not pinned down.
    """
    rng, draws = _checked(draws, seed)
    for member in fit.members:
        if member.never_drawn_again:
            raise NotApplicable(member.never_drawn_again)
    vague = [member.model.title for member in fit.members if is_vague(member)]
    if vague:
        raise NotApplicable(
            f"fits of {' and '.join(vague)} to resampled customers would end at a boundary of the parameters, so the "
            "pool has no bootstrap; each of its fits has a posterior of its own"
        )
    return equally_likely(fit, bootstrap_together(fit.members, histories, min(draws, REFITS), rng))


def equally_likely(fit: OfFit, theta: Floats) -> Posterior[OfFit]:
    """Return fits to resampled data as draws."""
    return Posterior(fit, theta, np.full(len(theta), 1.0 / len(theta)), "bootstrap")


def _checked(draws: int, seed: int) -> tuple[np.random.Generator, int]:
    if draws < 1:
        raise InputError(f"a posterior needs at least one draw, got {draws}")
    return generator(seed), how_many("draws", draws, of="draws")
