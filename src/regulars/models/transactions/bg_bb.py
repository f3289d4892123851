"""BG/BB: at each opportunity a customer buys or does not, and before each may leave, unseen.

For what can happen once a season, month or year: donations, conferences, cruises. A living customer buys at each
opportunity with a chance p ~ Beta(α, β), and before each is gone for good with a chance θ ~ Beta(γ, δ). For x
purchases in n opportunities, the last at t_x, with B the beta function,

    R(j)  = B(α+x, β+j-x)/B(α, β) · B(γ, δ+j)/B(γ, δ)          alive to the j-th             (1)
    L     = R(n) + Σ_{j=t_x}^{n-1} R(j) γ/(γ+δ+j)              or gone right after the j-th  (2)
    P(alive) = R(n)/L · (δ+n)/(γ+δ+n)                          at the (n+1)-th              (3)

(2) is the probability of one order of purchases, not of a density in time: it is never compared with likelihoods
of continuous time. A customer alive at the next opportunity goes on with Beta(α+x, β+n-x) and Beta(γ, δ+n+1).

When not to use it: where customers may buy at any time, and the opportunities would be made up.

Fader, Hardie & Shang (2010), Customer-Base Analysis in a Discrete-Time Noncontractual Setting, Marketing Science
29(6), eq. 6 to 14.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from regulars.errors import NotApplicable
from regulars.models import fitting
from regulars.models.ascending import log_ascending
from regulars.models.branches import Branch
from regulars.models.laws import BetaLaw
from regulars.models.lives import Floats
from regulars.models.opportunities import check_whole, passed
from regulars.models.transactions.beta_binomial import BetaBinomial, by_last_seen
from regulars.models.transactions.turns import LivingInTurns

if TYPE_CHECKING:
    from regulars.models.fit import Fit
    from regulars.models.histories import Histories


@dataclass(frozen=True)
class BGBB:
    """The BG/BB model; parameters alpha, beta, gamma, delta (Fader, Hardie & Shang 2010).

    >>> from regulars.models.histories import Histories
    >>> h = Histories(frequency=[0, 1, 3], recency=[0, 2, 4], opportunities=[4, 4, 4], count=[60, 30, 20], unit="year")
    >>> list(BGBB().fit(h).params)
    ['alpha', 'beta', 'gamma', 'delta']
    """

    name: ClassVar[str] = "bg-bb"
    title: ClassVar[str] = "BG/BB"
    parameters: ClassVar[tuple[str, ...]] = ("alpha", "beta", "gamma", "delta")
    likelihood_kind: ClassVar[str] = "discrete opportunities"
    cached_rows: ClassVar[int] = 512
    has_dropout: ClassVar[bool] = True
    without_dropout: ClassVar[BetaBinomial] = BetaBinomial()
    assumptions: ClassVar[tuple[str, ...]] = (
        "Purchases happen at given opportunities only, at most one at each, whatever was bought before.",
        "While customers stay, each buys at an opportunity with a chance of their own that stays the same.",
        "Before each opportunity a customer may leave unseen and for good, with a chance of their own.",
        "Leaving is never seen, only guessed from silence, and nobody comes back: a long pause counts as leaving.",
        "How often customers buy and how soon they leave have nothing to do with each other.",
    )

    def fit(self, histories: Histories, *, threads: int = 1) -> Fit:
        """Return the maximum likelihood fit to histories in opportunities.

        Raises `NotApplicable` for histories in continuous time, and where nobody had an opportunity.
        """
        if not histories.in_opportunities:
            raise NotApplicable(
                "BG/BB is about opportunities to buy, and these histories are in continuous time; give "
                "Histories(frequency=x, recency=t_x, opportunities=n)"
            )
        return fitting.fit(self, histories, threads=threads)

    def starts(self, rate: float, age: float) -> list[Floats]:
        """Return points to start a fit from: few who buy often, many who buy seldom, hardly anybody who leaves."""
        return [
            np.array([shape, shape / (rate * faster), gamma, gamma * age * longer])
            for shape, faster, gamma, longer in ((1.0, 2.0, 0.7, 0.7), (0.5, 1.2, 0.5, 3.0), (2.0, 4.0, 2.0, 0.5))
        ]

    def log_likelihood(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> tuple[Floats, Floats]:
        """Return log of (2) per history and its derivatives by alpha, beta, gamma, delta."""
        log_parts, slopes = _parts(theta, x, recency, age)
        top = log_parts.max(axis=0)
        share = np.exp(log_parts - top)
        total = share.sum(axis=0)
        return top + np.log(total), (slopes * share).sum(axis=1) / total

    def log_odds_dropped(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> Floats:
        """Return the log odds of (3): log P(gone by the next opportunity) / P(alive at it) per history."""
        _, _, gamma, delta = theta
        log_parts, _ = _parts(theta, x, recency, age)
        last = np.arange(len(log_parts))[:, None] == age - recency
        # Alive at the n-th opportunity, and gone before the next.
        gone = np.where(last, log_parts + np.log(gamma / (gamma + delta + age)), log_parts)
        alive = log_parts.max(axis=0, where=last, initial=-np.inf) + np.log((delta + age) / (gamma + delta + age))
        odds: Floats = np.logaddexp.reduce(gone, axis=0) - alive
        return odds

    def branches(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> tuple[Branch, ...]:
        """Return the one future of living customers, with (3) as its chance."""
        alive = np.exp(-np.logaddexp(0.0, self.log_odds_dropped(theta, x, recency, age)))
        return (Branch(alive, LivingInTurns(*theta.tolist())),)

    def pace_law(self, theta: Floats) -> BetaLaw:
        """Return Beta(α, β), the chance of buying at an opportunity."""
        return BetaLaw(float(theta[0]), float(theta[1]))

    def dropout_law(self, theta: Floats) -> BetaLaw:
        """Return Beta(γ, δ), the chance of leaving before an opportunity."""
        return BetaLaw(float(theta[2]), float(theta[3]))

    def time_scale(self, theta: Floats) -> float:
        """Return the shortest number of opportunities on which predictions change with n."""
        return LivingInTurns(*theta.tolist()).time_scale

    def lasting(self, theta: Floats, t: Floats) -> Floats:
        """Return B(γ, δ+j)/B(γ, δ) after the j opportunities that pass in t."""
        gamma, delta = theta[2:]
        number = passed(t).astype(np.int64)
        stays: Floats = np.exp(log_ascending(delta, number)[0] - log_ascending(gamma + delta, number)[0])
        return stays

    def mean_lifetime(self, theta: Floats) -> float:
        """Return the mean opportunities to which a new customer is there, δ/(γ-1); infinite where γ is 1 or less."""
        gamma, delta = theta[2:]
        return float(delta / (gamma - 1.0)) if gamma > 1.0 else math.inf


def _parts(theta: Floats, x: Floats, recency: Floats, age: Floats) -> tuple[Floats, Floats]:
    """Return the logarithms of the parts of (2), shape (1 + longest silence, histories), and their derivatives.

    Row i is j = t_x + i, gone right after it where j < n and alive at it where j = n; minus infinity beyond.
    """
    check_whole(x, recency, age)
    _, _, gamma, delta = theta
    log_bought, by_alpha, by_beta, last = by_last_seen(theta[0], theta[1], x, recency, age)
    stays, by_stay_delta = log_ascending(delta, last)
    any_way, by_any_way = log_ascending(gamma + delta, last)
    gone = last < age
    leaves = np.where(gone, np.log(gamma / (gamma + delta + last)), 0.0)
    by_either = np.where(gone, -1.0 / (gamma + delta + last), 0.0) - by_any_way
    slopes = np.stack([by_alpha, by_beta, np.where(gone, 1.0 / gamma, 0.0) + by_either, by_stay_delta + by_either])
    beyond = recency + np.arange(len(last))[:, None] > age
    return np.where(beyond, -np.inf, log_bought + stays - any_way + leaves), slopes
