"""MBG/NBD: as BG/NBD, but a customer may leave right after the first purchase already.

While active a customer buys at random at a rate λ of the customer's own, λ ~ Gamma(r, α). After
every purchase, the first included, the customer leaves for good with probability p ~ Beta(a, b).
Formulas (1) to (5) are in `beta_geometric`; the opportunities to leave that a living customer has
survived are x + 1. So a customer who never came back may be gone, unlike under BG/NBD.

When not to use it: buyers with regular rhythms (the silence after a missed turn says more than this
model hears), and contracts, where leaving is seen.

Batislam, Denizel & Filiztekin (2007), Empirical validation and comparison of models for customer base
analysis, International Journal of Research in Marketing 24(3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from regulars.models.fitting import Fittable
from regulars.models.lives import Floats, Lives
from regulars.models.transactions import beta_geometric


@dataclass(frozen=True)
class MBGNBD(Fittable):
    """The MBG/NBD model; parameters r, alpha, a, b (Batislam, Denizel & Filiztekin 2007, eq. 5).

    >>> from regulars.models.histories import Histories
    >>> h = Histories(frequency=[2, 1, 0], recency=[30.43, 1.71, 0], age=[38.86, 38.86, 38.86], count=[50, 30, 60])
    >>> sorted(MBGNBD().fit(h).params)
    ['a', 'alpha', 'b', 'r']
    """

    name: ClassVar[str] = "mbg-nbd"
    title: ClassVar[str] = "MBG/NBD"
    parameters: ClassVar[tuple[str, ...]] = ("r", "alpha", "a", "b")
    cached_rows: ClassVar[int] = 8192
    has_dropout: ClassVar[bool] = True

    def starts(self, rate: float, age: float) -> list[Floats]:
        """Return points to start a fit from."""
        return beta_geometric.starts(rate, age)

    def log_likelihood(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> tuple[Floats, Floats]:
        """Return log L per history and its derivatives by r, alpha, a, b."""
        return beta_geometric.log_likelihood(theta, x, recency, age, survived=x + 1.0)

    def log_odds_dropped(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> Floats:
        """Return the log odds of having dropped out by T."""
        return beta_geometric.log_odds_dropped(theta, x, recency, age, survived=x + 1.0)

    def living_rate(self, theta: Floats, x: float, age: float) -> tuple[float, float]:
        """Return r+x and α+T."""
        return float(theta[0] + x), float(theta[1] + age)

    def time_scale(self, theta: Floats) -> float:
        """Return α."""
        return float(theta[1])

    def living_purchases(self, theta: Floats, x: Floats, age: Floats, t: float | Floats) -> Floats:
        """Return the expected purchases in t of a customer alive at T."""
        return beta_geometric.living_purchases(theta, x, age, t, survived=x + 1.0)

    def living_pmf(self, theta: Floats, x: Floats, age: Floats, t: float, n: Floats) -> Floats:
        """Return P(n purchases in t | alive at T)."""
        return beta_geometric.living_pmf(theta, x, age, t, n, survived=x + 1.0)

    def draw_living(self, theta: Floats, x: Floats, age: Floats, rng: np.random.Generator) -> Lives:
        """Return the hidden lives from T on of customers alive at T."""
        return beta_geometric.draw_living(theta, x, age, x + 1.0, rng)
