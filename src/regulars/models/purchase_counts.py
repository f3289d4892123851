"""How many purchases a living customer will make: the weights of the mixture behind every value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from regulars.models.ages import AgeGrid
from regulars.models.histories import Floats
from regulars.models.transaction_model import TransactionModel

# Counts up to here stand for themselves; beyond, one count stands for a run that is this share of it
# wide, far below the width of what n purchases are worth.
EXACT = 40
RUN = 0.04
# Probability left out in the far tail.
TAIL = 1e-8


@dataclass(frozen=True, eq=False)
class PurchaseCounts:
    """P(N | alive) by age: `none` is P(N = 0) at all ages, `some` P(N ≈ number) at the grid's nodes.

    What is linear in `some` is computed at the nodes and then spread, which is less work.
    """

    number: Floats
    none: Floats
    some: Floats
    grid: AgeGrid

    def average(self, by_number: Floats) -> Floats:
        """Return Σ P(N = n)·by_number[n] by age, n >= 1; `by_number` has the counts on its first axis."""
        return self.grid.spread(self.some @ by_number)


def purchase_counts(
    model: TransactionModel, theta: Floats, frequency: float, grid: AgeGrid, t: float
) -> PurchaseCounts:
    """Return the law of the purchases in t of customers with `frequency` repeat purchases, alive at each age."""
    x = np.full(grid.nodes.shape, frequency)
    number, width = _runs(_most(model, theta, frequency, float(grid.nodes.min()), t))
    none = model.living_pmf(theta, x, grid.nodes, t, np.zeros(1))[:, 0]
    some = model.living_pmf(theta, x, grid.nodes, t, number) * width
    # The counts that stand for runs, and the tail left out, are made up for in proportion.
    some *= ((1.0 - none) / np.maximum(some.sum(axis=1), np.finfo(float).tiny))[:, None]
    return PurchaseCounts(number, grid.spread(none), some, grid)


def _most(model: TransactionModel, theta: Floats, frequency: float, age: float, t: float) -> int:
    """Return a count that even a customer who never leaves exceeds with probability below `TAIL` only."""
    shape, scale = model.living_rate(theta, frequency, age)
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
