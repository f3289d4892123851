"""What a model of purchases and dropout has to say; everything else follows from it.

The future of a customer is a mixture over a few branches (`branches`): given a branch, the future of a
customer alive at T depends on (x, T) alone; t_x enters through the chances. So a model states its likelihood
and its branches; with one branch (`OneFuture`) the odds of having dropped out and the future of a living
customer. A new customer is the history (0, 0, 0).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from regulars.models.lives import Floats

if TYPE_CHECKING:
    from regulars.models.branches import Branch
    from regulars.models.fit import Fit
    from regulars.models.histories import Histories
    from regulars.models.laws import Law


class Purchasing(Protocol):
    """What predictions ask of a model, or of several together, at given parameters."""

    @property
    def name(self) -> str:
        """The name a user types, as registered."""
        ...

    @property
    def title(self) -> str:
        """The name as papers write it."""
        ...

    @property
    def has_dropout(self) -> bool:
        """Whether customers may stop for good."""
        ...

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What the model takes for granted about customers: a plain sentence each, with what follows if it is wrong."""
        ...

    def branches(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> tuple[Branch, ...]:
        """Return the futures that customers with these histories may have, each with its chance."""
        ...

    def pace_law(self, theta: Floats) -> Law:
        """Return how new customers differ in pace: purchases per unit of time while they stay."""
        ...

    def dropout_law(self, theta: Floats) -> Law | None:
        """Return how new customers differ in leaving: a chance each time (Beta), a rate (Gamma), or not."""
        ...

    def time_scale(self, theta: Floats) -> float:
        """Return the shortest time on which predictions change with age."""
        ...

    def lasting(self, theta: Floats, t: Floats) -> Floats:
        """Return P(a new customer has not dropped out t units after the first purchase)."""
        ...

    def mean_lifetime(self, theta: Floats) -> float:
        """Return the mean time from a new customer's first purchase to dropout; infinite where it has no end."""
        ...


class TransactionModel(Purchasing, Protocol):
    """One model of repeat purchases that is fitted by its likelihood; frozen, a fit is another value."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters, in the order of the paper; all are positive."""
        ...

    @property
    def likelihood_kind(self) -> str:
        """What the likelihood is a density of; only those of one kind are compared."""
        ...

    @property
    def cached_rows(self) -> int:
        """How many histories to evaluate at a time: temporaries stay in a core's cache.

        Larger ones are fresh pages from the system at each step, which costs threads more than the mathematics.
        """
        ...

    def starts(self, rate: float, age: float) -> list[Floats]:
        """Return points to start a fit from: `rate` repeat purchases per customer and unit, `age` units on average."""
        ...

    def log_likelihood(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> tuple[Floats, Floats]:
        """Return log L per history, shape (n,), and its derivatives by the parameters, shape (k, n)."""
        ...

    def fit(self, histories: Histories, *, threads: int = 1) -> Fit:
        """Return the maximum likelihood fit to `histories`."""
        ...


@runtime_checkable
class Curved(Protocol):
    """A model that knows the second derivatives of its likelihood, and its value without any."""

    def log_likelihood_alone(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> Floats:
        """Return log L per history, shape (n,); of m sets of parameters, shape (m, n), where `theta` is (k, m, 1)."""
        ...

    def curved_log_likelihood(
        self, theta: Floats, x: Floats, recency: Floats, age: Floats
    ) -> tuple[Floats, Floats, Floats]:
        """Return log L per history, its derivatives, shape (k, n), and its second derivatives, shape (k(k+1)/2, n).

        These stand in the order of `pairs`.
        """
        ...
