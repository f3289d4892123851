"""Gamma-Gamma by rate: what a customer spends per purchase goes with how often the customer buys.

As Gamma-Gamma, with a scale of its own for each history: ν ~ Gamma(q, γ_h),

    γ_h = γ · exp(κ f(x, T))                                                              (1)

where f is the logarithm of the customer's purchase rate, drawn towards everybody's and measured from the average
customer's ((2) of `purchase_rate`). So κ is an elasticity: who buys twice as often spends 2^κ times as much per
purchase; κ = 0 is Gamma-Gamma. Everything else holds with γ_h in place of γ:

    E[z] = p (γ_h + n_obs z̄) / (p n_obs + q - 1),   V_n = (γ_h + n_obs z̄) · M_n          (2)

and the law of M_n is the same, so one computation per distinct history still does for all of its customers.
With d = (q u - p n)/(1 + u), u = n z̄/γ_h, the log-likelihood has ∂/∂log γ = Σ d and ∂/∂κ = Σ d f.

x and T are taken as known: the rate is a covariate, and what spend tells about the rate is not used. When not to use
it: where spend changes with a customer's age for other reasons, such as prices that rise; κ takes that up as well.

Fader & Hardie (2013), The Gamma-Gamma Model of Monetary Value; Fader, Hardie & Lee (2005), RFM and CLV, Journal of
Marketing Research 42(4), on checking that spend and frequency are independent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from regulars.errors import InputError
from regulars.models import findings
from regulars.models.certificate import Certificate, Finding
from regulars.models.fingerprint import Fingerprint
from regulars.models.histories import Floats
from regulars.models.likelihood_ratio import LikelihoodRatio, likelihood_ratio
from regulars.models.optimise import Summit, at_boundary, climb, covariance_from, curvature
from regulars.models.spend.gamma_gamma import ROUGHLY, STARTS, GammaGamma, GammaGammaFit, moments
from regulars.models.spend.gamma_gamma_likelihood import MeansLikelihood, Observed, fingerprint, observed, thinned
from regulars.models.spend.gamma_gamma_sums import GammaGammaSums, mean_factor
from regulars.models.spend.likelihood import SpendLikelihood
from regulars.models.spend.purchase_rate import PurchaseRate
from regulars.models.spend.spent import Spent, seen_of

PARAMETERS = ("p", "q", "gamma", "kappa")
# Elasticities to start from where spend is neither even nor wild, beside Gamma-Gamma as it was fitted.
ELASTICITIES = (0.5, -0.5)
# Above this many customers the starts are compared on every k-th only: fewer than of Gamma-Gamma, whose fit is known.
COMPARE_STARTS_ON = 5_000
# A chance below this of so much by luck is called evidence.
UNLIKELY = 0.05


@dataclass(frozen=True)
class GammaGammaByRate:
    """Gamma-Gamma spend that goes with the purchase rate; parameters p, q, gamma, kappa.

    >>> n, mean = [1, 2, 4, 1, 3, 9], [20.0, 35.0, 28.0, 61.0, 44.0, 72.0]
    >>> spend = GammaGammaByRate().fit(n, mean, frequency=[0, 1, 3, 0, 2, 8], age=[90, 80, 90, 30, 60, 90])
    >>> sorted(spend.params)
    ['gamma', 'kappa', 'p', 'q']
    """

    name: ClassVar[str] = "gamma-gamma-by-rate"
    title: ClassVar[str] = "Gamma-Gamma by rate"
    parameters: ClassVar[tuple[str, ...]] = PARAMETERS
    likelihood_kind: ClassVar[str] = "means of values"
    special_cases: ClassVar[dict[str, str]] = {"gamma-gamma": "inside"}

    @property
    def fitted(self) -> type[GammaGammaByRateFit]:
        """The type of its fits."""
        return GammaGammaByRateFit

    def fit_to(self, spent: Spent) -> GammaGammaByRateFit:
        """Return the maximum likelihood fit to what customers of known histories spent."""
        frequency, age = spent.histories
        return self.fit(spent.n_obs, spent.mean, spent.count, frequency=frequency, age=age)

    def fit(
        self,
        n_obs: ArrayLike,
        mean_spend: ArrayLike,
        count: ArrayLike | None = None,
        *,
        frequency: ArrayLike,
        age: ArrayLike,
        alike: GammaGammaFit | None = None,
    ) -> GammaGammaByRateFit:
        """Return the maximum likelihood fit to customers' values, repeat purchases and ages in days.

        Customers with n_obs = 0 count for the law of rates alone. `alike` is the fit of `GammaGamma` to the same
        values, which is made where it is not given. Raises `InputError` as `GammaGamma` does and for
        histories that nobody can have, `NotApplicable` also where customers do not differ in how often they buy.
        """
        values = observed(n_obs, mean_spend, count)
        number, x, days = (np.atleast_1d(np.asarray(c, dtype=np.float64)) for c in (n_obs, frequency, age))
        weight = np.ones(number.shape) if count is None else np.atleast_1d(np.asarray(count, dtype=np.float64))
        _check(number, x, days)
        rate = PurchaseRate.of(x, days, weight)
        seen = (number > 0.0) & (weight > 0.0)
        relative = rate.relative(x[seen], days[seen])
        plain = GammaGamma().fit(n_obs, mean_spend, count) if alike is None else alike
        return _fit_at(*_climbed(values, relative, plain), rate, plain)


@dataclass(frozen=True, eq=False)
class GammaGammaByRateFit(GammaGammaSums):
    """A fitted Gamma-Gamma model by rate; `covariance` is that of the logarithms of p, q, gamma, and of kappa.

    `gain` is the test of kappa against 0.
    """

    p: float
    q: float
    gamma: float
    kappa: float
    rate: PurchaseRate
    log_likelihood: float
    customers: float
    covariance: Floats
    certificate: Certificate
    gain: LikelihoodRatio
    name: str = "gamma-gamma-by-rate"
    title: str = "Gamma-Gamma by rate"
    fingerprint: Fingerprint | None = None
    own: ClassVar[dict[str, type]] = {"rate": PurchaseRate, "gain": LikelihoodRatio}
    assumptions: ClassVar[tuple[str, ...]] = (
        "What a customer spends per purchase rises or falls with how often, for everybody by the same power.",
        "Apart from that, each customer has a mean spend that stays the same: no rising prices, no growing baskets.",
        "A purchase is worth more than nothing; single very large purchases are rare rather than the rule.",
    )

    @property
    def params(self) -> dict[str, float]:
        """Parameters by name."""
        return {"p": self.p, "q": self.q, "gamma": self.gamma, "kappa": self.kappa}

    @property
    def standard_errors(self) -> dict[str, float]:
        """Standard errors of the parameters (delta method); NaN where there is none."""
        errors = np.sqrt(np.diag(self.covariance)) * np.array([self.p, self.q, self.gamma, 1.0])
        return dict(zip(PARAMETERS, errors.tolist(), strict=True))

    @property
    def point(self) -> Floats:
        """The logarithms of p, q and gamma, and kappa."""
        return np.array([*np.log([self.p, self.q, self.gamma]), self.kappa])

    @property
    def model(self) -> GammaGammaByRate:
        """Gamma-Gamma by rate."""
        return GammaGammaByRate()

    def at(self, theta: Floats) -> GammaGammaByRateFit:
        """Return the same law of rates at other p, q, gamma, and at e to the power of kappa."""
        p, q, gamma, power = theta.tolist()
        return replace(self, p=p, q=q, gamma=gamma, kappa=float(np.log(power)))

    def likelihood(self, spent: Spent) -> SpendLikelihood:
        """Return the likelihood over all customers, which is climbed with γ in units of the mean spend."""
        frequency, age = spent.histories
        values = observed(spent.n_obs, spent.mean, spent.count)
        seen = (spent.n_obs > 0.0) & (spent.count > 0.0)
        height = _Likelihood(values, self.rate.relative(frequency[seen], age[seen]))
        unit, centre = float(np.log(values.unit)), np.append(np.log(STARTS).mean(axis=0), 0.0)
        origin = np.array([0.0, 0.0, unit, 0.0])
        return SpendLikelihood(height, origin, height.customers, -height.customers * unit, centre)

    @property
    def slope(self) -> float:
        """1: a customer's scale is γ_h + n_obs·z̄, see (2)."""
        return 1.0

    def intercept(self, frequency: Floats, age: Floats) -> Floats:
        """Return γ_h of (1) per history; ages in days."""
        return self.gamma * np.exp(self.kappa * self.rate.relative(frequency, age))

    def mean_factor_at(self, point: Floats, n_obs: Floats, frequency: Floats, age: Floats) -> tuple[Floats, Floats]:
        """Return γ_h and `mean_factor` at other parameters; the law of rates stays what it is."""
        p, q, gamma = np.exp(point[:3])
        intercept = gamma * np.exp(point[3] * self.rate.relative(frequency, age))
        return intercept, mean_factor(float(p), float(q), n_obs)

    def expected_spend(
        self, n_obs: ArrayLike, mean_spend: ArrayLike, *, frequency: ArrayLike, age: ArrayLike
    ) -> Floats:
        """Return (2) per customer: the expected value of one future purchase; NaN where it does not exist.

        Raises `InputError` for what no customer can have spent.
        """
        number, mean = seen_of(n_obs, mean_spend, positive=True)
        statistic = self.statistic(number, mean)
        intercept = self.intercept(np.asarray(frequency, dtype=np.float64), np.asarray(age, dtype=np.float64))
        return (intercept + statistic) * self.mean_factor(number)


class _Likelihood(MeansLikelihood):
    """The log-likelihood per customer and its gradient, by log p, log q, log γ (in units of the mean) and κ."""

    def __init__(self, values: Observed, relative: Floats) -> None:
        super().__init__(values)
        self.relative = relative

    def __call__(self, point: Floats) -> tuple[float, Floats]:
        """Return the height per customer and its gradient."""
        p, q, gamma = np.exp(point[:3])
        ratio = self.values.total / gamma * np.exp(-point[3] * self.relative)
        value, by_p, by_q, pull = self.at(p, q, ratio)
        each = self.values.count * pull
        gradient = np.array([by_p * p, by_q * q, each.sum(), each @ self.relative])
        return value / self.customers, gradient / self.customers


def _check(number: Floats, frequency: Floats, age: Floats) -> None:
    if not number.shape == frequency.shape == age.shape:
        sizes = f"{number.size}, {frequency.size}, {age.size}"
        raise InputError(f"n_obs, frequency and age must be equally long, got {sizes}")
    if not (np.isfinite(frequency) & np.isfinite(age) & (frequency >= 0.0) & (age >= 0.0)).all():
        raise InputError("frequency and age must be finite, and zero or more")


def _climbed(values: Observed, relative: Floats, plain: GammaGammaFit) -> tuple[Summit, list[Summit], _Likelihood]:
    """Return the summit, those that the starts reached, and the likelihood."""
    some = thinned(values, COMPARE_STARTS_ON)
    step = -(-relative.size // some.total.size)
    rough, likelihood = _Likelihood(some, relative[::step]), _Likelihood(values, relative)
    alike = np.log([plain.p, plain.q, plain.gamma / values.unit])
    # Where spend falls with the rate, Gamma-Gamma may run to a wall that is no place to start from.
    starts = [np.append(np.log(STARTS[0]) if at_boundary(alike).any() else alike, 0.0)]
    starts += [np.append(np.log(STARTS[0]), kappa) for kappa in ELASTICITIES]
    summits = sorted((climb(rough, start, resolution=ROUGHLY) for start in starts), key=lambda summit: -summit.height)
    return climb(likelihood, summits[0].point, metric=summits[0].metric), summits, likelihood


def _fit_at(
    best: Summit, summits: list[Summit], likelihood: _Likelihood, rate: PurchaseRate, plain: GammaGammaFit
) -> GammaGammaByRateFit:
    customers, unit = likelihood.customers, likelihood.values.unit
    p, q, gamma = np.exp(best.point[:3]).tolist()
    kappa = float(best.point[3])
    fixed = at_boundary(best.point)
    information = curvature(likelihood, best.point) * customers
    covariance = covariance_from(information, fixed)
    total = best.height * customers - customers * float(np.log(unit))
    gain = likelihood_ratio("Gamma-Gamma", "Gamma-Gamma by rate", total - plain.log_likelihood, 1, "inside")
    found = [
        findings.top(best, covariance, customers),
        findings.starts_agree(summits),
        findings.condition(PARAMETERS, information, covariance, fixed),
        *findings.boundaries(PARAMETERS[:3], best.point[:3]),
        *moments(q),
        _elasticity(kappa, gain),
    ]
    certificate = Certificate(tuple(found))
    return GammaGammaByRateFit(
        p,
        q,
        gamma * unit,
        kappa,
        rate,
        total,
        customers,
        covariance,
        certificate,
        gain,
        fingerprint=fingerprint(likelihood.values),
    )


def _elasticity(kappa: float, gain: LikelihoodRatio) -> Finding:
    """Say what the purchase rate does to spend, and whether that could be chance."""
    direction = "more" if kappa > 0.0 else "less"
    sentence = f"Who buys twice as often spends {abs(2.0**kappa - 1.0):.1%} {direction} per purchase ({gain})."
    if gain.p_value >= UNLIKELY:
        return Finding("spend and rate", "note", f"{sentence} That may be chance.", kappa)
    return Finding("spend and rate", "good", sentence, kappa)
