"""The likelihood of a model of spend, whichever it is, as its climb sees it and as its fit reports it."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.models.histories import Floats
from regulars.models.optimise import Objective


@dataclass(frozen=True, eq=False)
class SpendLikelihood:
    """`height` per customer and its gradient, at the numbers that the climb works on.

    A fit's `point` is these numbers plus `origin`, which takes out the unit of money; log L is the height times
    `customers`, plus `constant`. `centre` is the mean of the points that the climb starts from.
    """

    height: Objective
    origin: Floats
    customers: float
    constant: float
    centre: Floats

    def at(self, point: Floats) -> float:
        """Return log L at the `point` of a fit."""
        return self.height(point - self.origin)[0] * self.customers + self.constant
