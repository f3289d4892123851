r"""How many of those whom the models call gone are still customers, by who came back.

With a_i the forecast chance that customer i buys in a window, and b_i the same if nobody had left, the chance is
a_i + s (b_i - a_i) where a share s of those called gone is still here (`models.still_here`). Totals put right first,

    log L(s) = Σ_i log(a_i + s (b_i - a_i)) over who bought + log(1 - a_i - s (b_i - a_i)) over who did not   (1)

over all windows is concave, and its top is the share. It is believed as far as it is beyond its error (James & Stein
1961, positive part),

    ŝ = s max(0, 1 - Var(s)/s²),    Var(s) = -1/(log L)''(s),                                (2)

and taken by `returns` only where it makes the forecast of no window worse: who comes back late in a window buys for a
part of it, so that chances may be better and numbers worse.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from regulars.models.histories import Floats

# Nobody's chance is nothing, or certain, in a sum of logarithms.
TINY = 1e-12


@dataclass(frozen=True)
class Still:
    """The share of those called gone who are still customers, and the likeliest by each window, the latest first."""

    share: float = 0.0
    seen: tuple[float, ...] = ()


NOBODY = Still()


@dataclass(frozen=True, eq=False)
class Returns:
    """One window: customers alike, how many bought and did not, their chance, and the chance if nobody had left."""

    chance: Floats
    if_here: Floats
    bought: Floats
    did_not: Floats

    def slopes(self, share: float) -> tuple[float, float]:
        """Return the first two derivatives of (1)."""
        more = self.if_here - self.chance
        chance = np.clip(self.chance + share * more, TINY, 1.0 - TINY)
        one, other = more / chance, more / (1.0 - chance)
        return float(self.bought @ one - self.did_not @ other), -float(self.bought @ one**2 + self.did_not @ other**2)


def still(windows: Sequence[Returns]) -> Still:
    """Return who is still here by the windows, the latest first; nobody by a single one, which may be an exception."""
    if len(windows) < 2:
        return NOBODY
    return Still(_believed(windows), tuple(_likeliest([one]) for one in windows))


def _likeliest(windows: Sequence[Returns]) -> float:
    """Return the top of (1), by halving: it is where the slope changes its sign, or at an end."""
    low, high = 0.0, 1.0
    if _slopes(windows, low)[0] <= 0.0:
        return low
    while high - low > TINY:
        middle = (low + high) / 2.0
        low, high = (middle, high) if _slopes(windows, middle)[0] > 0.0 else (low, middle)
    return low


def _believed(windows: Sequence[Returns]) -> float:
    """Return (2)."""
    share = _likeliest(windows)
    bend = -_slopes(windows, share)[1]
    return share * max(0.0, 1.0 - 1.0 / (bend * share**2)) if share > 0.0 else 0.0


def _slopes(windows: Sequence[Returns], share: float) -> tuple[float, float]:
    found = [one.slopes(share) for one in windows]
    return math.fsum(first for first, _ in found), math.fsum(second for _, second in found)
