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

from regulars.models.assumptions import BUYING, LEAVING
from regulars.models.effects.moves import Moves
from regulars.models.likelihood_ratio import Place
from regulars.models.transactions.beta_geometric import BetaGeometric


@dataclass(frozen=True)
class MBGNBD(BetaGeometric):
    """The MBG/NBD model; parameters r, alpha, a, b (Batislam, Denizel & Filiztekin 2007, eq. 5).

    >>> from regulars.models.histories import Histories
    >>> h = Histories(frequency=[2, 1, 0], recency=[30.43, 1.71, 0], age=[38.86, 38.86, 38.86], count=[50, 30, 60])
    >>> sorted(MBGNBD().fit(h).params)
    ['a', 'alpha', 'b', 'r']
    """

    name: ClassVar[str] = "mbg-nbd"
    moves: ClassVar[Moves] = Moves({"alpha": -1.0}, {"a": 1.0, "b": 1.0}, time={"alpha": 1.0})
    title: ClassVar[str] = "MBG/NBD"
    # The first purchase is an opportunity to leave already.
    chances_before_repeat: ClassVar[float] = 1.0
    special_cases: ClassVar[dict[str, Place]] = {"nbd": "edge"}  # nobody leaves
    assumptions: ClassVar[tuple[str, ...]] = (
        *BUYING,
        "After each purchase, also the first, a customer may leave unseen and for good, with a chance of their own.",
        *LEAVING,
    )
