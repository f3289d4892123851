"""BG/NBD: customers buy at their own pace, and may quietly leave after any repeat purchase.

While active a customer buys at random at a rate λ of the customer's own, λ ~ Gamma(r, α). After
each repeat purchase the customer leaves for good with probability p ~ Beta(a, b). Formulas (1)
to (5) are in `beta_geometric`; the opportunities to leave that a living customer has survived
are the x repeat purchases.

When not to use it: a customer who never came back is alive for certain here, because nobody can
leave before a repeat purchase. Where many customers buy once, compare with MBG/NBD and Pareto/NBD.

Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way, Marketing Science 24(2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from regulars.models.fitting import Fittable
from regulars.models.lives import Floats, Lives
from regulars.models.transactions import beta_geometric


@dataclass(frozen=True)
class BGNBD(Fittable):
    """The BG/NBD model; parameters r, alpha, a, b (Fader, Hardie & Lee 2005, eq. 6).

    >>> from regulars.models.histories import Histories
    >>> h = Histories(frequency=[2, 1, 0], recency=[30.43, 1.71, 0], age=[38.86, 38.86, 38.86], count=[50, 30, 60])
    >>> sorted(BGNBD().fit(h).params)
    ['a', 'alpha', 'b', 'r']
    """

    name: ClassVar[str] = "bg-nbd"
    title: ClassVar[str] = "BG/NBD"
    parameters: ClassVar[tuple[str, ...]] = ("r", "alpha", "a", "b")
    cached_rows: ClassVar[int] = 8192
    has_dropout: ClassVar[bool] = True

    def starts(self, rate: float, age: float) -> list[Floats]:
        """Return points to start a fit from."""
        return beta_geometric.starts(rate, age)

    def log_likelihood(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> tuple[Floats, Floats]:
        """Return log L per history and its derivatives by r, alpha, a, b."""
        return beta_geometric.log_likelihood(theta, x, recency, age, survived=x)

    def log_odds_dropped(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> Floats:
        """Return the log odds of having dropped out by T."""
        return beta_geometric.log_odds_dropped(theta, x, recency, age, survived=x)

    def living_rate(self, theta: Floats, x: float, age: float) -> tuple[float, float]:
        """Return r+x and α+T."""
        return float(theta[0] + x), float(theta[1] + age)

    def time_scale(self, theta: Floats) -> float:
        """Return α."""
        return float(theta[1])

    def living_purchases(self, theta: Floats, x: Floats, age: Floats, t: float | Floats) -> Floats:
        """Return the expected purchases in t of a customer alive at T."""
        return beta_geometric.living_purchases(theta, x, age, t, survived=x)

    def living_pmf(self, theta: Floats, x: Floats, age: Floats, t: float, n: Floats) -> Floats:
        """Return P(n purchases in t | alive at T)."""
        return beta_geometric.living_pmf(theta, x, age, t, n, survived=x)

    def draw_living(self, theta: Floats, x: Floats, age: Floats, rng: np.random.Generator) -> Lives:
        """Return the hidden lives from T on of customers alive at T."""
        return beta_geometric.draw_living(theta, x, age, x, rng)
