"""NBD: customers buy at their own pace and never leave. The baseline that dropout must beat.

Purchases of a customer are a Poisson process of rate λ ~ Gamma(r, α), so

    log L = log Γ(r+x)/Γ(r) + r log(α/(α+T)) - x log(α+T)                                (1)

and a customer's future is negative binomial with shape r+x and scale α+T.

When not to use it: almost always for forecasts, because customers do leave. It serves as the
yardstick: where a model with dropout is no more likely than this one, dropout is not identified.

Ehrenberg (1959), The pattern of consumer purchases, Applied Statistics 8(1).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from regulars.models.ascending import ascending
from regulars.models.assumptions import BUYING
from regulars.models.effects.moves import Moves
from regulars.models.fitting import Fittable
from regulars.models.lives import Floats, Lives
from regulars.models.transactions.negative_binomial import GammaPoisson


@dataclass(frozen=True)
class NBD(Fittable):
    """The NBD model; parameters r, alpha (Ehrenberg 1959).

    >>> from regulars.models.histories import Histories
    >>> h = Histories(frequency=[2, 1, 0], recency=[30.43, 1.71, 0], age=[38.86, 38.86, 38.86], count=[50, 30, 60])
    >>> sorted(NBD().fit(h).params)
    ['alpha', 'r']
    """

    name: ClassVar[str] = "nbd"
    title: ClassVar[str] = "NBD"
    parameters: ClassVar[tuple[str, ...]] = ("r", "alpha")
    cached_rows: ClassVar[int] = 8192
    moves: ClassVar[Moves] = Moves({"alpha": -1.0}, time={"alpha": 1.0})
    has_dropout: ClassVar[bool] = False
    assumptions: ClassVar[tuple[str, ...]] = (
        *BUYING,
        "Nobody ever leaves. Where customers do leave, the forecast is too high, the more so the longer the horizon.",
    )

    def starts(self, rate: float, age: float) -> list[Floats]:
        """Return points to start a fit from."""
        return [np.array([shape, shape / rate]) for shape in (0.5, 3.0)]

    def log_likelihood(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> tuple[Floats, Floats]:
        """Return (1) per history and its derivatives by r, alpha."""
        rising = _rising(theta, x, slopes=1)
        return _value(theta, x, age, rising), _slopes(theta, x, age, rising)

    def log_likelihood_alone(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> Floats:
        """Return (1) per history, of several sets of parameters where each parameter is a column of them."""
        return _value(theta, x, age, _rising(theta, x, slopes=0))

    def curved_log_likelihood(
        self, theta: Floats, x: Floats, recency: Floats, age: Floats
    ) -> tuple[Floats, Floats, Floats]:
        """Return (1) per history, its derivatives by r, alpha, and its second derivatives: rr, rα, αα."""
        r, alpha = theta
        rising, end = _rising(theta, x, slopes=2), alpha + age
        second = np.stack([rising[2], age / (alpha * end), x / end**2 - r * age * (alpha + end) / (alpha * end) ** 2])
        return _value(theta, x, age, rising), _slopes(theta, x, age, rising), second

    def log_odds_dropped(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> Floats:
        """Return minus infinity: nobody drops out."""
        return np.full(x.shape, -np.inf)

    def living_rate(self, theta: Floats, x: float, age: float) -> tuple[float, float]:
        """Return r+x and α+T."""
        return float(theta[0] + x), float(theta[1] + age)

    def dropout_law(self, theta: Floats) -> None:
        """Return None: nobody drops out."""

    def time_scale(self, theta: Floats) -> float:
        """Return α."""
        return float(theta[1])

    def living_purchases(self, theta: Floats, x: Floats, age: Floats, t: float | Floats) -> Floats:
        """Return the expected purchases in t, (r+x)/(α+T)·t."""
        r, alpha = theta
        return (r + x) / (alpha + age) * t

    def living_pmf(self, theta: Floats, x: Floats, age: Floats, t: float, n: Floats) -> Floats:
        """Return the negative binomial probabilities of n purchases in t."""
        r, alpha = theta
        return np.exp(GammaPoisson.of(r, x[:, None], n).log_pmf((alpha + age)[:, None], t))

    def lasting(self, theta: Floats, t: Floats) -> Floats:
        """Return 1: nobody leaves."""
        return np.ones(t.shape)

    def mean_lifetime(self, theta: Floats) -> float:
        """Return infinity: nobody leaves."""
        return math.inf

    def draw_living(self, theta: Floats, x: Floats, age: Floats, rng: np.random.Generator) -> Lives:
        """Return the hidden lives from T on of customers, who never leave."""
        r, alpha = theta
        forever = np.full(x.shape, np.inf)
        return Lives(rng.standard_gamma(r + x) / (alpha + age), forever, forever)


def _rising(theta: Floats, x: Floats, *, slopes: int) -> Floats:
    """Return log Γ(r+x)/Γ(r) and its derivatives by r, from one table over x."""
    number = x.astype(np.int64)
    return ascending(theta[0], int(number.max(initial=0)), slopes)[..., number]


def _value(theta: Floats, x: Floats, age: Floats, rising: Floats) -> Floats:
    r, alpha = theta
    return rising[0] - r * np.log1p(age / alpha) - x * np.log(alpha + age)


def _slopes(theta: Floats, x: Floats, age: Floats, rising: Floats) -> Floats:
    r, alpha = theta
    return np.stack([rising[1] - np.log1p(age / alpha), (r * age / alpha - x) / (alpha + age)])
