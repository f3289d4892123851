"""Draws from a law known only up to a factor: importance sampling with a heavy-tailed proposal that learns.

Points come in rounds from t laws; after each round the next law takes the mean and covariance that the weighted
points show. Every point is weighted by the density over the mixture of all laws used,

    w_i = f(θ_i) / Σ_k (n_k/n) q_k(θ_i)                                                      (1)

(adaptive multiple importance sampling with the deterministic mixture: Cornuet, Marin, Mira & Robert 2012), so no
round is thrown away and a poor first law does no lasting harm. How much the weighted points are worth is their
effective number (Kish 1965)

    n_eff = (Σ w)² / Σ w².                                                                   (2)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FREEDOM = 5.0
# Shares of the points: two rounds to learn the shape, the rest from what was learned.
ROUNDS = (0.2, 0.3, 0.5)


@dataclass(frozen=True, eq=False)
class StudentT:
    """A multivariate t law with 5 degrees of freedom: its centre, and a root of its scale matrix."""

    centre: Floats
    root: Floats

    @classmethod
    def with_covariance(cls, centre: Floats, covariance: Floats) -> StudentT:
        """Return the law around `centre` with the scale matrix `covariance`; directions without spread get a little."""
        values, vectors = np.linalg.eigh(covariance)
        return cls(centre, vectors * np.sqrt(np.maximum(values, 1e-12 * float(values[-1]))))

    def draw(self, number: int, rng: np.random.Generator) -> Floats:
        """Return points of the law, shape (number, dimensions)."""
        tails = np.sqrt(rng.chisquare(FREEDOM, number) / FREEDOM)
        return self.centre + rng.standard_normal((number, self.centre.size)) / tails[:, None] @ self.root.T

    def log_density(self, points: Floats) -> Floats:
        """Return the logarithm of the density per point, up to a constant that all laws of one dimension share."""
        steps = np.linalg.solve(self.root, (points - self.centre).T)
        tail = np.log1p((steps**2).sum(axis=0) / FREEDOM)
        return -0.5 * (FREEDOM + self.centre.size) * tail - float(np.linalg.slogdet(self.root)[1])


@dataclass(frozen=True, eq=False)
class Weighted:
    """Points, shape (n, dimensions), and their weights (1), which sum to 1."""

    points: Floats
    weights: Floats


def importance_sample(
    log_density: Callable[[Floats], float], first: StudentT, number: int, rng: np.random.Generator
) -> Weighted:
    """Return `number` weighted points of the law whose logarithm is `log_density`, starting from the law `first`."""
    sizes = [max(1, round(share * number)) for share in ROUNDS[:-1]]
    sizes.append(max(1, number - sum(sizes)))
    laws, points, heights = [first], np.empty((0, first.centre.size)), np.empty(0)
    for size in sizes:
        new = laws[-1].draw(size, rng)
        points = np.concatenate([points, new])
        heights = np.concatenate([heights, [log_density(point) for point in new]])
        weights = _weights(points, heights, laws, sizes)
        laws.append(_learned(points, weights, laws[-1]))
    return Weighted(points, weights)


def effective_size(weights: Floats) -> float:
    """Return (2).

    >>> effective_size(np.array([0.25, 0.25, 0.5]))
    2.66...
    """
    return float(weights.sum() ** 2 / (weights**2).sum())


def _weights(points: Floats, heights: Floats, laws: list[StudentT], sizes: list[int]) -> Floats:
    log_shares = np.log(np.array(sizes[: len(laws)]) / len(points))
    mixture = np.logaddexp.reduce(
        [share + law.log_density(points) for share, law in zip(log_shares, laws, strict=True)]
    )
    log_weights = heights - mixture
    weights = np.exp(log_weights - log_weights.max())
    return weights / weights.sum()


def _learned(points: Floats, weights: Floats, last: StudentT) -> StudentT:
    """Return the law with the mean and covariance of the weighted points; the last one where they are too few.

    Weights are cut at n^-1/2 for this: one lucky point must not pull the next law to itself (Ionides 2008).
    """
    cut = np.minimum(weights, weights.size**-0.5)
    if effective_size(cut) < 4.0 * points.shape[1]:
        return last
    cut /= cut.sum()
    centre = cut @ points
    away = points - centre
    return StudentT.with_covariance(centre, (away * cut[:, None]).T @ away)
