"""Pareto/NBD: customers buy at their own pace and leave, unseen, at a time of their own.

While active a customer buys at random at a rate λ ~ Gamma(r, α); the lifetime is exponential with
a rate μ ~ Gamma(s, β). With R = r+x, A = α+t_x, B = β+t_x, D = T-t_x the likelihood is

    log L = log Γ(R)/Γ(r) - r log(1+t_x/α) - x log A - s log(1+t_x/β) + log(E + I)       (1)
    E = (1+D/A)^(-R) (1+D/B)^(-s)                             alive at T                 (2)
    I = ∫₀^D (s/B) (1+τ/A)^(-R) (1+τ/B)^(-s-1) dτ             left at t_x+τ              (3)

which needs no hypergeometric function (`pareto_bracket` has E + I and its derivatives). A customer alive at T
has λ ~ Gamma(r+x, α+T) and μ ~ Gamma(s, β+T).

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

from regulars.models.ascending import ascending
from regulars.models.assumptions import BUYING, LEAVING
from regulars.models.effects.moves import Moves
from regulars.models.fitting import Fittable
from regulars.models.laws import GammaLaw
from regulars.models.likelihood_ratio import Place
from regulars.models.lives import Floats, Lives
from regulars.models.panels import leaving_times
from regulars.models.transactions.negative_binomial import GammaPoisson
from regulars.models.transactions.pareto_bracket import Bracket


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
    # The more histories, the more panels of like length, which are integrated together.
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
        bracket, rising = _bracket(theta, x, recency, age, slopes=1), _rising(theta, x, slopes=1)
        return _value(theta, x, recency, rising, bracket), _slopes(theta, x, recency, rising, bracket)

    def log_likelihood_alone(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> Floats:
        """Return (1) per history, of several sets of parameters where each parameter is a column of them."""
        if theta.ndim > 1:
            return np.stack([self.log_likelihood_alone(one, x, recency, age) for one in theta[:, :, 0].T])
        return _value(theta, x, recency, _rising(theta, x, slopes=0), _bracket(theta, x, recency, age, slopes=0))

    def curved_log_likelihood(
        self, theta: Floats, x: Floats, recency: Floats, age: Floats
    ) -> tuple[Floats, Floats, Floats]:
        """Return (1) per history, its derivatives by r, alpha, s, beta, and its second derivatives in this order."""
        r, alpha, s, beta = theta
        bracket, rising = _bracket(theta, x, recency, age, slopes=2), _rising(theta, x, slopes=2)
        a, b, second = bracket.a, bracket.b, bracket.curvature()
        second[0] += rising[2]
        second[1] += recency / (alpha * a)
        second[4] += x / a**2 - r * recency * (a + alpha) / (alpha * a) ** 2
        second[8] += recency / (beta * b)
        second[9] -= s * recency * (b + beta) / (beta * b) ** 2
        value, slopes = _value(theta, x, recency, rising, bracket), _slopes(theta, x, recency, rising, bracket)
        return value, slopes, second

    def log_odds_dropped(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> Floats:
        """Return log I - log E of (2) and (3)."""
        return _bracket(theta, x, recency, age, slopes=0).log_odds

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
        P(n) = (1+t/B)^(-s) NB(n; t) + ∫₀ᵗ (s/B)(1+τ/B)^(-s-1) NB(n; τ) dτ, B = β+T.             (4)
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


def _rising(theta: Floats, x: Floats, *, slopes: int) -> Floats:
    """Return log Γ(r+x)/Γ(r) and its derivatives by r, from one table over x."""
    number = x.astype(np.int64)
    return ascending(float(theta[0]), int(number.max(initial=0)), slopes)[:, number]


def _value(theta: Floats, x: Floats, recency: Floats, rising: Floats, bracket: Bracket) -> Floats:
    r, alpha, s, beta = theta
    bought, left = np.log1p(recency / alpha), np.log1p(recency / beta)
    return rising[0] - r * bought - x * np.log(bracket.a) - s * left + bracket.log_total


def _slopes(theta: Floats, x: Floats, recency: Floats, rising: Floats, bracket: Bracket) -> Floats:
    r, alpha, s, beta = theta
    slopes = bracket.slopes()
    slopes[0] += rising[1] - np.log1p(recency / alpha)
    slopes[1] += (r * recency / alpha - x) / bracket.a
    slopes[2] -= np.log1p(recency / beta)
    slopes[3] += s * recency / (beta * bracket.b)
    return slopes


def _bracket(theta: Floats, x: Floats, recency: Floats, age: Floats, *, slopes: int) -> Bracket:
    """Return E + I with as many `slopes` as are asked of it: none, the first, the second too."""
    r, alpha, s, beta = theta
    return Bracket.of(r + x, alpha + recency, s, beta + recency, age - recency, slopes=slopes)


def _expm1_over(u: Floats) -> Floats:
    """Return (e^u - 1)/u, which is 1 at 0."""
    small = np.abs(u) < np.finfo(float).tiny
    return np.where(small, 1.0, np.expm1(u) / np.where(small, 1.0, u))
