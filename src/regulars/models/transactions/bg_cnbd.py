"""BG/CNBD-k: regular buyers, who may quietly leave after any repeat purchase.

A purchase takes k stages that come at random at a rate of the customer's own, λ ~ Gamma(r, α), so the gaps between
purchases vary less than at random: k = 1 is BG/NBD, k = 2 halves the variance of a gap. After each repeat purchase
the customer leaves for good with probability p ~ Beta(a, b). A regular buyer who misses a turn is doubted sooner.
Formulas (1) to (7) are in `cnbd`; the opportunities to leave are the x repeat purchases.

When not to use it: where purchases come at random (k = 1 is found then), and where most customers buy once, who all
count as alive here; compare with MBG/CNBD-k.

Platzer & Reutterer (2016), Marketing Science 35(5); Reutterer, Platzer & Schröder (2021), International Journal of
Research in Marketing 38(1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from regulars.models.assumptions import LEAVING, RHYTHM
from regulars.models.transactions.cnbd import Regular


@dataclass(frozen=True)
class BGCNBD(Regular):
    """The BG/CNBD-k model; parameters r, alpha, a, b, `k` stages per purchase, None to find k from 1 to 12.

    Raises `InputError` for a k out of this range.

    >>> from regulars.models.histories import Histories
    >>> h = Histories(frequency=[2, 1, 0], recency=[30, 9, 0], age=[39, 39, 39], count=[50, 30, 60], log_gaps=336.0)
    >>> sorted(BGCNBD(k=2).fit(h).params)
    ['a', 'alpha', 'b', 'r']
    """

    family: ClassVar[str] = "bg-cnbd"
    family_title: ClassVar[str] = "BG/CNBD"
    # Nobody can leave before the first repeat purchase.
    chances_before_repeat: ClassVar[float] = 0.0
    assumptions: ClassVar[tuple[str, ...]] = (
        *RHYTHM,
        "After each repeat purchase a customer may leave unseen and for good, with a chance of the customer's own.",
        "Nobody leaves before the first repeat purchase: whoever bought once counts as alive.",
        *LEAVING,
    )
