"""Pareto/NBD: customers buy at their own pace and leave, unseen, at a time of their own.

While active a customer buys at random at a rate λ ~ Gamma(r, α); the lifetime is exponential with
a rate μ ~ Gamma(s, β). With R = r+x, A = α+t_x, B = β+t_x, D = T-t_x the likelihood is

    log L = log Γ(R)/Γ(r) - r log(1+t_x/α) - x log A - s log(1+t_x/β) + log(E + I)       (1)
    E = (1+D/A)^(-R) (1+D/B)^(-s)                             alive at T                 (2)
    I = ∫₀^D (s/B) (1+τ/A)^(-R) (1+τ/B)^(-s-1) dτ             left at t_x+τ              (3)

which needs no hypergeometric function: (3) is one Gauss-Legendre panel in y, τ = c(e^y - 1). With f its
integrand, M = ∫ f τ/(A+τ), the derivatives of E + I by the two scales need no other integral, because stretching
A, B and D alike changes nothing (the second is minus the first and D times the derivative by D):

    ∂(E+I)/∂A = R/A (M + E D/(A+D)),   ∂(E+I)/∂B = -R/B M                                (4)

A customer alive at T has λ ~ Gamma(r+x, α+T) and μ ~ Gamma(s, β+T).

When not to use it: buyers with regular rhythms, and contracts, where leaving is seen. Its
surface is a flat ridge: compare likelihoods tightly and parameters loosely.

Schmittlein, Morrison & Colombo (1987), Counting Your Customers, Management Science 33(1);
Fader & Hardie (2005), A Note on Deriving the Pareto/NBD Model.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from regulars.models.ascending import log_ascending
from regulars.models.assumptions import BUYING, LEAVING
from regulars.models.effects.moves import Moves
from regulars.models.fitting import Fittable
from regulars.models.laws import GammaLaw
from regulars.models.likelihood_ratio import Place
from regulars.models.lives import Floats, Lives
from regulars.models.panels import gauss_legendre, leaving_times, nodes_for
from regulars.models.transactions.negative_binomial import GammaPoisson

# Beyond these exponents the integrand of (3) is below 1e-17 of its start: nothing is cut off.
NEGLIGIBLE = 40.0
LARGEST_EXPONENT = 600.0
# Panels of like length that are integrated together: a temporary of 10 nodes takes 40 KB.
TOGETHER = 512


@dataclass(frozen=True)
class ParetoNBD(Fittable):
    """The Pareto/NBD model; parameters r, alpha, s, beta (Schmittlein, Morrison & Colombo 1987).

    >>> from regulars.models.histories import Histories
    >>> h = Histories(frequency=[2, 1, 0], recency=[30.43, 1.71, 0], age=[38.86, 38.86, 38.86], count=[50, 30, 60])
    >>> sorted(ParetoNBD().fit(h).params)
    ['alpha', 'beta', 'r', 's']
    """

    name: ClassVar[str] = "pareto-nbd"
    title: ClassVar[str] = "Pareto/NBD"
    parameters: ClassVar[tuple[str, ...]] = ("r", "alpha", "s", "beta")
    special_cases: ClassVar[dict[str, Place]] = {"nbd": "edge"}  # nobody leaves
    # More histories hold more panels of like length; their nodes are laid out `TOGETHER` at a time.
    cached_rows: ClassVar[int] = 8192
    moves: ClassVar[Moves] = Moves({"alpha": -1.0}, {"beta": -1.0}, time={"alpha": 1.0, "beta": 1.0})
    has_dropout: ClassVar[bool] = True
    assumptions: ClassVar[tuple[str, ...]] = (
        *BUYING,
        "A customer leaves unseen and for good, at any time, at a rate of the customer's own that stays the same.",
        *LEAVING,
    )

    def starts(self, rate: float, age: float) -> list[Floats]:
        """Return points to start a fit from: lifetimes shorter than, like and longer than the ages seen."""
        return [
            np.array([shape, shape / (rate * faster), s, age * longer])
            for shape, faster, s, longer in ((0.6, 2.0, 0.6, 0.4), (1.5, 1.2, 0.5, 2.0), (0.4, 3.0, 2.0, 1.0))
        ]

    def log_likelihood(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> tuple[Floats, Floats]:
        """Return (1) per history and its derivatives by r, alpha, s, beta."""
        r, alpha, s, beta = theta
        rising, slope = log_ascending(r, x.astype(np.int64))
        a, b = alpha + recency, beta + recency
        bought, left = np.log1p(recency / alpha), np.log1p(recency / beta)
        log_bracket, d_r, d_a, d_s, d_b, _ = _bracket(r + x, a, s, b, age - recency)
        value = rising - r * bought - x * np.log(a) - s * left + log_bracket
        gradient = np.stack(
            [
                slope - bought + d_r,
                r * recency / (alpha * a) - x / a + d_a,
                d_s - left,
                s * recency / (beta * b) + d_b,
            ]
        )
        return value, gradient

    def log_odds_dropped(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> Floats:
        """Return log I - log E of (2) and (3)."""
        r, alpha, s, beta = theta
        return _bracket(r + x, alpha + recency, s, beta + recency, age - recency)[5]

    def living_rate(self, theta: Floats, x: float, age: float) -> tuple[float, float]:
        """Return r+x and α+T."""
        return float(theta[0] + x), float(theta[1] + age)

    def dropout_law(self, theta: Floats) -> GammaLaw:
        """Return Gamma(s, β), the rate of leaving."""
        return GammaLaw(float(theta[2]), float(theta[3]))

    def time_scale(self, theta: Floats) -> float:
        """Return the smaller of α and β."""
        return float(min(theta[1], theta[3]))

    def living_purchases(self, theta: Floats, x: Floats, age: Floats, t: float | Floats) -> Floats:
        """Return the expected purchases in t of a customer alive at T.

        E = (r+x)/(α+T) · (β+T)/(s-1) · [1 - (1 + t/(β+T))^(1-s)], through expm1 so that s = 1 is no
        exception: it is (r+x)/(α+T) · (β+T) · L · (expm1(u)/u) with L = log(1 + t/(β+T)), u = (1-s)L.
        """
        r, alpha, s, beta = theta
        length = np.log1p(t / (beta + age))
        u = (1.0 - s) * length
        return (r + x) / (alpha + age) * (beta + age) * length * _expm1_over(u)

    def living_pmf(self, theta: Floats, x: Floats, age: Floats, t: float, n: Floats) -> Floats:
        """Return P(n purchases in t | alive at T), as a sum of positive terms.

        With NB(n; τ) the negative binomial of a customer who stays for τ:
        P(n) = (1+t/B)^(-s) NB(n; t) + ∫₀ᵗ (s/B)(1+τ/B)^(-s-1) NB(n; τ) dτ, B = β+T.             (5)
        """
        r, alpha, s, beta = theta
        scale, lasting = (alpha + age)[:, None], (beta + age)[:, None]
        exactly = GammaPoisson.of(r, x[:, None], n)
        pmf = np.exp(exactly.log_pmf(scale, t) - s * np.log1p(t / lasting))
        sharpest = min(float(n.max(initial=0.0)), r + float(x.max(initial=0.0)))
        # Whoever bought often buys again soon: the chance of none falls within scale/(r+x).
        soonest = np.minimum(scale / (1.0 + r + x[:, None] + n.max(initial=0.0)), lasting / (1.0 + s))
        for tau, weight in leaving_times(t, soonest, sharpest):
            leaves = s * weight / lasting * np.exp(-(s + 1.0) * np.log1p(tau / lasting))
            pmf += leaves * np.exp(exactly.log_pmf(scale, tau))
        return pmf

    def lasting(self, theta: Floats, t: Floats) -> Floats:
        """Return (β/(β+t))^s."""
        _, _, s, beta = theta
        return np.exp(-s * np.log1p(t / beta))

    def mean_lifetime(self, theta: Floats) -> float:
        """Return β/(s-1); infinite where s is 1 or less."""
        _, _, s, beta = theta
        return float(beta / (s - 1.0)) if s > 1.0 else math.inf

    def draw_living(self, theta: Floats, x: Floats, age: Floats, rng: np.random.Generator) -> Lives:
        """Return the hidden lives from T on of customers alive at T: a rate and an exponential lifetime each."""
        r, alpha, s, beta = theta
        rate = rng.standard_gamma(r + x) / (alpha + age)
        # A rate of leaving near zero or underflown to it is a customer who never leaves.
        with np.errstate(divide="ignore", over="ignore"):
            lifetime = rng.standard_exponential(x.shape) * (beta + age) / rng.standard_gamma(s, x.shape)
        return Lives(rate, lifetime, np.full(x.shape, np.inf))


def _bracket(
    shape: Floats, a: Floats, s: float, b: Floats, silence: Floats
) -> tuple[Floats, Floats, Floats, Floats, Floats, Floats]:
    """Return log(E + I), its derivatives by R, A, s, B, and log I - log E."""
    scale = np.minimum(np.minimum(a, b), 1.0 / (shape / a + (s + 1.0) / b))
    reach = np.minimum(
        a * np.expm1(np.minimum(NEGLIGIBLE / shape, LARGEST_EXPONENT)),
        b * np.expm1(min(NEGLIGIBLE / s, LARGEST_EXPONENT)),
    )
    length = np.log1p(np.minimum(silence, reach) / scale)
    integral, by_log_a, by_log_b, share = s * scale * length / b * _panels(shape, a, s, b, scale, length)
    end_a, end_b = np.log1p(silence / a), np.log1p(silence / b)
    log_alive = -shape * end_a - s * end_b
    alive = np.exp(log_alive)
    total = alive + integral
    by_r = -end_a * alive - by_log_a
    by_a = shape / a * (alive * silence / (a + silence) + share)
    by_s = -end_b * alive + integral / s - by_log_b
    by_b = -shape / b * share
    with np.errstate(divide="ignore"):  # no silence since the last purchase: alive for certain, log 0
        log_odds = np.log(integral) - log_alive
    return np.log(total), by_r / total, by_a / total, by_s / total, by_b / total, log_odds


def _panels(shape: Floats, a: Floats, s: float, b: Floats, scale: Floats, length: Floats) -> Floats:
    """Return `_panel` of every history, panels of like length together, because the longest decides on the nodes."""
    # Quarters of a unit are near enough, and whole numbers up to 255 are sorted in a tenth of the time.
    order = np.argsort(np.minimum(4.0 * length, 255.0).astype(np.uint8), kind="stable")
    columns = np.stack([shape, a, b, scale, length])[:, order]
    sums = np.empty((4, length.size))
    for start in range(0, length.size, TOGETHER):
        rows = slice(start, start + TOGETHER)
        shape, a, b, scale, length = columns[:, rows]
        sums[:, order[rows]] = _panel(shape, a, s, b, scale, length)
    return sums


def _panel(
    shape: Floats, a: Floats, s: float, b: Floats, scale: Floats, length: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the integral of f, f·log(1+τ/A), f·log(1+τ/B) and f·τ/(A+τ) over y, f the integrand of (3).

    Written in place, because fresh memory costs as much as the logarithms here; and with sums, not matrix
    products, because these run on our threads and BLAS must not start its own inside them.
    """
    points, weights = gauss_legendre(nodes_for(float(length.max(initial=0.0))))
    f = points[:, None] * length
    tau_a = np.expm1(f)
    missed = np.multiply(tau_a, scale / b)
    tau_a *= scale / a
    np.log1p(missed, out=missed)
    bought = np.log1p(tau_a)
    bought *= shape
    missed *= s + 1.0
    f -= bought
    f -= missed
    np.exp(f, out=f)
    f *= weights[:, None]
    bought *= f
    missed *= f
    tau_a /= 1.0 + tau_a
    tau_a *= f
    return f.sum(axis=0), bought.sum(axis=0) / shape, missed.sum(axis=0) / (s + 1.0), tau_a.sum(axis=0)


def _expm1_over(u: Floats) -> Floats:
    """Return (e^u - 1)/u, which is 1 at 0."""
    small = np.abs(u) < np.finfo(float).tiny
    return np.where(small, 1.0, np.expm1(u) / np.where(small, 1.0, u))
