"""What a model of purchases and dropout has to say; everything else follows from it.

For the models of this family the future of a customer who is still alive at T depends on
(x, T) alone; t_x enters only through the probability of being alive. So a model states
its likelihood, the odds of having dropped out, and the future of a living customer.
A new customer is the history (0, 0, 0).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from regulars.models.lives import Floats, Lives

if TYPE_CHECKING:
    from regulars.models.fit import Fit
    from regulars.models.histories import Histories
    from regulars.models.laws import Law


class TransactionModel(Protocol):
    """One model of repeat purchases; frozen, a fit is another value."""

    @property
    def name(self) -> str:
        """The name a user types, as registered."""
        ...

    @property
    def title(self) -> str:
        """The name as papers write it."""
        ...

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters, in the order of the paper; all are positive."""
        ...

    @property
    def has_dropout(self) -> bool:
        """Whether customers may stop for good."""
        ...

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What the model takes for granted about customers: a plain sentence each, with what follows if it is wrong."""
        ...

    @property
    def cached_rows(self) -> int:
        """How many histories to evaluate at a time: temporaries stay in a core's cache and below 128 KB.

        Larger ones are fresh pages from the system at each step, which costs threads more than the mathematics.
        """
        ...

    def starts(self, rate: float, age: float) -> list[Floats]:
        """Return points to start a fit from: `rate` repeat purchases per customer and unit, `age` units on average."""
        ...

    def log_likelihood(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> tuple[Floats, Floats]:
        """Return log L per history, shape (n,), and its derivatives by the parameters, shape (k, n)."""
        ...

    def log_odds_dropped(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> Floats:
        """Return log P(dropped out by T) / P(alive at T) per history; minus infinity where alive for certain."""
        ...

    def fit(self, histories: Histories, *, threads: int = 1) -> Fit:
        """Return the maximum likelihood fit to `histories`."""
        ...

    def living_rate(self, theta: Floats, x: float, age: float) -> tuple[float, float]:
        """Return shape and rate of the gamma law of the purchase rate of a customer alive at T."""
        ...

    def dropout_law(self, theta: Floats) -> Law | None:
        """Return how new customers differ in leaving: a chance each time (Beta), a rate (Gamma), or not."""
        ...

    def time_scale(self, theta: Floats) -> float:
        """Return the shortest time on which predictions change with age."""
        ...

    def living_purchases(self, theta: Floats, x: Floats, age: Floats, t: float | Floats) -> Floats:
        """Return the expected purchases in the t units after T of a customer alive at T."""
        ...

    def living_pmf(self, theta: Floats, x: Floats, age: Floats, t: float, n: Floats) -> Floats:
        """Return P(n purchases in the t units after T | alive at T), shape (histories, len(n))."""
        ...

    def lasting(self, theta: Floats, t: Floats) -> Floats:
        """Return P(a new customer has not dropped out t units after the first purchase)."""
        ...

    def mean_lifetime(self, theta: Floats) -> float:
        """Return the mean time from a new customer's first purchase to dropout; infinite where it has no end."""
        ...

    def draw_living(self, theta: Floats, x: Floats, age: Floats, rng: np.random.Generator) -> Lives:
        """Return the hidden lives from T on of customers alive at T; `x` and `age` of any one shape."""
        ...
