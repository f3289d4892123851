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
from scipy import special

from regulars.errors import InputError, NotApplicable
from regulars.models import findings
from regulars.models.certificate import Certificate, Finding
from regulars.models.histories import Floats, Integers
from regulars.models.optimise import Summit, at_boundary, climb, covariance_from, curvature
from regulars.models.purchase_counts import Mixed, PurchaseCounts
from regulars.models.spend.beta_prime import SumTable

PARAMETERS = ("p", "q", "gamma")
# Customers' means that differ by less than this share are one price.
ONE_PRICE = 1e-9


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

    def fit(self, n_obs: ArrayLike, mean_spend: ArrayLike, count: ArrayLike | None = None) -> GammaGammaFit:
        """Return the maximum likelihood fit to customers' numbers of values and their means.

        Customers with n_obs = 0 are left out. Raises `InputError` for values that are not positive,
        `NotApplicable` where nobody's spend was observed or all spend the same (no maximum exists).
        """
        values = _observed(n_obs, mean_spend, count)
        rough, likelihood = _Likelihood(_thinned(values)), _Likelihood(values)
        starts = (climb(rough, np.log(start), resolution=ROUGHLY) for start in STARTS)
        summits = sorted(starts, key=lambda summit: -summit.height)
        best = climb(likelihood, summits[0].point, metric=summits[0].metric)
        return _fit_at(best, summits, likelihood)


# Above this many customers the starts are compared on every k-th only; how closely they are followed.
COMPARE_STARTS_ON = 20_000
ROUGHLY = 1e-8
# Starts in units of the mean spend: (p, q, γ) with mean pγ/(q-1) = 1, from even to wild spend.
STARTS = tuple(np.array([p, q, (q - 1.0) / p]) for p, q in ((5.0, 4.0), (1.0, 2.5), (30.0, 12.0)))


@dataclass(frozen=True, eq=False)
class GammaGammaFit:
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
    likelihood_kind: ClassVar[str] = "means of values"
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
    def standard_errors(self) -> dict[str, float]:
        """Standard errors of the parameters (delta method); NaN where there is none."""
        errors = np.sqrt(np.diag(self.covariance))
        return {name: value * float(error) for (name, value), error in zip(self.params.items(), errors, strict=True)}

    @property
    def scale(self) -> tuple[float, float]:
        """A customer's scale is γ + n_obs·z̄, see (3)."""
        return self.gamma, 1.0

    def statistic(self, n_obs: Floats, mean: Floats) -> Floats:
        """Return n_obs·z̄, the sum of the observed values."""
        return n_obs * np.where(n_obs > 0.0, mean, 0.0)

    def expected_spend(self, n_obs: ArrayLike, mean_spend: ArrayLike) -> Floats:
        """Return (2) per customer: the expected value of one future purchase; NaN where it does not exist."""
        number = np.asarray(n_obs, dtype=np.float64)
        mean = np.where(number > 0.0, np.asarray(mean_spend, dtype=np.float64), 0.0)
        return (self.gamma + number * mean) * self.mean_factor(number)

    def share_below(self, n_obs: ArrayLike, mean_spend: ArrayLike) -> Floats:
        """Return P(z̄ <= mean_spend) of a customer with n_obs >= 1 values, before anything is known of the customer.

        n z̄/γ is beta-prime(pn, q), so this is the regularised incomplete beta function at n z̄/(γ + n z̄).
        """
        number = np.asarray(n_obs, dtype=np.float64)
        total = number * np.asarray(mean_spend, dtype=np.float64)
        return np.asarray(special.betainc(self.p * number, self.q, total / (self.gamma + total)), dtype=np.float64)

    def mean_factor(self, n_obs: Floats) -> Floats:
        """Return p/(p n_obs + q - 1), NaN where the mean does not exist."""
        return _mean_factor(self.p, self.q, n_obs)

    def mean_factor_at(self, log_params: Floats, n_obs: Floats) -> tuple[float, Floats]:
        """Return γ and `mean_factor` at other parameters."""
        p, q, gamma = np.exp(log_params)
        return float(gamma), _mean_factor(float(p), float(q), n_obs)

    def quantiles(self, counts: PurchaseCounts, n_obs: float, rows: Mixed, level: Floats) -> Floats:
        """Return the `level` quantiles of M in (3), mixed over `counts`; 0 up to P(N = 0)."""
        table = SumTable.of(self.p, self.p * n_obs + self.q, counts)
        return table.quantiles(counts.none, rows, level)

    def draw(self, number: Floats, n_obs: Floats, rng: np.random.Generator) -> Floats:
        """Return draws of M_n as a ratio of two gammas, see (3); 0 where nothing is bought."""
        buys = number > 0.0
        worth = np.zeros(number.shape)
        prior = np.broadcast_to(self.p * n_obs + self.q, number.shape)[buys]
        worth[buys] = rng.standard_gamma(self.p * number[buys]) / rng.standard_gamma(prior)
        return worth


def _mean_factor(p: float, q: float, n_obs: Floats) -> Floats:
    left = p * n_obs + q - 1.0
    return np.where(left > 0.0, p / np.where(left > 0.0, left, 1.0), np.nan)


@dataclass(frozen=True, eq=False)
class _Observed:
    """What was observed of spend, in units of its mean: values n·z̄ and which distinct n each has."""

    numbers: Floats
    number_of: Integers
    total: Floats
    count: Floats
    unit: float


def _observed(n_obs: ArrayLike, mean_spend: ArrayLike, count: ArrayLike | None) -> _Observed:
    number = np.atleast_1d(np.asarray(n_obs, dtype=np.float64))
    mean = np.atleast_1d(np.asarray(mean_spend, dtype=np.float64))
    weight = np.ones(number.shape) if count is None else np.atleast_1d(np.asarray(count, dtype=np.float64))
    if not number.shape == mean.shape == weight.shape:
        sizes = f"{number.size}, {mean.size}, {weight.size}"
        raise InputError(f"n_obs, mean_spend and count must be equally long, got {sizes}")
    seen = (number > 0.0) & (weight > 0.0)
    number, mean, weight = number[seen], mean[seen], weight[seen]
    if number.size == 0:
        raise NotApplicable("Gamma-Gamma cannot be fitted: no customer has an observed value")
    if not (np.isfinite(mean) & (mean > 0.0)).all():
        worst = mean[~(np.isfinite(mean) & (mean > 0.0))][0]
        raise InputError(f"Gamma-Gamma needs mean values above zero, got {worst:g}")
    if float(mean.max() - mean.min()) <= ONE_PRICE * float(mean.max()):
        raise NotApplicable(f"constant spend: every customer's mean value is {mean[0]:g}, so there is no spread to fit")
    unit = float(mean @ weight / weight.sum())
    numbers, number_of = np.unique(number, return_inverse=True)
    scaled = mean / unit
    return _Observed(numbers, number_of, number * scaled, weight, unit)


class _Likelihood:
    """Log-likelihood (1) per customer and its gradient, by the logarithms of p, q, γ in units of the mean."""

    def __init__(self, values: _Observed) -> None:
        self.values = values
        self.customers = float(values.count.sum())
        self._per_number = np.bincount(values.number_of, values.count, minlength=values.numbers.size)
        means = values.total / values.numbers[values.number_of]
        self._sum_log_mean = float(np.log(means) @ values.count)

    def __call__(self, log_params: Floats) -> tuple[float, Floats]:
        p, q, gamma = np.exp(log_params)
        v = self.values
        shape = p * v.numbers
        ratio = v.total / gamma
        above, below = v.count * np.log1p(ratio), v.count * np.log1p(1.0 / ratio)
        by_number = np.bincount(v.number_of, below, minlength=v.numbers.size)
        value = -float(self._per_number @ special.betaln(shape, q) + shape @ by_number + q * above.sum())
        value -= self._sum_log_mean
        together = special.digamma(shape + q)
        by_p = float((self._per_number * v.numbers) @ (together - special.digamma(shape)) - v.numbers @ by_number)
        by_q = float(self._per_number @ together) - self.customers * float(special.digamma(q)) - float(above.sum())
        by_gamma = float(v.count @ ((q * ratio - shape[v.number_of]) / (1.0 + ratio))) / gamma
        gradient = np.array([by_p, by_q, by_gamma]) * np.array([p, q, gamma])
        return value / self.customers, gradient / self.customers


def _thinned(values: _Observed) -> _Observed:
    step = -(-values.total.size // COMPARE_STARTS_ON)
    if step == 1:
        return values
    rows = slice(None, None, step)
    return replace(values, number_of=values.number_of[rows], total=values.total[rows], count=values.count[rows])


def _fit_at(best: Summit, summits: list[Summit], likelihood: _Likelihood) -> GammaGammaFit:
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
        *_moments(q),
    ]
    total = best.height * customers - customers * float(np.log(unit))
    return GammaGammaFit(p, q, gamma * unit, total, customers, covariance, Certificate(tuple(found)))


def _moments(q: float) -> list[Finding]:
    """Say which moments of a new customer's spend exist."""
    if q <= 1.0:
        sentence = "The mean spend of a customer without observed values is infinite here (q <= 1): it is left out."
        return [Finding("mean spend", "warning", sentence, q)]
    if q <= 2.0:
        sentence = "The spread of spend between customers is so wide that its variance is infinite (q <= 2)."
        return [Finding("spend variance", "note", sentence, q)]
    return []
