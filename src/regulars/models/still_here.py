r"""Customers whom a model calls gone and who are not.

A model knows two kinds of silence: between purchases, and for ever. Customers know more: a year abroad, a detour to a
competitor, a second account. So who has been silent for long comes back more often than any law of dropout says. With
s the share of those called gone who are still customers, and P_m the chance of being alive by the model m of a pool,

    P'_m(alive) = P_m + s (1 - P_m),    P'(N = n) by P' as it was by P.                       (1)

What a living customer does stays as it is, and nothing changes for whom the model is sure of. The clock of all is set
so that their total is what it was (`valuation.backtest.pace`), and the share is found on who came back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from regulars.models.branches import Branch, alive
from regulars.models.predictions import Uncertain

if TYPE_CHECKING:
    from regulars.models.fit import Fit
    from regulars.models.histories import Floats, Histories


class StillHere(Uncertain):
    """What `fit` says of the time ahead where a `share` of those whom it calls gone are still customers, by (1).

    What doubt about the parameters does to a total is taken to be what it does without them.

    >>> from regulars.models.histories import Histories
    >>> from regulars.models.transactions import MODELS
    >>> h = Histories(frequency=[9, 1, 0], recency=[30, 2, 0], age=[90, 90, 90], count=[50, 30, 600])
    >>> fit = MODELS.get("bg-nbd").fit(h)
    >>> fit.probability_alive(h).round(2).tolist()
    [0.0, 0.13, 1.0]
    >>> StillHere(fit, 0.1).probability_alive(h).round(2).tolist()
    [0.1, 0.21, 1.0]
    """

    def __init__(self, fit: Uncertain, share: float) -> None:
        self.fit, self.share = fit, share
        self.model, self.theta, self.unit, self.covariance = fit.model, fit.theta, fit.unit, fit.covariance

    @property
    def members(self) -> tuple[Fit, ...]:
        """The fits behind the predictions."""
        return self.fit.members

    @property
    def shares(self) -> tuple[float, ...]:
        """How likely a customer follows each of the members."""
        return self.fit.shares

    def branches(self, histories: Histories) -> tuple[Branch, ...]:
        """Return the futures that customers with these histories may have, with the chances (1)."""
        members = zip(self.members, self.shares, strict=True)
        return tuple(
            replace(branch, weight=share * branch.weight)
            for member, share in members
            if share > 0.0
            for branch in _less_sure(member.branches(histories), self.share)
        )

    def at(self, theta: Floats) -> StillHere:
        """Return the same predictions from other parameters."""
        return StillHere(self.fit.at(theta), self.share)


def still_here(fit: Uncertain, share: float) -> Uncertain:
    """Return what a fit says where a share of those called gone are still customers; the fit itself where nobody is."""
    return StillHere(fit, share) if share > 0.0 else fit


def _less_sure(branches: Sequence[Branch], share: float) -> Iterator[Branch]:
    """Yield the branches of one model with chances (1), each the part of them that it was.

    Where rounding left no chance of any, all are as likely.
    """
    here = alive(np.stack([branch.weight for branch in branches]))
    none = here < np.finfo(float).tiny
    factor = (here + share * (1.0 - here)) / np.where(none, 1.0, here)
    for branch in branches:
        yield replace(branch, weight=np.where(none, share / len(branches), branch.weight * factor))
