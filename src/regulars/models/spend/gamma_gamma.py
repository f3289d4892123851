"""Gamma-Gamma: how much a customer spends per purchase, when customers differ and so do their purchases.

The value of a purchase is z ~ Gamma(p, ν), the customer's ν ~ Gamma(q, γ). For the mean z̄ of n
observed values

    log L = -log B(pn, q) - pn log(1 + γ/(n z̄)) - q log(1 + n z̄/γ) - log z̄              (1)

and after n_obs values with mean z̄ the next ones have ν ~ Gamma(p n_obs + q, γ + n_obs z̄):

    E[z] = p (γ + n_obs z̄) / (p n_obs + q - 1),   where p n_obs + q > 1                    (2)
    V_n = (γ + n_obs z̄) · M_n,   M_n ~ beta-prime(p n, p n_obs + q)                        (3)

Where p n_obs + q <= 1 the mean is infinite, and undefined here; the quantiles of (3) still hold.

It assumes that what a customer spends says nothing about how often the customer buys; the
certificate measures that. When not to use it: negative values, one price for everybody.

Fader, Hardie & Lee (2005), RFM and CLV, Journal of Marketing Research 42(4), eq. 1-4;
Fader & Hardie (2013), The Gamma-Gamma Model of Monetary Value.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from regulars.models import findings
from regulars.models.certificate import Certificate, Finding
from regulars.models.fingerprint import Fingerprint
from regulars.models.histories import Floats
from regulars.models.optimise import Summit, at_boundary, climb, covariance_from, curvature
from regulars.models.spend.gamma_gamma_likelihood import MeansLikelihood, fingerprint, observed, thinned
from regulars.models.spend.gamma_gamma_sums import GammaGammaSums, mean_factor
from regulars.models.spend.likelihood import SpendLikelihood
from regulars.models.spend.spent import Spent, seen_of

PARAMETERS = ("p", "q", "gamma")


@dataclass(frozen=True)
class GammaGamma:
    """The Gamma-Gamma model of spend; parameters p, q, gamma (Fader & Hardie 2013, eq. 1a).

    >>> spend = GammaGamma().fit([1, 2, 4, 1], [20.0, 35.0, 28.0, 61.0])
    >>> sorted(spend.params)
    ['gamma', 'p', 'q']
    """

    name: ClassVar[str] = "gamma-gamma"
    title: ClassVar[str] = "Gamma-Gamma"
    parameters: ClassVar[tuple[str, ...]] = PARAMETERS
    likelihood_kind: ClassVar[str] = "means of values"

    @property
    def fitted(self) -> type[GammaGammaFit]:
        """The type of its fits."""
        return GammaGammaFit

    def fit_to(self, spent: Spent) -> GammaGammaFit:
        """Return the maximum likelihood fit to the numbers and means of what was spent."""
        return self.fit(spent.n_obs, spent.mean, spent.count)

    def fit(self, n_obs: ArrayLike, mean_spend: ArrayLike, count: ArrayLike | None = None) -> GammaGammaFit:
        """Return the maximum likelihood fit to customers' numbers of values and their means.

        Customers with n_obs = 0 are left out. Raises `InputError` for values that are not positive,
        `NotApplicable` where nobody's spend was observed or all spend the same (no maximum exists).
        """
        values = observed(n_obs, mean_spend, count)
        rough, likelihood = MeansLikelihood(thinned(values, COMPARE_STARTS_ON)), MeansLikelihood(values)
        starts = (climb(rough, np.log(start), resolution=ROUGHLY) for start in STARTS)
        summits = sorted(starts, key=lambda summit: -summit.height)
        best = climb(likelihood, summits[0].point, metric=summits[0].metric)
        return _fit_at(best, summits, likelihood)


# Above this many customers the starts are compared on every k-th only.
COMPARE_STARTS_ON = 20_000
# How closely the starts are followed before the best is.
ROUGHLY = 1e-8
# Starts in units of the mean spend: (p, q, γ) with mean pγ/(q-1) = 1, from even to wild spend.
STARTS = tuple(np.array([p, q, (q - 1.0) / p]) for p, q in ((5.0, 4.0), (1.0, 2.5), (30.0, 12.0)))


@dataclass(frozen=True, eq=False)
class GammaGammaFit(GammaGammaSums):
    """A fitted Gamma-Gamma model; `covariance` is that of the logarithms of p, q, gamma."""

    p: float
    q: float
    gamma: float
    log_likelihood: float
    customers: float
    covariance: Floats
    certificate: Certificate
    name: str = "gamma-gamma"
    title: str = "Gamma-Gamma"
    fingerprint: Fingerprint | None = None
    assumptions: ClassVar[tuple[str, ...]] = (
        "What a customer spends per purchase has nothing to do with how often; the certificate measures how far off.",
        "Each customer has a mean spend of their own that stays the same: no rising prices, no growing baskets.",
        "A purchase is worth more than nothing; single very large purchases are rare rather than the rule.",
    )

    @property
    def params(self) -> dict[str, float]:
        """Parameters by name, in the order of the paper."""
        return {"p": self.p, "q": self.q, "gamma": self.gamma}

    @property
    def model(self) -> GammaGamma:
        """Gamma-Gamma."""
        return GammaGamma()

    def at(self, theta: Floats) -> GammaGammaFit:
        """Return Gamma-Gamma at other p, q, gamma."""
        p, q, gamma = theta.tolist()
        return replace(self, p=p, q=q, gamma=gamma)

    def likelihood(self, spent: Spent) -> SpendLikelihood:
        """Return (1) over all customers, which is climbed with γ in units of the mean spend."""
        values = observed(spent.n_obs, spent.mean, spent.count)
        height, unit = MeansLikelihood(values), float(np.log(values.unit))
        origin, centre = np.array([0.0, 0.0, unit]), np.log(STARTS).mean(axis=0)
        return SpendLikelihood(height, origin, height.customers, -height.customers * unit, centre)

    @property
    def slope(self) -> float:
        """1: a customer's scale is γ + n_obs·z̄, see (3)."""
        return 1.0

    def intercept(self, frequency: Floats, age: Floats) -> Floats:
        """Return γ, whatever the history."""
        return np.full(frequency.shape, self.gamma)

    def expected_spend(self, n_obs: ArrayLike, mean_spend: ArrayLike) -> Floats:
        """Return (2) per customer: the expected value of one future purchase; NaN where it does not exist.

        Raises `InputError` for what no customer can have spent.
        """
        number, mean = seen_of(n_obs, mean_spend, positive=True)
        return (self.gamma + number * mean) * self.mean_factor(number)

    def mean_factor_at(self, point: Floats, n_obs: Floats, frequency: Floats, age: Floats) -> tuple[Floats, Floats]:
        """Return γ and `mean_factor` at other parameters."""
        p, q, gamma = np.exp(point)
        return np.full(frequency.shape, gamma), mean_factor(float(p), float(q), n_obs)


def _fit_at(best: Summit, summits: list[Summit], likelihood: MeansLikelihood) -> GammaGammaFit:
    customers, unit = likelihood.customers, likelihood.values.unit
    p, q, gamma = np.exp(best.point).tolist()
    fixed = at_boundary(best.point)
    information = curvature(likelihood, best.point) * customers
    covariance = covariance_from(information, fixed)
    found = [
        findings.top(best, covariance, customers),
        findings.starts_agree(summits),
        findings.condition(PARAMETERS, information, covariance, fixed),
        *findings.boundaries(PARAMETERS, best.point),
        *moments(q),
    ]
    total = best.height * customers - customers * float(np.log(unit))
    seen, certificate = fingerprint(likelihood.values), Certificate(tuple(found))
    return GammaGammaFit(p, q, gamma * unit, total, customers, covariance, certificate, fingerprint=seen)


def moments(q: float) -> list[Finding]:
    """Say which moments of a new customer's spend exist."""
    if q <= 1.0:
        sentence = "The mean spend of a customer without observed values is infinite here (q <= 1): it is left out."
        return [Finding("mean spend", "warning", sentence, q)]
    if q <= 2.0:
        sentence = "The spread of spend between customers is so wide that its variance is infinite (q <= 2)."
        return [Finding("spend variance", "note", sentence, q)]
    return []
