"""How uncertain the parameters are where the curvature at the top of the likelihood does not tell.

With few customers a parameter may run to the end of its range: its standard error does not exist, yet the data
hardly rule out other values. Then the parameters are drawn from likelihood times a vague prior,

    p(θ | data) ∝ L(θ) · Π_j N(log θ_j; c_j, 2²)                                  (1)

with c the mean of the logarithms of the model's own starting points, which only know how often and for how long
customers were seen; the prior lets each parameter be fifty times smaller or larger. Draws come from a t law with 5
degrees of freedom around the top of (1), shaped by its curvature there, and are redrawn in proportion to
(1) over the density of that law (sampling importance resampling, Rubin 1988).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regulars.models.likelihood import Likelihood
from regulars.models.optimise import FURTHEST, climb, curvature

if TYPE_CHECKING:
    from regulars.models.fit import Fit
    from regulars.models.histories import Floats, Histories

SPREAD = 2.0
FREEDOM = 5.0
PROPOSALS = 1000
# A logarithm less certain than this is not described by its curvature: a factor of e either way.
UNCERTAIN = 1.0


def is_vague(fit: Fit) -> bool:
    """Whether some parameter has no standard error, or one so large that the curvature does not describe it."""
    return not bool((np.diag(fit.covariance) <= UNCERTAIN**2).all())


def posterior(fit: Fit, histories: Histories, draws: int, rng: np.random.Generator) -> Floats:
    """Return draws of the parameters from (1), shape (draws, parameters), in the unit of the fit."""
    height = _Height(fit, histories)
    top = climb(height, height.centre).point
    values, vectors = np.linalg.eigh(curvature(height, top) * height.customers)
    # The prior alone bends as much as its precision, whatever the likelihood does.
    root = vectors / np.sqrt(np.maximum(values, SPREAD**-2))
    tails = np.sqrt(rng.chisquare(FREEDOM, PROPOSALS) / FREEDOM)
    steps = rng.standard_normal((PROPOSALS, top.size)) / tails[:, None]
    points = top + steps @ root.T
    log_proposal = -0.5 * (FREEDOM + top.size) * np.log1p((steps**2).sum(axis=1) / FREEDOM)
    log_weight = np.array([height.total(point) for point in points]) - log_proposal
    weight = np.exp(log_weight - log_weight.max())
    theta: Floats = np.exp(points[rng.choice(PROPOSALS, size=draws, p=weight / weight.sum())])
    return theta


class _Height:
    """The logarithm of (1) per customer and its gradient, by the logarithms of the parameters."""

    def __init__(self, fit: Fit, histories: Histories) -> None:
        self._likelihood = Likelihood(fit.model, histories)
        self.customers = histories.customers_total
        exposure = float(histories.age @ histories.count)
        rate = (float(histories.frequency @ histories.count) + 0.5) / exposure
        self.centre = np.log(fit.model.starts(rate, exposure / self.customers)).mean(axis=0)

    def __call__(self, point: Floats) -> tuple[float, Floats]:
        value, gradient = self._likelihood(point)
        away = (point - self.centre) / SPREAD
        return value - float(away @ away) / (2.0 * self.customers), gradient - away / (SPREAD * self.customers)

    def total(self, point: Floats) -> float:
        """Return the logarithm of (1); minus infinity beyond what a climb may reach."""
        if (np.abs(point) > FURTHEST).any():
            return -np.inf
        value = self(point)[0] * self.customers
        return value if np.isfinite(value) else -np.inf
