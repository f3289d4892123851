"""Purchases discounted to today: worth less, the later they come.

With E(u) the expected purchases in u of a living customer and δ the continuous rate,

    ∫₀ᵗ e^(-δu) dE(u) = e^(-δt) E(t) + δ ∫₀ᵗ e^(-δu) E(u) du                               (1)

and to the end of life δ ∫₀^∞ e^(-δu) E(u) du. E bends at the time scale of the model and at the customer's own age,
and slower and slower after that, so the integrals run over y with u = c(e^y - 1), c for the youngest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from regulars.models.panels import gauss_legendre, nodes_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from regulars.models.branches import Living
    from regulars.models.histories import Floats

# Values that are worked on at once: temporaries stay in the cache, and few customers are not one call per node.
CACHED = 8192
# e^-40 of the first purchase's worth is left beyond this many times 1/δ.
NEGLIGIBLE = 40.0


@runtime_checkable
class InTurns(Protocol):
    """A future that happens at opportunities, whose worth is a sum over them."""

    def discounted(self, x: Floats, age: Floats, t: float, rate: float) -> Floats:
        """Return the purchases at the opportunities in t, each discounted from its own."""
        ...

    def residual(self, x: Floats, age: Floats, rate: float) -> Floats:
        """Return the same to the end of life."""
        ...


@runtime_checkable
class AtSpeeds(Protocol):
    """A future `plain` that passes at one of several speeds."""

    @property
    def plain(self) -> Living:
        """The future at speed 1."""
        ...

    @property
    def few_speeds(self) -> tuple[Floats, Floats]:
        """The speeds and their shares, as many as an expectation needs."""
        ...


def discounted(living: Living, x: Floats, age: Floats, t: float, rate: float) -> Floats:
    """Return (1), the discounted purchases in t of a customer alive at T, per history."""
    if isinstance(living, InTurns):
        return living.discounted(x, age, t, rate)
    at_end = living.purchases(x, age, t)
    if rate == 0.0 or t == 0.0:
        return at_end

    def worth(u: Floats) -> Floats:
        return np.exp(-rate * u)

    return np.exp(-rate * t) * at_end + rate * _weighed(living, x, age, t, worth, 1.0 / rate)


def residual(living: Living, x: Floats, age: Floats, rate: float) -> Floats:
    """Return the discounted purchases to the end of life of a customer alive at T, per history.

    Where time passes at one of several speeds g_j with shares w_j, s = g_j u makes (1) one integral over E(s), with
    the weight Σ_j w_j/g_j e^(-δ s/g_j): E is computed once for all speeds.
    """
    if isinstance(living, InTurns):
        return living.residual(x, age, rate)
    speeds, share = np.ones(1), np.ones(1)
    if isinstance(living, AtSpeeds):
        speeds, share, living = *living.few_speeds, living.plain

    def worth(s: Floats) -> Floats:
        return np.exp(-rate * s[:, None] / speeds) @ (share / speeds)

    until = NEGLIGIBLE * float(speeds.max()) / rate
    return rate * _weighed(living, x, age, until, worth, float(speeds.min()) / rate)


def _weighed(
    living: Living, x: Floats, age: Floats, t: float, worth: Callable[[Floats], Floats], fades: float
) -> Floats:
    """Return ∫₀ᵗ worth(u) E(u) du, per history; `fades` is the shortest time in which what something is worth falls."""
    scale = min(fades, living.time_scale + float(age.min()))
    length = float(np.log1p(t / scale))
    points, weights = gauss_legendre(max(living.fewest_nodes, nodes_for(length)))
    u = scale * np.expm1(points * length)
    value = weights * length * (scale + u) * worth(u)
    total = np.zeros(x.shape)
    at_once = max(1, CACHED // x.size)
    for first in range(0, points.size, at_once):
        some = slice(first, first + at_once)
        total += value[some] @ living.purchases_by(x, age, u[some])
    return total
