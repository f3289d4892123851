"""Gompertz/NBD: as Pareto/NBD, but a customer may leave more and more readily with age.

While active a customer buys at random at a rate λ ~ Gamma(r, α). The lifetime is Gompertz, with gamma
differences η ~ Gamma(s, β) between customers: S, f, w and q are (1) to (3) of `gompertz`. With R = r+x,
A = α+t_x, D = T-t_x and S', f' the law of what is left of the lifetime at t_x,

    log L = log Γ(R)/Γ(r) - r log(1+t_x/α) - x log A - s q(t_x) + log(E + I)             (1)
    E = (1+D/A)^(-R) S'(D)                                    alive at T                 (2)
    I = ∫₀^D (1+τ/A)^(-R) f'(τ) dτ                            left at t_x+τ              (3)

and the derivatives of log L by θ are those of the logarithms under (2) and (3), averaged over when the customer
left. A customer alive at T has λ ~ Gamma(r+x, α+T) and the lifetime's law at T, so its future depends on (x, T).

When not to use it: where the fit runs to b = 0. Then nothing speaks for leaving with age, the model is
Pareto/NBD with beta/b for its beta, and the certificate says so.

Bemmaor & Glady (2012), Modeling Purchasing Behavior with Sudden "Death": A Flexible Customer Lifetime Model,
Management Science 58(5).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from regulars.models.ascending import log_ascending
from regulars.models.assumptions import BUYING, LEAVING
from regulars.models.certificate import Certificate, Finding
from regulars.models.effects.moves import Moves
from regulars.models.fitting import Fittable
from regulars.models.laws import AgeingLaw
from regulars.models.likelihood_ratio import NO_GAIN, Place
from regulars.models.lives import Floats, Lives
from regulars.models.transactions.gompertz import AT_ONCE, NEGLIGIBLE, Gompertz, times
from regulars.models.transactions.negative_binomial import GammaPoisson
from regulars.models.transactions.pareto_nbd import ParetoNBD

if TYPE_CHECKING:
    from regulars.models.fit import Fit
    from regulars.models.histories import Histories

LARGEST_EXPONENT = 600.0
# The gain at which a parameter on the edge of its range is significant at 5 % (half χ² with one degree, half 0).
AGEING_IDENTIFIED = 2.71 / 2.0


@dataclass(frozen=True)
class GompertzNBD(Fittable):
    """The Gompertz/NBD model; parameters r, alpha, b, s, beta (Bemmaor & Glady 2012, eq. 7).

    >>> from regulars.models.histories import Histories
    >>> h = Histories(frequency=[2, 1, 0], recency=[30.43, 1.71, 0], age=[38.86, 38.86, 38.86], count=[50, 30, 60])
    >>> sorted(GompertzNBD().fit(h).params)
    ['alpha', 'b', 'beta', 'r', 's']
    """

    name: ClassVar[str] = "gompertz-nbd"
    title: ClassVar[str] = "Gompertz/NBD"
    parameters: ClassVar[tuple[str, ...]] = ("r", "alpha", "b", "s", "beta")
    special_cases: ClassVar[dict[str, Place]] = {"nbd": "edge", "pareto-nbd": "edge"}  # nobody leaves, or not with age
    cached_rows: ClassVar[int] = 1024
    moves: ClassVar[Moves] = Moves({"alpha": -1.0}, {"beta": -1.0}, time={"alpha": 1.0, "b": -1.0})
    has_dropout: ClassVar[bool] = True
    assumptions: ClassVar[tuple[str, ...]] = (
        *BUYING,
        "A customer leaves unseen and for good, at any time, at a rate of the customer's own that grows with age.",
        *LEAVING,
    )

    def fit(self, histories: Histories, *, threads: int = 1) -> Fit:
        """Return the maximum likelihood fit, compared with Pareto/NBD, its limit as b and beta go to zero together.

        Where nothing is gained over that limit, b has no standard error, beta has that at this b, those of the
        others are Pareto/NBD's, and the certificate warns. Raises `NotApplicable` where nobody was observed for any
        time.
        """
        return _compared(super().fit(histories, threads=threads), ParetoNBD().fit(histories, threads=threads))

    def starts(self, rate: float, age: float) -> list[Floats]:
        """Return points to start a fit from: ageing at once, late, and hardly at all."""
        return [
            np.array([shape, shape / (rate * faster), ageing / age, s, ageing * longer])
            for shape, faster, ageing, s, longer in (
                (0.6, 2.0, 0.2, 0.6, 0.4),
                (1.5, 1.2, 1.0, 0.5, 2.0),
                (0.4, 3.0, 3.0, 0.4, 2.0),
            )
        ]

    def log_likelihood(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> tuple[Floats, Floats]:
        """Return (1) per history and its derivatives by r, alpha, b, s, beta."""
        r, alpha, b, s, beta = theta
        rising, slope = log_ascending(r, x.astype(np.int64))
        law = _law(theta, recency)
        alive, gone, moments = _bracket(theta, x, recency, age)
        value = rising - r * np.log1p(recency / alpha) - x * np.log(alpha + recency) - s * law.left(recency)
        waited, share, by_b, by_s, by_beta = moments / (alive + gone)
        by_alpha = (r + x) * share - x
        gradient = np.stack([slope - waited, by_alpha / alpha, by_b / b, by_s / s, by_beta / beta])
        return value + np.log(alive + gone), gradient

    def log_odds_dropped(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> Floats:
        """Return log I - log E of (2) and (3)."""
        r, alpha, _, s, _ = theta
        gone = _bracket(theta, x, recency, age)[1]
        silence, left = age - recency, _law(theta, recency).after(recency)
        with np.errstate(divide="ignore"):  # no silence since the last purchase: alive for certain, log 0
            return np.log(gone) + (r + x) * np.log1p(silence / (alpha + recency)) + s * left.left(silence)

    def living_rate(self, theta: Floats, x: float, age: float) -> tuple[float, float]:
        """Return r+x and α+T."""
        return float(theta[0] + x), float(theta[1] + age)

    def dropout_law(self, theta: Floats) -> AgeingLaw:
        """Return Gamma(s, β/b), the rate η·b at which a new customer leaves at first, and b by which it grows."""
        _, _, b, s, beta = theta
        return AgeingLaw(float(s), float(beta / b), float(b))

    def time_scale(self, theta: Floats) -> float:
        """Return the smallest of α, β/b and 1/b."""
        _, alpha, b, _, beta = theta
        return float(min(alpha, beta / b, 1.0 / b))

    def living_purchases(self, theta: Floats, x: Floats, age: Floats, t: float | Floats) -> Floats:
        """Return the expected purchases in t of a customer alive at T, (r+x)/(α+T) · ∫₀ᵗ S(T+u)/S(T) du."""
        r, alpha = theta[:2]
        return (r + x) / (alpha + age) * _law(theta, age).after(age).mean_time(t)

    def living_pmf(self, theta: Floats, x: Floats, age: Floats, t: float, n: Floats) -> Floats:
        """Return P(n purchases in t | alive at T), as a sum of positive terms.

        With NB(n; τ) the negative binomial of a customer who stays for τ, and S', f' the lifetime left at T:
        P(n) = S'(t) NB(n; t) + ∫₀ᵗ f'(τ) NB(n; τ) dτ.                                            (4)
        """
        r, alpha, b, s, _ = theta
        scale, law = (alpha + age)[:, None], _law(theta, age[:, None]).after(age[:, None])
        exactly = GammaPoisson.of(r, x[:, None], n)
        pmf = np.exp(exactly.log_pmf(scale, t) - s * law.left(t))
        sharpest = min(float(n.max(initial=0.0)), r + float(x.max(initial=0.0)))
        soonest = np.minimum(scale / (1.0 + r + x[:, None] + n.max(initial=0.0)), law.scale)
        sharp = max(law.bend, math.sqrt(sharpest) / 2.0)
        for tau, weight in times(np.full(soonest.shape, t), soonest, sharp, AT_ONCE // n.size):
            leaves = weight * s * b / law.wear(tau) * np.exp(-s * law.left(tau))
            pmf += (leaves * np.exp(exactly.log_pmf(scale, tau))).sum(axis=0)
        return pmf

    def lasting(self, theta: Floats, t: Floats) -> Floats:
        """Return S(t)."""
        return np.exp(-theta[3] * _law(theta, t).left(t))

    def mean_lifetime(self, theta: Floats) -> float:
        """Return ∫₀^∞ S; always finite, because S falls by e^(-s b t) in the end."""
        law = _law(theta, np.zeros(1))
        return float(law.mean_time(law.reach)[0])

    def draw_living(self, theta: Floats, x: Floats, age: Floats, rng: np.random.Generator) -> Lives:
        """Return the hidden lives from T on of customers alive at T: a rate and a Gompertz lifetime each."""
        r, alpha, b, s, _ = theta
        rate = rng.standard_gamma(r + x) / (alpha + age)
        # η near zero or underflown to it is a customer who never leaves.
        with np.errstate(divide="ignore", over="ignore"):
            worn = rng.standard_exponential(x.shape) * _law(theta, age).wear(age) / rng.standard_gamma(s, x.shape)
        return Lives(rate, np.log1p(worn) / b, np.full(x.shape, np.inf))


def _compared(fit: Fit, limit: Fit) -> Fit:
    """Return the fit with a finding on what leaving with age explains beyond Pareto/NBD."""
    gained = fit.log_likelihood - limit.log_likelihood
    found = Certificate((*fit.certificate.findings, _ageing(gained, limit)))
    if gained > NO_GAIN:
        return replace(fit, certificate=found)
    # At a given b, beta/b is Pareto/NBD's beta, and their logarithms vary alike.
    shared = [fit.model.parameters.index(name) for name in limit.model.parameters]
    covariance = np.full(fit.covariance.shape, np.nan)
    covariance[np.ix_(shared, shared)] = limit.covariance
    return replace(fit, covariance=covariance, certificate=found)


def _ageing(gained: float, limit: Fit) -> Finding:
    """Say whether customers leave more readily as they age."""
    if gained <= NO_GAIN:
        sentence = (
            "Nothing speaks for leaving with age: the best fit is the limit b = 0, which is Pareto/NBD with "
            f"beta {limit.params['beta']:,.4g}; b has no standard error, beta has that at this b."
        )
        return Finding("ageing", "warning", sentence, gained)
    sentence = f"Leaving with age gains {gained:,.2f} of log-likelihood over Pareto/NBD"
    if gained < AGEING_IDENTIFIED:
        return Finding("ageing", "note", f"{sentence}, which chance alone would often do.", gained)
    return Finding("ageing", "good", f"{sentence}.", gained)


def _law(theta: Floats, like: Floats) -> Gompertz:
    """Return the lifetime of new customers, as many as `like` has."""
    return Gompertz(float(theta[2]), float(theta[3]), np.full(like.shape, theta[4]))


def _bracket(theta: Floats, x: Floats, recency: Floats, age: Floats) -> tuple[Floats, Floats, Floats]:
    """Return (2), (3), and both weighed with what the derivatives of (1) are made of, see `_Since`."""
    r, alpha, b, s, _ = theta
    shape, scale, silence = r + x, alpha + recency, age - recency
    since = _Since.of(theta, recency)
    at_end = since.after(silence)
    alive = np.exp(-shape * at_end.missed - s * at_end.left)
    gone, moments = np.zeros(x.shape), alive * since.slopes(silence, at_end, leaves=False)
    soonest = np.minimum(np.minimum(scale, 1.0 / b), 1.0 / (shape / scale + (s + 1.0) * b / since.law.beta))
    # Purchases missed outweigh any growth of the rate of leaving, which is at most by a factor of beta, from here on.
    missed = np.minimum((NEGLIGIBLE + np.log1p(since.law.beta)) / shape, LARGEST_EXPONENT)
    reach = np.minimum(since.law.reach, scale * np.expm1(missed))
    for tau, weight in times(np.minimum(silence, reach), soonest, since.law.bend):
        then = since.after(tau)
        here = weight * s * b / then.wear * np.exp(-shape * then.missed - s * then.left)
        gone += here.sum(axis=0)
        moments += (here * since.slopes(tau, then, leaves=True)).sum(axis=1)
    return alive, gone, moments


@dataclass(frozen=True, eq=False)
class _Then:
    """A time τ after t_x: log(1 + τ/A), q' and w of the lifetime left at t_x, e^(-bτ) and 1 - e^(-bτ)."""

    missed: Floats
    left: Floats
    wear: Floats
    faded: Floats
    worn: Floats


@dataclass(frozen=True, eq=False)
class _Since:
    """What is known at the last purchase: the lifetime left, and logarithms and slopes that later ones add to."""

    law: Gompertz
    alpha: float | Floats
    recency: Floats
    bought: Floats
    left: Floats
    faded: Floats
    worn: Floats
    start: float | Floats

    @classmethod
    def of(cls, theta: Floats, recency: Floats) -> _Since:
        alpha, law, z = theta[1], _law(theta, recency), theta[2] * recency
        bought, left = np.log1p(recency / alpha), law.left(recency)
        return cls(law.after(recency), alpha, recency, bought, left, np.exp(-z), -np.expm1(-z), theta[4])

    def after(self, tau: Floats) -> _Then:
        """Return what (2) and (3) need at τ, from one exponential."""
        z = self.law.b * tau
        near = np.minimum(z, LARGEST_EXPONENT)
        grown = np.expm1(near)
        missed = np.log1p(tau / (self.alpha + self.recency))
        left = np.log1p(grown / self.law.beta) + (z - near)
        faded = 1.0 / (1.0 + grown)
        return _Then(missed, left, (self.law.beta + grown) * faded, faded, grown * faded)

    def slopes(self, tau: Floats, then: _Then, *, leaves: bool) -> Floats:
        """Return log(1 + t/α), t/(α+t), and the slopes of log S(t), or of log f(t), by the logarithms of b, s, β."""
        s, time, faded = self.law.s, self.recency + tau, self.faded * then.faded
        share, worn = self.law.b * time / then.wear, self.worn + self.faded * then.worn
        slopes = np.empty((5, *time.shape))
        slopes[0] = self.bought + then.missed
        slopes[1] = time / (self.alpha + time)
        slopes[2] = -s * share
        slopes[3] = -s * (self.left + then.left)
        slopes[4] = s * worn / then.wear
        if leaves:
            slopes[2] += 1.0 - share * (1.0 - self.start) * faded
            slopes[3] += 1.0
            slopes[4] -= self.start * faded / then.wear
        return slopes
