"""Numbers of 80 digits, the history of a customer, and the sums and integrals that the models share."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mpmath
from mpmath.calculus.quadrature import GaussLegendre

# A context of its own: nobody else's precision changes. 80 digits leave 50 after the worst cancellation met.
mp = mpmath.MPContext()
mp.dps = 80

Number = Any  # a float, or a number of the context above
# Where a formula divides zero by zero, a parameter is moved by this share; what it gives moves as little.
BESIDE = mp.mpf(10) ** -32


@dataclass(frozen=True)
class History:
    """x repeat purchases, the time t_x of the last, the age T."""

    x: int
    recency: float
    age: float


NEW = History(0, 0.0, 0.0)


def negative_binomial(k: Number, scale: Number, t: Number, n: int) -> Number:
    """Return P(n purchases in t) of a customer who stays and whose rate ~ Gamma(k, scale)."""
    if t == 0:
        return mp.mpf(n == 0)
    counted = mp.exp(mp.loggamma(k + n) - mp.loggamma(k) - mp.loggamma(n + 1))
    return counted * (scale / (scale + t)) ** k * (t / (scale + t)) ** n


def integral(integrand: Callable[[Number], Number], end: Number, changes: Number) -> Number:
    """Return the integral from 0 to `end` of what first changes over a length of `changes`, and ever more slowly.

    In y, with τ = changes (e^y - 1), it changes over lengths of about 1; so long is each panel.
    """
    length = mp.log1p(end / changes)
    panels = int(mp.ceil(length))
    edges = [length * i / panels for i in range(panels + 1)] if panels else []
    return mp.fsum(
        panel(lambda y: integrand(changes * mp.expm1(y)) * changes * mp.exp(y), *ends)
        for ends in itertools.pairwise(edges)
    )


def beta_mean(a: Number, c: Number, of: Callable[[Number], Number], slope: Number) -> Number:
    """Return the mean of a function of p ~ Beta(a, c) that changes by a share of at most `slope` dp near p = 0 and 1.

    Panel by panel in u = logit p. Beyond both ends, where p or 1 - p is negligible, what is averaged is constant
    and the tails of the beta law are powers.
    """
    end = mp.log((slope + a + c + 1) * mp.mpf(10) ** 18)
    width = min(mp.mpf(2), 8 * mp.sqrt(1 / a + 1 / c))
    peak, mode = a * mp.log(a / (a + c)) + c * mp.log(c / (a + c)), mp.log(a / c)

    def log_density(u: Number) -> Number:
        return -(a + c) * mp.log1p(mp.exp(-u)) - c * u

    def at(u: Number) -> Number:
        odds = mp.exp(-u)
        return mp.exp(-(a + c) * mp.log1p(odds) - c * u - peak) * of(1 / (1 + odds))

    edges = [-end + i * width for i in range(int(mp.ceil(2 * end / width)) + 1)]
    inner = mp.fsum(
        panel(at, low, high)
        for low, high in itertools.pairwise(edges)
        if low <= mode <= high or max(log_density(low), log_density(high)) > peak - 100
    )
    below = mp.exp(a * edges[0] - peak) / a * of(mp.exp(edges[0]))
    above = mp.exp(-c * edges[-1] - peak) / c * of(mp.mpf(1))
    return (inner + below + above) * mp.exp(peak) / mp.beta(a, c)


def panel(integrand: Callable[[Number], Number], low: Number, high: Number) -> Number:
    """Return the integral over one panel by 48 Gauss-Legendre nodes: 25 digits of what changes once or twice in it."""
    with mp.workdps(40):
        middle, half = (low + high) / 2, (high - low) / 2
        return half * mp.fsum(weight * integrand(middle + half * node) for node, weight in NODES)


NODES = GaussLegendre(mp).calc_nodes(degree=5, prec=200)
