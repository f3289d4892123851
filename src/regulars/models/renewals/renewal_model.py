"""What a model of renewals has to say: the chance that a contract is renewed once more.

A model is its retention rate r(n), the chance that a contract renewed n - 1 times is renewed for the n-th time. All
else follows: the survival curve S(n) = r(1)…r(n), and with R_n renewed of A_n at risk at the n-th renewal

    log L = Σ_n R_n log r(n) + (A_n - R_n) log(1 - r(n))                                  (1)

which is the likelihood of cohorts of any length, of censored contracts (at risk as long as they were seen) and of
contracts that were first seen late, because only what was seen enters it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from regulars.models.renewals.cohorts import Floats, Renewals

if TYPE_CHECKING:
    from regulars.models.renewals.fit import RenewalFit


class RenewalModel(Protocol):
    """One model of renewals; frozen, a fit is another value.

    `theta` are the positive numbers that the climb works on; `shown` makes the parameters of the paper of them.
    """

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
        """Names of the parameters, in the order of the paper."""
        ...

    @property
    def climbs(self) -> tuple[str, ...]:
        """What `theta` holds, in terms of the parameters; a parameter stands for the number made of it."""
        ...

    @property
    def likelihood_kind(self) -> str:
        """What the likelihood is a probability of; only those of one kind are compared."""
        ...

    @property
    def special_cases(self) -> dict[str, str]:
        """The models inside this one: name → where it becomes them, "inside" its parameters or at their "edge"."""
        ...

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What the model takes for granted: a plain sentence each, with what follows if it is wrong."""
        ...

    def starts(self, lapse: float) -> list[Floats]:
        """Return parameters of the paper to start a fit from: the share `lapse` of contracts lapses per renewal."""
        ...

    def climbed(self, parameters: Floats) -> Floats:
        """Return `theta` for these parameters of the paper."""
        ...

    def shown(self, theta: Floats) -> tuple[Floats, Floats]:
        """Return the parameters of the paper, and their derivatives by the logarithms of `theta`, shape (k, k)."""
        ...

    def log_retention(self, theta: Floats, n: Floats) -> tuple[Floats, Floats]:
        """Return log r(n), negative, for n = 1, 2 …, and its derivatives by log `theta`, shape (k, len(n))."""
        ...

    def fit(self, renewals: Renewals) -> RenewalFit:
        """Return the maximum likelihood fit to `renewals`."""
        ...
