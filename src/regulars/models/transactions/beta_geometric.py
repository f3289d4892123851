"""What BG/NBD and MBG/NBD share: dropout with a beta-distributed chance at each opportunity.

A customer buys at rate λ ~ Gamma(r, α). At each opportunity to drop out the customer does so
with probability p ~ Beta(a, b). The two models differ in one thing only: BG/NBD gives an
opportunity at every repeat purchase, MBG/NBD also at the first one. With m opportunities
survived by a living customer (m = x for BG/NBD, m = x + 1 for MBG/NBD):

    living part   Γ(r+x)/Γ(r) · α^r / (α+T)^(r+x)   · B(a, b+m) / B(a, b)            (1)
    dropped part  Γ(r+x)/Γ(r) · α^r / (α+t_x)^(r+x) · B(a+1, b+m-1) / B(a, b)        (2)
    odds          (2)/(1) = a/(b+m-1) · ((α+T)/(α+t_x))^(r+x), and 0 where m = 0     (3)

A customer alive at T has λ ~ Gamma(r+x, α+T) and p ~ Beta(a, b+m) and goes on as BG/NBD.

A new customer who stays at the first purchase, with probability B(a, b+m)/B(a, b) at x = 0, drops out at
rate λp from then on, so that with c = b+m the lifetime has

    P(still one at t) = B(a, c)/B(a, b) · E[(α/(α+pt))^r],   p ~ Beta(a, c)              (6)
    mean              = B(a, c)/B(a, b) · α/(r-1) · (a+c-1)/(a-1)   for r, a > 1         (7)
"""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy import special

from regulars.models.ascending import cumulated
from regulars.models.fitting import Fittable
from regulars.models.laws import BetaLaw
from regulars.models.lives import Floats, Lives
from regulars.models.transactions import beta_average
from regulars.models.transactions.beta_geometric_likelihood import Terms
from regulars.models.transactions.negative_binomial import GammaPoisson

# A bracket of (4) below this has lost more than seven of sixteen digits to cancellation.
CANCELLED = 1e-7
# Parameters beyond this size are out of reach of the hypergeometric series.
LARGE = 1e4


def starts(rate: float, age: float) -> list[Floats]:
    """Return points to start from: early, middling and no dropout to speak of.

    With r customers' rates have mean r/α; the observed rate is below it by those who left.
    """
    return [
        np.array([shape, shape / (rate * faster) + 0.01 * age, a, b])
        for shape, faster, a, b in ((0.5, 3.0, 0.8, 2.5), (1.5, 1.5, 0.4, 4.0), (0.3, 5.0, 2.0, 3.0))
    ]


def log_odds_dropped(theta: Floats, x: Floats, recency: Floats, age: Floats, survived: Floats) -> Floats:
    """Return the logarithm of the odds (3)."""
    silence = np.log1p((age - recency) / (theta[1] + recency))
    return _log_odds(theta, x, silence, survived)


def living_purchases(theta: Floats, x: Floats, age: Floats, t: float | Floats, survived: Floats) -> Floats:
    """Return the expected purchases in t of a customer alive at T.

    With k = r+x, A = α+T, c = b+m, z = t/(A+t), the closed form of the BG/NBD paper for a new
    customer, at the parameters of the living one, after Euler's transformation (which keeps it
    finite for any x):

        E = (a+c-1)/(a-1) · [1 - (1-z)^(a-1) · 2F1(a+c-1-k, a-1; a+c-1; z)]                 (4)

    Where parameters are too large for the series, or the bracket cancels (a near 1, hardly any time), it is
    averaged over the dropout probability instead (`beta_average`).
    """
    r, alpha, a, b = theta
    k, c, scale = r + x, b + survived, alpha + age
    if np.any(a == 1.0) or max(r, np.max(a), np.max(b)) >= LARGE:
        return _averaged(a, c, k, scale, t)
    closed, bracket = _closed_form(a, c, k, scale, t)
    lost = ~(np.isfinite(closed) & (np.abs(bracket) > CANCELLED)) & (np.asarray(t) > 0.0)
    if lost.any():
        times = t if np.ndim(t) == 0 else np.asarray(t)[lost]
        closed[lost] = _averaged(_of(a, lost), c[lost], k[lost], scale[lost], times)
    return closed


def living_pmf(theta: Floats, x: Floats, age: Floats, t: float, n: Floats, survived: Floats) -> Floats:
    """Return P(n purchases in t | alive at T), shape (histories, len(n)).

    With NB the negative binomial of shape k = r+x and probability z = t/(A+t), c = b+m:

        P(n) = B(a, c+n)/B(a, c) · NB(n) + [n > 0] · B(a+1, c+n-1)/B(a, c) · P(NB >= n)     (5)
    """
    r, alpha, a, b = theta
    number, opportunities = n.astype(np.int64), survived.astype(np.int64)[:, None]
    top = int(opportunities.max(initial=0)) + int(number.max(initial=0))
    # log of Π (b+j)/(a+b+j) for j below each opportunity: the chance of having stayed through them.
    staying = cumulated(-np.log1p(a / (b + np.arange(top))))
    stayed = np.exp(staying[opportunities + number] - staying[opportunities])
    stayed_before = np.exp(staying[opportunities + np.maximum(number - 1, 0)] - staying[opportunities])
    leaves = a / (a + b + survived[:, None] + np.maximum(n - 1.0, 0.0))
    shape, scale = (r + x)[:, None], (alpha + age)[:, None]
    exactly = np.exp(GammaPoisson.of(r, x[:, None], n).log_pmf(scale, t))
    at_least = np.where(n > 0.0, special.betainc(np.maximum(n, 1.0), shape, t / (scale + t)), 0.0)
    return stayed * exactly + stayed_before * leaves * at_least


def draw_living(theta: Floats, x: Floats, age: Floats, survived: Floats, rng: np.random.Generator) -> Lives:
    """Return rates, and the future purchase after which each customer alive at T drops out."""
    r, alpha, a, b = theta
    rate = rng.standard_gamma(r + x) / (alpha + age)
    chance = rng.beta(a, b + survived)
    # numpy's geometric counts the trials up to the first success and wants a chance above zero.
    trials = rng.geometric(np.maximum(chance, np.finfo(float).tiny)).astype(np.float64)
    return Lives(rate, np.full(x.shape, np.inf), trials)


def _closed_form(a: float | Floats, c: Floats, k: Floats, scale: Floats, t: float | Floats) -> tuple[Floats, Floats]:
    """Return (4) and its bracket."""
    with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is averaged instead
        series = np.asarray(special.hyp2f1(a + c - 1.0 - k, a - 1.0, a + c - 1.0, t / (scale + t)), dtype=np.float64)
        stays: Floats = np.exp((1.0 - a) * np.log1p(t / scale))
        bracket = 1.0 - stays * series
        return (a + c - 1.0) / (a - 1.0) * bracket, bracket


def _averaged(a: float | Floats, c: Floats, k: Floats, scale: Floats, t: float | Floats) -> Floats:
    times = np.broadcast_to(np.asarray(t, dtype=np.float64), c.shape)
    answer = np.zeros(c.shape)
    later = times > 0.0
    if not later.any():  # in no time nothing is bought
        return answer
    answer[later] = beta_average.expected_purchases(_of(a, later), c[later], k[later], scale[later], times[later])
    return answer


def _of(a: float | Floats, rows: NDArray[np.bool_]) -> float | Floats:
    """Return the parameter for some rows: covariates make it one number for each customer."""
    return a[rows] if isinstance(a, np.ndarray) and a.ndim else a


def _log_odds(theta: Floats, x: Floats, silence: Floats, survived: Floats) -> Floats:
    """Return the logarithm of (3), with `silence` the logarithm of (α+T)/(α+t_x)."""
    r, _, a, b = theta
    later = survived > 0.0
    last = np.where(later, b + survived - 1.0, 1.0)
    return np.where(later, np.log(a / last) + (r + x) * silence, -np.inf)


class BetaGeometric(Fittable):
    """The family: a member says how many opportunities to leave come before the first repeat purchase."""

    parameters: ClassVar[tuple[str, ...]] = ("r", "alpha", "a", "b")
    cached_rows: ClassVar[int] = 8192
    has_dropout: ClassVar[bool] = True
    chances_before_repeat: ClassVar[float]

    def starts(self, rate: float, age: float) -> list[Floats]:
        """Return points to start a fit from."""
        return starts(rate, age)

    def log_likelihood(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> tuple[Floats, Floats]:
        """Return log L per history and its derivatives by r, alpha, a, b."""
        terms = self._terms(theta, x, recency, age, slopes=1)
        return terms.value, terms.slopes(terms.dropped)

    def log_likelihood_alone(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> Floats:
        """Return log L per history, of several sets of parameters where each parameter is a column of them."""
        return self._terms(theta, x, recency, age, slopes=0).value

    def curved_log_likelihood(
        self, theta: Floats, x: Floats, recency: Floats, age: Floats
    ) -> tuple[Floats, Floats, Floats]:
        """Return log L per history, its derivatives by r, alpha, a, b, and its second derivatives."""
        terms = self._terms(theta, x, recency, age, slopes=2)
        dropped = terms.dropped
        return terms.value, terms.slopes(dropped), terms.curvature(dropped)

    def log_odds_dropped(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> Floats:
        """Return the log odds of having dropped out by T."""
        return log_odds_dropped(theta, x, recency, age, self._survived(x))

    def living_rate(self, theta: Floats, x: float, age: float) -> tuple[float, float]:
        """Return r+x and α+T."""
        return float(theta[0] + x), float(theta[1] + age)

    def dropout_law(self, theta: Floats) -> BetaLaw:
        """Return Beta(a, b), the chance of leaving at each opportunity."""
        return BetaLaw(float(theta[2]), float(theta[3]))

    def time_scale(self, theta: Floats) -> float:
        """Return α."""
        return float(theta[1])

    def living_purchases(self, theta: Floats, x: Floats, age: Floats, t: float | Floats) -> Floats:
        """Return the expected purchases in t of a customer alive at T."""
        return living_purchases(theta, x, age, t, self._survived(x))

    def living_pmf(self, theta: Floats, x: Floats, age: Floats, t: float, n: Floats) -> Floats:
        """Return P(n purchases in t | alive at T)."""
        return living_pmf(theta, x, age, t, n, self._survived(x))

    def lasting(self, theta: Floats, t: Floats) -> Floats:
        """Return (6)."""
        r, alpha, a, b = theta
        every = np.ones(t.shape)
        c = (b + self.chances_before_repeat) * every
        # The average is taken in the logarithm of the time, where zero has no place.
        staying = beta_average.stays(a, c, r * every, alpha * every, np.maximum(t, np.finfo(float).tiny))
        return self._stays_at_first(theta) * staying

    def mean_lifetime(self, theta: Floats) -> float:
        """Return (7); infinite where r or a is 1 or less."""
        r, alpha, a, b = theta
        if r <= 1.0 or a <= 1.0:
            return math.inf
        c = b + self.chances_before_repeat
        return float(self._stays_at_first(theta) * alpha / (r - 1.0) * (a + c - 1.0) / (a - 1.0))

    def draw_living(self, theta: Floats, x: Floats, age: Floats, rng: np.random.Generator) -> Lives:
        """Return the hidden lives from T on of customers alive at T."""
        return draw_living(theta, x, age, self._survived(x), rng)

    def _stays_at_first(self, theta: Floats) -> float:
        """Return B(a, b+m)/B(a, b) for the m = 0 or 1 chances to leave at the first purchase."""
        a, b = theta[2:]
        return float((b / (a + b)) ** self.chances_before_repeat)

    def _terms(self, theta: Floats, x: Floats, recency: Floats, age: Floats, *, slopes: int) -> Terms:
        return Terms.of(theta, x, recency, age, chances=int(self.chances_before_repeat), slopes=slopes)

    def _survived(self, x: Floats) -> Floats:
        return x + self.chances_before_repeat
