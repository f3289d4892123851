"""How uncertain the parameters are: draws of them from all that the data allow.

The parameters are drawn from likelihood times a vague prior,

    p(θ | data) ∝ L(θ) · Π_j N(log θ_j; c_j, 2²)                                  (1)

with c the mean of the logarithms of the model's own starting points, which only know how often and for how long
customers were seen; the prior lets each parameter be fifty times smaller or larger, and makes (1) a law where the
likelihood alone is flat to the end of a parameter's range. Draws come from t laws that start at the top of (1) with
its curvature there (Laplace) and learn its shape, weighted as `importance` says.

Beyond `EXACT` distinct histories (1) is its own quadratic at the top, from all customers, plus what a sample of
customers shows beyond the sample's quadratic,

    log p(θ) ≈ -½ d'Hd + W Σ_i [ℓ_i(θ) - ℓ_i(θ̂) - g_i'd + ½ d'H_i d],   d = log θ - log θ̂        (2)

where the bracket is of third order in d, so that its sampling error is too (control variates: Bardenet, Doucet &
Holmes 2017, section 7; Quiroz, Kohn, Villani & Tran 2019): the cost does not grow with the number of customers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import numpy as np

from regulars.models.importance import StudentT, Weighted, importance_sample
from regulars.models.likelihood import Likelihood
from regulars.models.optimise import FURTHEST, Objective, at_boundary, climb, curvature

if TYPE_CHECKING:
    from regulars.models.fit import Fit
    from regulars.models.histories import Floats, Histories

SPREAD = 2.0
PROPOSALS = 1000
# The first law reaches further than the curvature says: one long tail that it misses would outweigh all other draws.
WIDER = 1.8
# Up to this many distinct histories the law is evaluated on all of them.
EXACT = 2_000
# A logarithm less certain than this is not described by its curvature: a factor of e either way.
UNCERTAIN = 1.0


class Estimated(Protocol):
    """A fit as far as its uncertainty goes."""

    @property
    def covariance(self) -> Floats:
        """Covariance of the logarithms of the parameters."""
        ...


def is_vague(fit: Estimated) -> bool:
    """Whether some parameter has no standard error, or one so large that the curvature does not describe it."""
    return not bool((np.diag(fit.covariance) <= UNCERTAIN**2).all())


def posterior(fit: Fit, histories: Histories, draws: int, rng: np.random.Generator) -> Floats:
    """Return equally likely draws of the parameters from (1), shape (draws, parameters), in the unit of the fit.

    Weighted points are redrawn in proportion to their weights (sampling importance resampling, Rubin 1988).
    """
    found = weighted_posterior(fit, histories, PROPOSALS, rng)
    theta: Floats = np.exp(found.points[rng.choice(PROPOSALS, size=draws, p=found.weights)])
    return theta


def weighted_posterior(fit: Fit, histories: Histories, draws: int, rng: np.random.Generator) -> Weighted:
    """Return weighted draws of the logarithms of the parameters from (1)."""
    height = _height(fit, histories)
    top = height.top(np.log(fit.theta))
    log_density = height.total if len(histories) <= EXACT else _by_sample(height, fit, histories, top)
    return sampled_around(top, height, log_density, draws, rng)


def sampled_around(
    top: Floats, height: Height, log_density: Callable[[Floats], Floats], draws: int, rng: np.random.Generator
) -> Weighted:
    """Return weighted draws of the law whose logarithm is `log_density`, from the curvature of `height` at its top."""
    values, vectors = np.linalg.eigh(curvature(height, top) * height.customers)
    # The prior alone bends as much as its precision, whatever the likelihood does.
    proposal = StudentT(top[None, :], WIDER * vectors / np.sqrt(np.maximum(values, SPREAD**-2)))
    return importance_sample(log_density, proposal, draws, rng)


def _height(fit: Fit, histories: Histories) -> Height:
    customers, exposure = histories.customers_total, float(histories.age @ histories.count)
    rate = (float(histories.frequency @ histories.count) + 0.5) / exposure
    centre = np.log(fit.model.starts(rate, exposure / customers)).mean(axis=0)
    likelihood = Likelihood(fit.model, histories)
    return Height(likelihood, customers, centre, likelihood.heights)


class Height:
    """The logarithm of (1) per customer and its gradient, from that of the likelihood; `centre` is c.

    `heights` gives the likelihood alone at several points, where that takes less than its gradients at each.
    """

    def __init__(
        self,
        likelihood: Objective,
        customers: float,
        centre: Floats,
        heights: Callable[[Floats], Floats] | None = None,
    ) -> None:
        self._likelihood = likelihood
        self.customers = customers
        self.centre = centre
        self._heights = heights or (lambda points: np.array([likelihood(point)[0] for point in points]))

    def __call__(self, point: Floats) -> tuple[float, Floats]:
        """Return the height per customer and its gradient."""
        value, gradient = self._likelihood(point)
        away = (point - self.centre) / SPREAD
        return value - float(away @ away) / (2.0 * self.customers), gradient - away / (SPREAD * self.customers)

    def top(self, known: Floats) -> Floats:
        """Return where (1) is highest, climbed from the top of the likelihood unless that ran away."""
        return climb(self, self.centre if at_boundary(known).any() else known).point

    def total(self, points: Floats) -> Floats:
        """Return the logarithm of (1) at `points`, shape (n, dimensions); minus infinity beyond a climb's reach."""
        likely = _within_reach(points, lambda inside: self._heights(inside) * self.customers)
        return likely - (((points - self.centre) / SPREAD) ** 2).sum(axis=1) / 2.0


def _within_reach(points: Floats, of: Callable[[Floats], Floats]) -> Floats:
    """Return `of` the points that a climb may reach where it is finite, and minus infinity elsewhere."""
    values = np.full(len(points), -np.inf)
    inside = (np.abs(points) <= FURTHEST).all(axis=1)
    values[inside] = of(points[inside])
    return np.where(np.isfinite(values), values, -np.inf)


def _by_sample(height: Height, fit: Fit, histories: Histories, top: Floats) -> Callable[[Floats], Floats]:
    """Return the logarithm of (2): all customers' quadratic, and a sample's remainder."""
    sample = Likelihood(fit.model, _sampled(histories))
    at_top, slope = sample(top)
    steepness = curvature(height, top) - curvature(sample, top)

    def log_density(points: Floats) -> Floats:
        away = points - top
        beyond = _within_reach(points, lambda inside: sample.heights(inside) - at_top)
        return height.customers * (beyond - away @ slope - 0.5 * ((away @ steepness) * away).sum(axis=1))

    return log_density


def _sampled(histories: Histories) -> Histories:
    """Return at most `EXACT` histories, evenly spaced among the customers in the order of their histories."""
    order = np.lexsort((histories.age, histories.recency, histories.frequency))
    reached = np.cumsum(histories.count[order])
    places = (np.arange(EXACT) + 0.5) / EXACT * reached[-1]
    rows, count = np.unique(order[np.searchsorted(reached, places)], return_counts=True)
    return histories.take(rows, count.astype(np.float64))
