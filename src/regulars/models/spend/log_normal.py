"""Log-normal spend: values differ by factors, between customers and between the purchases of one.

The logarithm of the j-th value of customer i is μ + b_i + e_ij, with b ~ N(0, τ²) between customers and
e ~ N(0, σ²) within. Of n values with logarithms of mean ȳ and sum of squared deviations w

    log L = -n/2 log 2π - (n-1) log σ - log(σ²+nτ²)/2 - w/2σ² - n(ȳ-μ)²/2(σ²+nτ²) - nȳ   (1)

which is the density of the values, not of their mean: it is not comparable with that of Gamma-Gamma. After n_obs
values μ + b_i ~ N(m, V) with k = n_obs τ²/(σ² + n_obs τ²), and the next ones have

    m = (1-k) μ + k ȳ,   V = τ²σ²/(σ² + n_obs τ²),   E[z] = e^m · e^(V/2 + σ²/2)          (2)
    V_n = e^m · M_n,   log M_n = N(0, V) + log Σ e^(N(0, σ²))                             (3)

so a customer's scale is e^m, a geometric mean drawn towards everybody's, and the law of M_n depends on n_obs only.
(3) is computed as in `log_normal_sums`.

It assumes that what a customer spends says nothing about how often the customer buys. When not to use it: values of
zero or less, fixed prices. Its upper tail is lighter than Gamma-Gamma's: all moments exist.

Laird & Ware (1982), Random-Effects Models for Longitudinal Data, Biometrics 38(4), for (1) and (2).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from regulars.models import findings
from regulars.models.certificate import Certificate
from regulars.models.fingerprint import Fingerprint
from regulars.models.histories import Floats, Integers
from regulars.models.optimise import Summit, at_boundary, climb, covariance_from, curvature
from regulars.models.purchase_counts import Mixed, PurchaseCounts
from regulars.models.spend.beta_prime import SumTable
from regulars.models.spend.fitted import FittedSpend
from regulars.models.spend.likelihood import SpendLikelihood
from regulars.models.spend.log_normal_likelihood import LogNormalLikelihood, fingerprint, log_sums
from regulars.models.spend.log_normal_sums import log_moments
from regulars.models.spend.spent import Spent, seen_of

PARAMETERS = ("median", "between", "within")
# Standard deviations to either end of a table, and cells per width of its finest feature.
ENDS = 4.75
CELLS = 3.0
MOST_CELLS = 4096


@dataclass(frozen=True)
class LogNormalSpend:
    """Log-normal spend with a customer effect; parameters e^μ, τ, σ as median, between, within.

    >>> n_obs, mean_log, squares = logs_of(["a", "a", "b", "b", "c"], [20.0, 24.0, 31.0, 45.0, 12.0])
    >>> sorted(LogNormalSpend().fit(n_obs, mean_log, squares).params)
    ['between', 'median', 'within']
    """

    name: ClassVar[str] = "log-normal"
    title: ClassVar[str] = "log-normal spend"
    parameters: ClassVar[tuple[str, ...]] = PARAMETERS
    likelihood_kind: ClassVar[str] = "single values"

    @property
    def fitted(self) -> type[LogNormalFit]:
        """The type of its fits."""
        return LogNormalFit

    def fit_to(self, spent: Spent) -> LogNormalFit:
        """Return the maximum likelihood fit to the logarithms of what was spent."""
        return self.fit(spent.n_obs, spent.mean_log, spent.squares, spent.count)

    def fit(
        self, n_obs: ArrayLike, mean_log: ArrayLike, squares: ArrayLike, count: ArrayLike | None = None
    ) -> LogNormalFit:
        """Return the maximum likelihood fit to customers' numbers of values, and the logarithms of these.

        `mean_log` is the mean of a customer's logarithms, `squares` the sum of their squared deviations from it; see
        `logs_of`. Customers with n_obs = 0 are left out. Raises `InputError` for what no customer can have,
        `NotApplicable` where nobody has two values or spend has no spread within customers (no maximum exists).
        """
        likelihood = LogNormalLikelihood(log_sums(n_obs, mean_log, squares, count))
        summits = sorted((climb(likelihood, start) for start in likelihood.starts()), key=lambda s: -s.height)
        return _fit_at(summits, likelihood)


def logs_of(customer: ArrayLike, value: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Return n_obs, the mean and the sum of squared deviations of the logarithms of values, per customer in order.

    Raises `InputError` for values that are not above zero, which have no logarithm.
    """
    spent = Spent.of(customer, value)
    return spent.n_obs, spent.mean_log, spent.squares


@dataclass(frozen=True, eq=False)
class LogNormalFit(FittedSpend):
    """A fitted log-normal model of spend; `covariance` is that of the logarithms of median, between, within."""

    median: float
    between: float
    within: float
    log_likelihood: float
    customers: float
    covariance: Floats
    certificate: Certificate
    name: str = "log-normal"
    title: str = "log-normal spend"
    fingerprint: Fingerprint | None = None
    assumptions: ClassVar[tuple[str, ...]] = (
        "What a customer spends per purchase has nothing to do with how often.",
        "Each customer has a typical spend of their own that stays the same: no rising prices, no growing baskets.",
        "Purchases differ by factors, and for everybody by as much: twice as usual is as frequent as half as usual.",
    )

    @property
    def params(self) -> dict[str, float]:
        """Parameters by name."""
        return {"median": self.median, "between": self.between, "within": self.within}

    @property
    def model(self) -> LogNormalSpend:
        """Log-normal spend."""
        return LogNormalSpend()

    def at(self, theta: Floats) -> LogNormalFit:
        """Return log-normal spend at other median, between, within."""
        median, between, within = theta.tolist()
        return replace(self, median=median, between=between, within=within)

    def likelihood(self, spent: Spent) -> SpendLikelihood:
        """Return (1) over all customers, which is climbed from the mean of all logarithms on."""
        height = LogNormalLikelihood(log_sums(spent.n_obs, spent.mean_log, spent.squares, spent.count))
        origin, centre = np.array([height.sums.centre, 0.0, 0.0]), np.mean(height.starts(), axis=0)
        return SpendLikelihood(height, origin, height.customers, height.constant, centre)

    def values(self, number: Integers, scale: Floats, rng: np.random.Generator) -> Floats:
        """Return the values of `number` purchases of each new customer."""
        own = np.log(self.median) + self.between * rng.standard_normal(number.size)
        return np.exp(np.repeat(own, number) + self.within * rng.standard_normal(int(number.sum())))

    @property
    def slope(self) -> float:
        """1: a customer's scale is the `statistic` itself."""
        return 1.0

    def intercept(self, frequency: Floats, age: Floats) -> Floats:
        """Return 0, whatever the history."""
        return np.zeros(frequency.shape)

    def statistic(self, n_obs: Floats, mean_log: Floats) -> Floats:
        """Return e^m of (2) per customer; `mean_log` counts only where there are values."""
        own = _own_share(self.between, self.within, n_obs)
        mean = np.where(n_obs > 0.0, mean_log, 0.0)
        return np.exp((1.0 - own) * np.log(self.median) + own * mean)

    def expected_spend(self, n_obs: ArrayLike, mean_log: ArrayLike) -> Floats:
        """Return (2) per customer: the expected value of one future purchase.

        Raises `InputError` for what no customer can have spent.
        """
        number, mean = seen_of(n_obs, mean_log, positive=False)
        return self.statistic(number, mean) * self.mean_factor(number)

    def mean_factor(self, n_obs: Floats) -> Floats:
        """Return e^(V/2 + σ²/2) of (2)."""
        return _mean_factor(self.between, self.within, n_obs)

    def square_factors(self, n_obs: Floats) -> tuple[Floats, Floats]:
        """Return e^(2V+σ²) and e^(2V+σ²)(e^σ²-1): E[M_n²] = e^2V (n² e^σ² + n(e^2σ² - e^σ²)), V of (2)."""
        spread = self.within**2
        each = np.exp(2.0 * _unknown(self.between, self.within, n_obs) + spread)
        return each, each * np.expm1(spread)

    def mean_factor_at(self, point: Floats, n_obs: Floats, frequency: Floats, age: Floats) -> tuple[Floats, Floats]:
        """Return 0 and, at other parameters, `mean_factor` times what they do to the scale of a customer of mean μ.

        The scale of any other customer changes by e^(Δk (ȳ-μ)) more, which is close to 1 on average.
        """
        median, between, within = np.exp(point).tolist()
        shift = (1.0 - _own_share(between, within, n_obs)) * np.log(median / self.median)
        return self.intercept(frequency, age), np.exp(shift) * _mean_factor(between, within, n_obs)

    def quantiles(self, counts: PurchaseCounts, n_obs: float, rows: Mixed, level: Floats) -> Floats:
        """Return the `level` quantiles of M in (3), mixed over `counts`; 0 up to P(N = 0)."""
        mean, variance = log_moments(self.within, tuple(counts.number.tolist()))
        spread = np.sqrt(variance + _unknown(self.between, self.within, np.array(n_obs)))
        return _table(mean, spread, counts).quantiles(counts.none, rows, level)

    def draw(self, number: Floats, n_obs: Floats, rng: np.random.Generator) -> Floats:
        """Return draws of M_n; 0 where nothing is bought.

        The sum is a log-normal of its own mean and variance (Fenton 1960): totals need these, not its quantiles.
        """
        worth = np.zeros(number.shape)
        buys = number > 0.0
        n = number[buys]
        unknown = np.broadcast_to(_unknown(self.between, self.within, n_obs), number.shape)[buys]
        variance = np.log1p(np.expm1(self.within**2) / n)
        mean = np.log(n) + self.within**2 / 2.0 - variance / 2.0
        worth[buys] = np.exp(mean + np.sqrt(variance + unknown) * rng.standard_normal(n.shape))
        return worth


def _own_share(between: float, within: float, n_obs: Floats) -> Floats:
    """Return k of (2)."""
    return n_obs * between**2 / (within**2 + n_obs * between**2)


def _unknown(between: float, within: float, n_obs: Floats) -> Floats:
    """Return V of (2)."""
    return between**2 * within**2 / (within**2 + n_obs * between**2)


def _mean_factor(between: float, within: float, n_obs: Floats) -> Floats:
    return np.exp((_unknown(between, within, n_obs) + within**2) / 2.0)


def _table(mean: Floats, spread: Floats, counts: PurchaseCounts) -> SumTable:
    """Return the table of the mixture over `counts` of normal laws of log M."""
    low, high = float((mean - ENDS * spread).min()), float((mean + ENDS * spread).max())
    cells = int(np.clip(CELLS * (high - low) / float(spread.min()), 8, MOST_CELLS))
    log_m = np.linspace(low, high, cells + 1)
    distance = (log_m - mean[:, None]) / spread[:, None]
    density = np.exp(-(distance**2) / 2.0) / (spread[:, None] * np.sqrt(2.0 * np.pi))
    return SumTable(log_m, counts.average(special.ndtr(distance)), counts.average(density))


def _fit_at(summits: list[Summit], likelihood: LogNormalLikelihood) -> LogNormalFit:
    best, customers, sums = summits[0], likelihood.customers, likelihood.sums
    fixed: NDArray[np.bool_] = at_boundary(best.point)
    information = curvature(likelihood, best.point) * customers
    covariance = covariance_from(information, fixed)
    found = [
        findings.top(best, covariance, customers),
        findings.starts_agree(summits),
        findings.condition(PARAMETERS, information, covariance, fixed),
        *findings.boundaries(PARAMETERS, best.point),
    ]
    total = best.height * customers + likelihood.constant
    centre, between, within = best.point.tolist()
    median = float(np.exp(sums.centre + centre))
    return LogNormalFit(
        median,
        float(np.exp(between)),
        float(np.exp(within)),
        total,
        customers,
        covariance,
        Certificate(tuple(found)),
        fingerprint=fingerprint(sums),
    )
