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

from regulars.models.assumptions import BUYING, LEAVING
from regulars.models.effects.moves import Moves
from regulars.models.likelihood_ratio import Place
from regulars.models.transactions.beta_geometric import BetaGeometric


@dataclass(frozen=True)
class BGNBD(BetaGeometric):
    """The BG/NBD model; parameters r, alpha, a, b (Fader, Hardie & Lee 2005, eq. 6).

    >>> from regulars.models.histories import Histories
    >>> h = Histories(frequency=[2, 1, 0], recency=[30.43, 1.71, 0], age=[38.86, 38.86, 38.86], count=[50, 30, 60])
    >>> sorted(BGNBD().fit(h).params)
    ['a', 'alpha', 'b', 'r']
    """

    name: ClassVar[str] = "bg-nbd"
    moves: ClassVar[Moves] = Moves({"alpha": -1.0}, {"a": 1.0, "b": 1.0}, time={"alpha": 1.0})
    title: ClassVar[str] = "BG/NBD"
    # Nobody can leave before the first repeat purchase.
    chances_before_repeat: ClassVar[float] = 0.0
    special_cases: ClassVar[dict[str, Place]] = {"nbd": "edge"}  # nobody leaves
    assumptions: ClassVar[tuple[str, ...]] = (
        *BUYING,
        "After each repeat purchase a customer may leave unseen and for good, with a chance of the customer's own.",
        "Nobody leaves before the first repeat purchase: whoever bought once counts as alive.",
        *LEAVING,
    )
