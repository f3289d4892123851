"""Purchases that take k stages each: what a customer who may leave at every purchase does in t, exactly.

Stages come at a rate of Gamma(K, A), so their number M in t is negative binomial with shape K and z = t/(A+t). A
customer who stands j stages after the last purchase has made N = floor((M+j)/k) purchases, after each of which the
customer leaves with probability p ~ Beta(a, c). With n opportunities survived

    S(n) = B(a, c+n)/B(a, c),     expected purchases   Σ_m P(M=m) Σ_{i < N(m)} S(i)          (1)
                                  chance to stay       Σ_m P(M=m) S(N(m))                     (2)

sums of positive terms, which are added up where a few thousand stages suffice. For longer times the sum over m is
done in closed form for each p: with q = (1-p)^{1/k}, ω = e^{2πi/k} and v_u = q ω^u, the k-th roots of unity pick out
the whole purchases,

    E[(1-p)^N | p] = c_0 (1 + (1-q) t/A)^{-K} + p Σ_{u=1}^{k-1} h_u (1 + (1-v_u) t/A)^{-K}
    h_u = v_u^{j+1} / (k (1-p) (1-v_u)),     c_0 = p q^{j+1} / (k (1-p) (1-q))                (3)

and (1) is the average of (1 - E[(1-p)^N])/p over p, (2) that of E[(1-p)^N]. Near p = 1 the roots cancel, so (3)
serves for p < 1/2 and the sums, whose terms fall by half or more from purchase to purchase, for p > 1/2:

    ∫_{1/2}^1 (1-p)^n Beta(p; a, c) dp = S(n) I_{1/2}(c+n, a)                                 (4)

With k = 1 all of this is BG/NBD (`beta_geometric`, `beta_average`), the check of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy import special

from regulars.models.histories import Integers
from regulars.models.lives import Floats
from regulars.models.panels import gauss_legendre
from regulars.models.transactions.negative_binomial import GammaPoisson

Method = Callable[..., Floats]

# Sums over stages go up to here; beyond, the average over p is quicker.
MOST_STAGES = 4096
# Logarithm of what the sums leave out, relative to what is in them.
NEGLIGIBLE = 40.0
# Purchases after which nothing is left of (4): 2^-56.
HALVINGS = 56
# Values that are worked on at once: temporaries stay below 128 KB.
CACHED = 16_000
NODES = 20
# A panel spans at most this much of log(p/(1-p)), and this many standard deviations of the density.
LONGEST = 3.0
DEVIATIONS = 3.0
# Relative change of the integrand that is neglected at its left end.
FLAT = 1e-13
# Below this the logarithm of sinh(v)/v is read off its series.
SMALL = 0.1


@dataclass(frozen=True, eq=False)
class Stages:
    """Stages of customers with shape K = r + `done` (whole numbers) and rate A, `phase` of `k` after a purchase."""

    k: int
    phase: int
    r: float
    done: Floats
    rate: Floats

    def take(self, rows: Integers) -> Stages:
        """Return the stages of some customers."""
        return Stages(self.k, self.phase, self.r, self.done[rows], self.rate[rows])

    @property
    def shape(self) -> Floats:
        """The shape K per customer."""
        return self.r + self.done

    def pmf(self, t: Floats, upto: int) -> Floats:
        """Return P(M = m) for m below `upto`, shape (customers, upto)."""
        number = np.arange(float(upto))
        log_pmf = GammaPoisson.of(self.r, self.done[:, None], number).log_pmf(self.rate[:, None], t[:, None])
        return np.exp(log_pmf)

    def makes(self, number: Integers, t: float) -> tuple[Floats, Floats]:
        """Return P(n purchases' stages come in t) and P(those of n or more), shape (customers, len(number)), t > 0."""
        first = number * self.k - self.phase
        exactly = np.zeros((self.done.size, number.size))
        for stage in range(self.k):
            stages = np.maximum(first + stage, 0).astype(np.float64)
            law = GammaPoisson.of(self.r, self.done[:, None], stages)
            exactly += np.where(first + stage >= 0, np.exp(law.log_pmf(self.rate[:, None], t)), 0.0)
        reached = special.betainc(np.maximum(first, 1.0), self.shape[:, None], (t / (self.rate + t))[:, None])
        return exactly, np.where(first > 0, reached, 1.0)

    def purchases(self, upto: int) -> Integers:
        """Return the purchases that m stages make, for m below `upto`."""
        return (np.arange(upto) + self.phase) // self.k

    def needed(self, t: Floats) -> Floats:
        """Return how many stages the sums need: the mean and ten deviations, and the geometric tail."""
        mean = self.shape * t / self.rate
        deviation = np.sqrt(mean * (1.0 + t / self.rate))
        return mean + 10.0 * deviation + NEGLIGIBLE / np.log1p(self.rate / t) + 2.0 * self.k


def expected_purchases(stages: Stages, a: float, c: Floats, t: Floats) -> Floats:
    """Return (1) per customer; arrays of one length."""
    return _in_turn(stages, a, c, t, staying=False)


def stays(stages: Stages, a: float, c: Floats, t: Floats) -> Floats:
    """Return (2) per customer; arrays of one length."""
    return _in_turn(stages, a, c, t, staying=True)


def survived(a: float, c: Floats, upto: int) -> Floats:
    """Return S(n) for n below `upto`, shape (customers, upto); a product, so that no digits are lost."""
    steps = np.log1p(a / (c[:, None] + np.arange(upto - 1)))
    return np.exp(-np.concatenate([np.zeros((c.size, 1)), np.cumsum(steps, axis=1)], axis=1))


def _in_turn(stages: Stages, a: float, c: Floats, t: Floats, *, staying: bool) -> Floats:
    """Return (1) or (2), customer by customer with the method that suits, in blocks that stay in the cache."""
    answer = np.full(c.shape, float(staying))
    later = np.flatnonzero(t > 0.0)
    needed = stages.take(later).needed(t[later])
    for which, method, columns in _alike(needed):
        size = max(1, CACHED // columns)
        for first in range(0, which.size, size):
            some = later[which[first : first + size]]
            answer[some] = method(stages.take(some), a, c[some], t[some], staying=staying)
    return answer


def _alike(needed: Floats) -> Iterator[tuple[Integers, Method, int]]:
    """Yield customers whose sums are within a factor of two as long, their method, and the numbers that each takes."""
    order = np.argsort(needed, kind="stable")
    summed = int(np.searchsorted(needed[order], MOST_STAGES, side="right"))
    exponent = np.frexp(needed[order[:summed]])[1]
    for which in np.split(order[:summed], np.flatnonzero(np.diff(exponent)) + 1):
        if which.size:
            yield which, _summed, int(np.ceil(needed[which[-1]]))
    if summed < order.size:
        yield order[summed:], _averaged, NODES


def _summed(stages: Stages, a: float, c: Floats, t: Floats, *, staying: bool) -> Floats:
    """Return (1) or (2) as the sum over stages."""
    upto = int(np.ceil(stages.needed(t).max()))
    number = stages.purchases(upto)
    lasting = survived(a, c, int(number[-1]) + 1)
    by_purchases = lasting if staying else _before(lasting)
    return (stages.pmf(t, upto) * by_purchases[:, number]).sum(axis=1)


def _averaged(stages: Stages, a: float, c: Floats, t: Floats, *, staying: bool) -> Floats:
    """Return (1) or (2) as the average over p: (3) below one half, (4) above."""
    return _below_half(stages, a, c, t, staying=staying) + _above_half(stages, a, c, t, staying=staying)


def _above_half(stages: Stages, a: float, c: Floats, t: Floats, *, staying: bool) -> Floats:
    upto = HALVINGS * stages.k
    number = stages.purchases(upto)
    last = int(number[-1]) + 1
    weight = survived(a, c, last) * special.betainc(c[:, None] + np.arange(last), a, 0.5)
    pmf = stages.pmf(t, upto)
    if staying:
        return (pmf * weight[:, number]).sum(axis=1)
    more = special.betainc(upto, stages.shape, t / (stages.rate + t))
    return (pmf * _before(weight)[:, number]).sum(axis=1) + more * weight.sum(axis=1)


def _below_half(stages: Stages, a: float, c: Floats, t: Floats, *, staying: bool) -> Floats:
    """Return the average over p < 1/2 in y = log(p/(1-p)), in which the density is smooth and log-concave."""
    mode, spread = np.log(a / c), np.sqrt(1.0 / a + 1.0 / c)
    sharpest = 1.0 + (stages.shape + 1.0) * t / stages.rate / stages.k
    low = np.maximum(np.log(FLAT / sharpest), mode - NEGLIGIBLE / a - 9.0 * spread)
    low = np.minimum(low, -np.minimum(LONGEST, 9.0 * spread))
    high = np.maximum(np.minimum(mode + NEGLIGIBLE / c + 9.0 * spread, 0.0), low / 2.0)
    panels = int(np.ceil(np.max((high - low) / np.minimum(LONGEST, DEVIATIONS * spread))))
    points, weights = gauss_legendre(NODES)
    mass, total = np.zeros(c.shape), np.zeros(c.shape)
    top = np.minimum(mode, 0.0)
    at_top = a * special.log_expit(top) + c * special.log_expit(-top)
    nodes, weight = _all_panels(points, weights, panels)
    at_once = max(1, CACHED // c.size)
    for first in range(0, nodes.size, at_once):
        y = low + (high - low) * nodes[first : first + at_once, None]
        density = weight[first : first + at_once, None] * np.exp(
            a * special.log_expit(y) + c * special.log_expit(-y) - at_top
        )
        mass += density.sum(axis=0)
        total += (density * _given_p(stages, t, special.expit(y), staying=staying)).sum(axis=0)
    left = special.betainc(a, c, special.expit(low))
    inside = np.maximum(special.betainc(a, c, 0.5) - left, 0.0)
    average = np.where(mass > 0.0, total / np.where(mass > 0.0, mass, 1.0), 0.0)
    return inside * average + left * _given_p(stages, t, special.expit(low), staying=staying)


def _all_panels(points: Floats, weights: Floats, panels: int) -> tuple[Floats, Floats]:
    """Return the nodes and weights of equal panels side by side on [0, 1]."""
    starts = np.arange(panels)[:, None]
    return ((starts + points) / panels).ravel(), np.tile(weights, panels)


def _given_p(stages: Stages, t: Floats, p: Floats, *, staying: bool) -> Floats:
    """Return E[(1-p)^N] by (3), or (1 - E[(1-p)^N])/p; p has the customers on its last axis."""
    k, j, time = stages.k, stages.phase, t / stages.rate
    length = -np.log1p(-p) / k  # q = exp(-length)
    log_first = ((k - 1) / 2.0 - j) * length + _log_sinhc(k * length / 2.0) - _log_sinhc(length / 2.0)
    log_first -= stages.shape * np.log1p(-np.expm1(-length) * time)
    others = np.zeros(p.shape)
    for u in range(1, k // 2 + 1):
        # Roots come in pairs, which add up to twice the real part; k even has one that is real, -1.
        pair = 1.0 if 2 * u == k else 2.0
        others += pair * _of_root(k, j, stages.shape, time, p, length, 2.0 * np.pi * u / k)
    return np.exp(log_first) + p * others if staying else -np.expm1(log_first) / p - others


def _of_root(k: int, j: int, shape: Floats, time: Floats, p: Floats, length: Floats, angle: float) -> Floats:
    """Return the real part of h_u (1 + (1-v) t/A)^{-K} for v = q·e^{i angle}."""
    nearest = -0.5 * shape * np.log1p(2.0 * (1.0 - np.cos(angle)) * (time + time**2))
    if (nearest < -NEGLIGIBLE).all():  # its modulus is largest at q = 1
        return np.zeros(p.shape)
    v = np.exp(-length + 1j * angle)
    power = (j + 1) * (-length + 1j * angle) - shape * np.log(1.0 + (1.0 - v) * time)
    return np.real(np.exp(power) / (k * (1.0 - p) * (1.0 - v)))


def _before(terms: Floats) -> Floats:
    """Return the sums of the terms before each, along the last axis."""
    return np.concatenate([np.zeros((len(terms), 1)), np.cumsum(terms, axis=1)[:, :-1]], axis=1)


def _log_sinhc(v: Floats) -> Floats:
    """Return log(sinh(v)/v), v > 0."""
    square = v * v
    series = square * (1.0 / 6.0 - square * (1.0 / 180.0 - square * (1.0 / 2835.0 - square / 37800.0)))
    large = np.where(v < SMALL, 1.0, v)
    return np.where(v < SMALL, series, np.log(np.sinh(large) / large))
