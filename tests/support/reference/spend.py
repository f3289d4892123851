"""Models of spend: Gamma-Gamma (Fader & Hardie 2013), by rate, log-normal, and each customer’s own mean."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reference.digits import Number, mp, panel


@dataclass(frozen=True)
class GammaGamma:
    """Gamma-Gamma, and the law of the sum of future values."""

    p: float
    q: float
    gamma: float

    def log_likelihood(self, n_obs: int, mean: float) -> Number:
        """Return log f(z̄ | p, q, γ; n_obs) (2013, eq. 1a)."""
        p, q, gamma, z = map(mp.mpf, (self.p, self.q, self.gamma, mean))
        shape = p * n_obs
        constants = mp.loggamma(shape + q) - mp.loggamma(shape) - mp.loggamma(q) + q * mp.log(gamma)
        return constants + (shape - 1) * mp.log(z) + shape * mp.log(n_obs) - (shape + q) * mp.log(gamma + n_obs * z)

    def expected_spend(self, n_obs: int, mean: float) -> Number:
        """Return the expected value of the next purchase (2013, eq. 5)."""
        p, q, gamma, z = map(mp.mpf, (self.p, self.q, self.gamma, mean))
        return p * (gamma + n_obs * z) / (p * n_obs + q - 1)

    def sum_cdf(self, n: int, n_obs: int, multiple: Number) -> Number:
        """Return P(M_n <= multiple), M_n ~ beta-prime(p n, p n_obs + q): n future values over γ + n_obs z̄."""
        p, q, m = map(mp.mpf, (self.p, self.q, multiple))
        return mp.betainc(p * n, p * n_obs + q, 0, m / (1 + m), regularized=True)

    def value_cdf(self, pmf: list[Number], n_obs: int, multiple: Number) -> Number:
        """Return P(M <= multiple) of the mixture over P(N = 0), P(N = 1), …, with what is left of P above all of it."""
        return pmf[0] + mp.fsum(
            share * self.sum_cdf(n, n_obs, multiple) for n, share in enumerate(pmf) if n and share > mp.mpf(10) ** -25
        )

    def sum_quantile(self, n: int, n_obs: int, level: float) -> Number:
        """Return the `level` quantile of M_n, by halving in its logarithm."""
        low, high = mp.mpf(-2000), mp.mpf(2000)
        while high - low > mp.mpf(10) ** -20:
            middle = (low + high) / 2
            if self.sum_cdf(n, n_obs, mp.exp(middle)) < level:
                low = middle
            else:
                high = middle
        return mp.exp((low + high) / 2)


Row = tuple[int, float, float, float]  # n values, their mean, the mean and the squared deviations of their logarithms


@dataclass(frozen=True)
class OfMeans:
    """Gamma-Gamma with a scale of the customer's own, asked by rows."""

    model: GammaGamma

    def log_likelihood(self, row: Row) -> Number:
        """Return the log density of the mean."""
        return self.model.log_likelihood(row[0], row[1])

    def expected_spend(self, row: Row) -> Number | None:
        """Return the expected value of the next purchase; None where it is infinite."""
        exists = mp.mpf(self.model.p) * row[0] + self.model.q > 1
        return self.model.expected_spend(row[0], row[1]) if exists else None


@dataclass(frozen=True)
class OfLogs:
    """Log-normal spend with a customer effect, by integration over the effect b in units of its spread."""

    median: float
    between: float
    within: float

    def moment(self, row: Row, power: int) -> tuple[Number, Number]:
        """Return log f and f' with E[e^(power b) · density of the values] = e^(log f) · f', b the customer's effect."""
        n, _, mean, squares = row
        tau, sigma, away = mp.mpf(self.between), mp.mpf(self.within), mp.mpf(mean) - mp.log(self.median)

        def log_density(b: Number) -> Number:
            each = -n * mp.log(sigma) - (mp.mpf(squares) + n * (away - b) ** 2) / (2 * sigma**2)
            return power * b + each - (b / tau) ** 2 / 2 - mp.log(tau)

        width = 1 / mp.sqrt(1 / tau**2 + n / sigma**2)
        peak = (n * away / sigma**2 + power) * width**2
        edges = [peak + width * place for place in range(-12, 13, 4)]
        top = log_density(peak)
        return top, mp.fsum(panel(lambda b: mp.exp(log_density(b) - top), *ends) for ends in itertools.pairwise(edges))

    def log_likelihood(self, row: Row) -> Number:
        """Return the log density of the values themselves."""
        n, _, mean, _ = row
        top, rest = self.moment(row, 0)
        return top + mp.log(rest) - mp.mpf(n + 1) / 2 * mp.log(2 * mp.pi) - n * mp.mpf(mean)

    def expected_spend(self, row: Row) -> Number:
        """Return the expected value of the next purchase."""
        (top, rest), (before, whole) = self.moment(row, 1), self.moment(row, 0)
        return self.median * mp.exp(top - before + mp.mpf(self.within) ** 2 / 2) * rest / whole


@dataclass(frozen=True)
class OwnMean:
    """The empirical mean."""

    def expected_spend(self, row: Row) -> Number:
        """Return the mean of the values."""
        return mp.mpf(row[1])


def spend_of(fit: Any, frequency: float, age: float) -> Any:
    """Return the registered model of spend at a fit's parameters, for a customer with this history."""

    def by_rate(p: float, q: float, gamma: float, kappa: float) -> OfMeans:
        rate = mp.log((mp.mpf(frequency) + fit.rate.r) / (mp.mpf(age) + fit.rate.alpha)) - fit.rate.centre
        return OfMeans(GammaGamma(p, q, gamma * mp.exp(kappa * rate)))

    models: dict[str, Callable[..., Any]] = {
        "gamma-gamma": lambda p, q, gamma: OfMeans(GammaGamma(p, q, gamma)),
        "gamma-gamma-by-rate": by_rate,
        "log-normal": OfLogs,
        "empirical": lambda **_: OwnMean(),
    }
    return models[fit.name](**fit.params)
