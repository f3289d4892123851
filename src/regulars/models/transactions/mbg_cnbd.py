"""MBG/CNBD-k: regular buyers, who may leave right after the first purchase already.

As BG/CNBD-k, a purchase takes k stages that come at random at a rate of the customer's own, λ ~ Gamma(r, α); after
every purchase, the first included, the customer leaves for good with probability p ~ Beta(a, b). Formulas (1) to (7)
are in `cnbd`; the opportunities to leave that a living customer has survived are x + 1. k = 1 is MBG/NBD.

When not to use it: where purchases come at random (k = 1 is found then), and contracts, where leaving is seen.

Platzer & Reutterer (2016), Marketing Science 35(5); Reutterer, Platzer & Schröder (2021), International Journal of
Research in Marketing 38(1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from regulars.models.assumptions import LEAVING, RHYTHM
from regulars.models.transactions.cnbd import Regular


@dataclass(frozen=True)
class MBGCNBD(Regular):
    """The MBG/CNBD-k model; parameters r, alpha, a, b, `k` stages per purchase, None to find k from 1 to 12.

    Raises `InputError` for a k out of this range.

    >>> from regulars.models.histories import Histories
    >>> h = Histories(frequency=[2, 1, 0], recency=[30, 9, 0], age=[39, 39, 39], count=[50, 30, 60], log_gaps=336.0)
    >>> sorted(MBGCNBD(k=2).fit(h).params)
    ['a', 'alpha', 'b', 'r']
    """

    family: ClassVar[str] = "mbg-cnbd"
    family_title: ClassVar[str] = "MBG/CNBD"
    # The first purchase is an opportunity to leave already.
    chances_before_repeat: ClassVar[float] = 1.0
    assumptions: ClassVar[tuple[str, ...]] = (
        *RHYTHM,
        "After each purchase, also the first, a customer may leave unseen and for good, with a chance of their own.",
        *LEAVING,
    )
