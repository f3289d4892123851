"""How many purchases living customers will make: the weights of the mixture behind every value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from regulars.models.ages import AgeGrid, GridsInTurn, Spreading
from regulars.models.branches import Living
from regulars.models.histories import Floats, Integers

# Counts up to here stand for themselves; beyond, one count stands for a run that is this share of it
# wide, far below the width of what n purchases are worth.
EXACT = 40
RUN = 0.04
# Probability left out in the far tail.
TAIL = 1e-8


@dataclass(frozen=True, eq=False)
class PurchaseCounts:
    """P(N | alive) in rows, one per branch and age: `none` is P(N = 0), `some` P(N ≈ number) at the grid's nodes.

    What is linear in `some` is computed at the nodes and then spread, which is less work.
    """

    number: Floats
    none: Floats
    some: Floats
    grid: Spreading

    def average(self, by_number: Floats) -> Floats:
        """Return Σ P(N = n)·by_number[n] by row, n >= 1; `by_number` has the counts on its first axis."""
        return self.grid.spread(self.some @ by_number)

    def variance(self) -> Floats:
        """Return the variance of N by row, around the mean of these very counts.

        Counts that stand for runs are off by a part of a purchase in the mean; in E[N²] less the square of a mean found
        elsewhere that would be many times as much, and more than all of the variance where hundreds are bought.
        """
        mean = self.some @ self.number
        return self.grid.spread(self.some @ self.number**2 - mean**2)


@dataclass(frozen=True, eq=False)
class Mixed:
    """Which rows of a table make up each customer's law: `row` and `share`, shape (branches, customers).

    The shares of a customer sum to 1; one branch alone needs none.
    """

    row: Integers
    share: Floats | None = None

    @classmethod
    def single(cls, row: Integers) -> Mixed:
        """Return the mixture that is one row per customer."""
        return cls(row[None, :])

    def take(self, customers: Integers | NDArray[np.bool_]) -> Mixed:
        """Return the mixtures of some customers, by place or by a mask."""
        return Mixed(self.row[:, customers], None if self.share is None else self.share[:, customers])

    def of(self, table: Floats, column: Integers | None = None) -> Floats:
        """Return per customer the mixture of a table's rows, at the customer's column where there are columns."""
        if self.share is None:
            return table[self.row[0]] if column is None else table[self.row[0], column]
        total = np.zeros(self.row.shape[1])
        for row, share in zip(self.row, self.share, strict=True):
            total += share * (table[row] if column is None else table[row, column])
        return total


def purchase_counts(livings: Sequence[Living], frequency: float, grids: Sequence[AgeGrid], t: float) -> PurchaseCounts:
    """Return the law of the purchases in t of customers with `frequency` repeat purchases, alive at each age.

    The rows are all ages in the first branch, then all ages in the second, and so on.
    """
    branches = list(zip(livings, grids, strict=True))
    number, width = _runs(max(_most(living, frequency, float(grid.nodes.min()), t) for living, grid in branches))
    laws = [_law(living, frequency, grid, t, number, width) for living, grid in branches]
    grid = grids[0] if len(grids) == 1 else GridsInTurn(grids)
    none, some = (np.concatenate(parts) if len(parts) > 1 else parts[0] for parts in zip(*laws, strict=True))
    return PurchaseCounts(number, grid.spread(none), some, grid)


def _law(
    living: Living, frequency: float, grid: AgeGrid, t: float, number: Floats, width: Floats
) -> tuple[Floats, Floats]:
    """Return P(N = 0) and P(N ≈ number) at the nodes of a grid."""
    x = np.full(grid.nodes.shape, frequency)
    none = living.pmf(x, grid.nodes, t, np.zeros(1))[:, 0]
    some = living.pmf(x, grid.nodes, t, number) * width
    # The counts that stand for runs, and the tail left out, are made up for in proportion.
    some *= ((1.0 - none) / np.maximum(some.sum(axis=1), np.finfo(float).tiny))[:, None]
    return none, some


def _most(living: Living, frequency: float, age: float, t: float) -> int:
    """Return a count that even a customer who never leaves exceeds with probability below `TAIL` only."""
    shape, scale = living.pace(frequency, age)
    most = EXACT
    while special.betainc(most + 1.0, shape, t / (scale + t)) > TAIL:
        most *= 2
    return most


def _runs(most: int) -> tuple[Floats, Floats]:
    """Return counts from 1 to `most` and how many counts each stands for."""
    edges = [*range(1, min(most, EXACT) + 1)]
    while edges[-1] < most:
        edges.append(edges[-1] + max(1, int(edges[-1] * RUN)))
    starts = np.array([*edges, edges[-1] + 1], dtype=np.float64)
    return np.floor((starts[:-1] + starts[1:] - 1.0) / 2.0), np.diff(starts)
