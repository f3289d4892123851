"""Futures at the few ages from which predictions are carried to all customers of one frequency."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from regulars.models.ages import AgeGrid
    from regulars.models.branches import Branch, Living
    from regulars.models.histories import Floats, Histories, Integers


class OnGrid(NamedTuple):
    """One branch of the histories `rows` of a frequency: its chance for each, its grid, and which age each has."""

    frequency: float
    living: Living
    grid: AgeGrid
    rows: Integers
    age: Integers
    chance: Floats

    @property
    def x(self) -> Floats:
        """The frequency at each node of the grid."""
        return np.full(self.grid.nodes.shape, self.frequency)


def on_grids(branches: Sequence[Branch], histories: Histories) -> Iterator[OnGrid]:
    """Yield the branches of the histories of each frequency, each on its grid."""
    for frequency in np.unique(histories.frequency).tolist():
        rows = np.flatnonzero(histories.frequency == frequency)
        ages, age = np.unique(histories.age[rows], return_inverse=True)
        for branch in branches:
            grid = branch.living.age_grid(ages, frequency)
            yield OnGrid(frequency, branch.living, grid, rows, age, branch.weight[rows])
