"""Draws from a law known only up to a factor: importance sampling with heavy-tailed proposals that learn its shape.

The first points come from one t law, later rounds from a mixture of t laws with a smaller spread, one around each of
many points drawn by their weights and pulled towards the mean so that the mixture has the mean that the weighted
points show, and their covariance but for its heavier tails (West 1993): it follows a law that is bent, or has one long
tail, as the likelihoods of these models do. Every point is weighted by the density over the mixture of all rounds,

    w_i = f(θ_i) / Σ_k (n_k/n) q_k(θ_i)                                                      (1)

(adaptive multiple importance sampling with the deterministic mixture: Cornuet, Marin, Mira & Robert 2012), so no
round is thrown away and a poor first law does no lasting harm. How much the weighted points are worth is their
effective number (Kish 1965)

    n_eff = (Σ w)² / Σ w².                                                                   (2)

West (1993), Approximating posterior distributions by mixtures, Journal of the Royal Statistical Society B 55(2).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FREEDOM = 5.0
# Shares of the points: two rounds to learn the shape, the rest from what was learned.
ROUNDS = (0.2, 0.3, 0.5)
# Laws in a mixture, and their spread as a share of the whole: with 0.5 to 0.8 the effective number differs little.
CENTRES = 200
WIDTH = 0.65


@dataclass(frozen=True, eq=False)
class StudentT:
    """Multivariate t laws with 5 degrees of freedom, equally likely, around `centres`, shape (laws, dimensions).

    They share one scale matrix, of which `root` is a root: scale = root · root'.
    """

    centres: Floats
    root: Floats

    def draw(self, number: int, rng: np.random.Generator) -> Floats:
        """Return points of the mixture, shape (number, dimensions)."""
        tails = np.sqrt(rng.chisquare(FREEDOM, number) / FREEDOM)
        around = self.centres[rng.integers(len(self.centres), size=number)]
        return around + rng.standard_normal(around.shape) / tails[:, None] @ self.root.T

    def log_density(self, points: Floats) -> Floats:
        """Return the logarithm of the density per point, up to a constant that all laws of one dimension share."""
        there, centres = (np.linalg.solve(self.root, places.T) for places in (points, self.centres))
        distance = sum((one[:, None] - other) ** 2 for one, other in zip(there, centres, strict=True))
        each = -0.5 * (FREEDOM + len(there)) * np.log1p(distance / FREEDOM)
        return _log_of_sum(each) - float(np.linalg.slogdet(self.root)[1]) - np.log(len(self.centres))


@dataclass(frozen=True, eq=False)
class Weighted:
    """Points, shape (n, dimensions), and their weights (1), which sum to 1."""

    points: Floats
    weights: Floats


def importance_sample(
    log_density: Callable[[Floats], Floats], first: StudentT, number: int, rng: np.random.Generator
) -> Weighted:
    """Return `number` weighted points of a law, starting from the law `first`.

    `log_density` gives the logarithm of its density, up to a constant, for points of shape (n, dimensions).
    """
    ends = [round(share * number) for share in accumulate(ROUNDS)]
    sizes = [size for size in np.diff([0, *ends]).tolist() if size > 0]
    laws, points, heights = [first], np.empty((0, first.centres.shape[1])), np.empty(0)
    for size in sizes:
        new = laws[-1].draw(size, rng)
        points = np.concatenate([points, new])
        heights = np.concatenate([heights, log_density(new)])
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
    each = np.stack([share + law.log_density(points) for share, law in zip(log_shares, laws, strict=True)], axis=1)
    log_weights = heights - _log_of_sum(each)
    weights = np.exp(log_weights - log_weights.max())
    return weights / weights.sum()


def _log_of_sum(logarithms: Floats) -> Floats:
    """Return log Σ exp per row; logaddexp of numpy is not vectorised and takes six times as long."""
    top = logarithms.max(axis=1)
    return np.asarray(top + np.log(np.exp(logarithms - top[:, None]).sum(axis=1)), dtype=np.float64)


def _learned(points: Floats, weights: Floats, last: StudentT) -> StudentT:
    """Return the mixture that the weighted points show; the last one where they are too few.

    Weights are cut at n^-1/2 for this: one lucky point must not pull the next law to itself (Ionides 2008).
    """
    cut = np.minimum(weights, weights.size**-0.5)
    if effective_size(cut) < 4.0 * points.shape[1]:
        return last
    cut /= cut.sum()
    mean = cut @ points
    away = points - mean
    values, vectors = np.linalg.eigh((away * cut[:, None]).T @ away)
    root = vectors * np.sqrt(np.maximum(values, 1e-12 * float(values[-1])))
    chosen = np.searchsorted(np.cumsum(cut), (np.arange(CENTRES) + 0.5) / CENTRES)
    return StudentT(mean + np.sqrt(1.0 - WIDTH**2) * away[np.minimum(chosen, weights.size - 1)], WIDTH * root)
