"""Quantities that are smooth in a customer's age, computed at a few ages and interpolated to all.

The future of a living customer is an analytic function of log(c + T), c the time scale of the
model's parameters, so a polynomial through a few Chebyshev points reproduces it to 1e-9 or
better; thousands of days of age then cost a few evaluations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Points for a function without features of its own, and more per unit of length in log(c + T);
# a customer's x purchases sharpen every feature by √(1 + x).
FEWEST = 14
PER_LENGTH = 5.0


class Spreading(Protocol):
    """Whatever carries values from a few nodes to all ages."""

    def spread(self, at_nodes: Floats) -> Floats:
        """Return values at all ages from values at the nodes, along the first axis."""
        ...


@dataclass(frozen=True, eq=False)
class AgeGrid:
    """The ages at which to compute (`nodes`), and the matrix that carries values there to all ages."""

    nodes: Floats
    matrix: Floats | None

    def spread(self, at_nodes: Floats) -> Floats:
        """Return values at all ages from values at the nodes, along the first axis."""
        return at_nodes if self.matrix is None else self.matrix @ at_nodes


@dataclass(frozen=True, eq=False)
class GridsInTurn:
    """Several grids below each other: the nodes of one after those of the other, and so the ages."""

    grids: Sequence[AgeGrid]

    def spread(self, at_nodes: Floats) -> Floats:
        """Return values at all ages of the first grid, then of the second, and so on."""
        edges = np.cumsum([grid.nodes.size for grid in self.grids])[:-1]
        parts = np.split(at_nodes, edges)
        return np.concatenate([grid.spread(part) for grid, part in zip(self.grids, parts, strict=True)])


def age_grid(ages: Floats, scale: float, frequency: float) -> AgeGrid:
    """Return the grid for these distinct ages; few ages are their own grid."""
    low, high = np.log(scale + float(ages.min())), np.log(scale + float(ages.max()))
    number = int(FEWEST + PER_LENGTH * (high - low) * np.sqrt(1.0 + frequency))
    if number >= ages.size:
        return AgeGrid(ages, None)
    angles = np.pi * np.arange(number) / (number - 1)
    points = np.cos(angles)
    nodes = np.exp(low + (high - low) * (points + 1.0) / 2.0) - scale
    nodes[0], nodes[-1] = ages.max(), ages.min()
    position = 2.0 * (np.log(scale + ages) - low) / (high - low) - 1.0
    return AgeGrid(np.maximum(nodes, 0.0), _barycentric(points, position))


def _barycentric(points: Floats, position: Floats) -> Floats:
    """Return the matrix of Lagrange's polynomials of Chebyshev points (Berrut & Trefethen 2004, eq. 4.2 and 5.4)."""
    weights = (-1.0) ** np.arange(points.size)
    weights[0] *= 0.5
    weights[-1] *= 0.5
    distance = position[:, None] - points
    hit = np.abs(distance) < np.finfo(float).eps
    distance[hit] = 1.0
    parts = weights / distance
    matrix: Floats = parts / parts.sum(axis=1, keepdims=True)
    rows = hit.any(axis=1)
    matrix[rows] = hit[rows].astype(np.float64)
    return matrix
