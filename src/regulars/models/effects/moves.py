"""Which parameters of a model an effect moves: the one thing about effects that a model says itself.

If purchases come exp(u) times faster, the logarithms of the parameters move by u times `purchase`; likewise
`dropout`. If all times are stretched by exp(u), the logarithms move by u times `time`: for the parameters that
are times themselves that is 1. A model without `time` cannot run on a clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from regulars.errors import NotApplicable
from regulars.models.transaction_model import TransactionModel

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Moves:
    """By parameter, how far its logarithm moves; a parameter that is not named stays."""

    purchase: Mapping[str, float] = field(default_factory=dict)
    dropout: Mapping[str, float] = field(default_factory=dict)
    time: Mapping[str, float] = field(default_factory=dict)

    @property
    def leaves_by_purchases(self) -> bool:
        """Whether customers leave at purchases, so that dropout has no clock of its own."""
        return set(self.time) == set(self.purchase)


def moves_of(model: TransactionModel) -> Moves:
    """Return what a model says of effects; raises `NotApplicable` where it says nothing."""
    moves = getattr(model, "moves", None)
    if not isinstance(moves, Moves):
        raise NotApplicable(
            f"{model.title} takes no covariates and no clock: it does not say which parameters they move"
        )
    return moves


def row_of(model: TransactionModel, moved: Mapping[str, float]) -> Floats:
    """Return the movement of each parameter in the model's order."""
    return np.array([moved.get(name, 0.0) for name in model.parameters])
