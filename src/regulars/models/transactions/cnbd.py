"""What BG/CNBD-k and MBG/CNBD-k share: regular buyers, whose gaps take k stages, and dropout as in BG/NBD.

A customer passes through stages at rate λ ~ Gamma(r, α), and every k-th is a purchase, so a gap is Erlang(k, λ): the
larger k, the more regular. At each of m opportunities (m = x for BG/CNBD-k, x + 1 for MBG/CNBD-k) the customer
leaves with probability p ~ Beta(a, b). With R = r+kx, s = T-t_x, z = s/(α+T), the gaps g, and j the stages since the
last purchase, which nobody sees,

    alive at stage j   C Γ(R)/Γ(r) α^r/(α+T)^R · B(a, b+m)/B(a, b) · (R)_j z^j / j!,   j < k   (1)
    dropped            C Γ(R)/Γ(r) α^r/(α+t_x)^R · B(a+1, b+m-1)/B(a, b)                      (2)
    C = Π g^{k-1} / Γ(k)^x                                                                     (3)
    L = Σ_j (1) + (2)                                                                          (4)

because λ^{kx} Π g^{k-1}/Γ(k)^x e^{-λ t_x} · (λs)^j/j! e^{-λs} is averaged over λ. C does not depend on the parameters,
so the fit needs (x, t_x, T) only and the likelihood the sum of the logarithms of all gaps. With
S(z) = Σ_{j<k} (R)_j z^j/j!, alive and dropped stand to each other as

    odds dropped = a/(b+m-1) · ((α+T)/(α+t_x))^R / S(z), and 0 where m = 0                     (5)
    P(j | alive) = (R)_j z^j / (j! S(z))                                                       (6)

and a customer alive in stage j at T has λ ~ Gamma(R+j, α+T) and p ~ Beta(a, b+m): one branch for each j, with

    P(n purchases in t) = S_n P(nk <= M+j < (n+1)k) + [n > 0] (S_{n-1} - S_n) P(M+j >= nk)      (7)

for S_n = B(a, b+m+n)/B(a, b+m) and the stages M in t (`stage_counts`, with the expectation). The mean time of
k stages is kα/(r-1), so the mean lifetime is k times that of BG/NBD. k = 1 is BG/NBD, MBG/NBD.

Platzer & Reutterer (2016), Ticking away the moments, Marketing Science 35(5) (regularity); Reutterer, Platzer &
Schröder (2021), Leveraging purchase regularity for predicting customer behavior the easy way, International Journal
of Research in Marketing 38(1) (the models; (4) is its likelihood, (6) and (7) derived here).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from regulars.errors import InputError, NotApplicable
from regulars.models.ascending import log_ascending
from regulars.models.branches import Branch, Living
from regulars.models.fit import Fit
from regulars.models.fitting import Fittable
from regulars.models.histories import Histories
from regulars.models.laws import BetaLaw, GammaLaw
from regulars.models.lives import Floats, Lives, Staged
from regulars.models.transactions import beta_geometric, stage_counts
from regulars.models.transactions.regularity import MOST_REGULAR, most_likely, with_gaps
from regulars.models.transactions.stage_counts import Stages


@dataclass(frozen=True)
class Regular(Fittable):
    """The family: `k` stages per purchase, or None to find k from 1 to 12 by likelihood.

    A member says how many opportunities to leave come before the first repeat purchase.
    """

    k: int | None = None
    family: ClassVar[str]
    family_title: ClassVar[str]
    parameters: ClassVar[tuple[str, ...]] = ("r", "alpha", "a", "b")
    cached_rows: ClassVar[int] = 8192
    has_dropout: ClassVar[bool] = True
    chances_before_repeat: ClassVar[float]
    assumptions: ClassVar[tuple[str, ...]]

    def __post_init__(self) -> None:
        if self.k is not None and self.k not in range(1, MOST_REGULAR + 1):
            raise InputError(f"k must be a whole number from 1 to {MOST_REGULAR}, got {self.k}")

    @property
    def name(self) -> str:
        """The name a user types, with k or with the letter k where it is to be found."""
        return f"{self.family}-{'k' if self.k is None else self.k}"

    @property
    def title(self) -> str:
        """The name as papers write it."""
        return f"{self.family_title}-{'k' if self.k is None else self.k}"

    def fit(self, histories: Histories, *, threads: int = 1) -> Fit:
        """Return the maximum likelihood fit; without `k`, of the most likely k.

        Raises `NotApplicable` for any k but 1 where `histories` do not hold the sum of their log gaps, and where no
        customer was observed for any time.
        """
        if self.k != 1 and histories.log_gaps is None:
            raise NotApplicable(
                f"{self.title} needs the time between purchases: Histories(log_gaps=...), the sum of the logarithms of "
                "all gaps; histories made from orders have it"
            )
        if self.k is None:
            return most_likely(type(self), histories, threads=threads)
        return with_gaps(super().fit(histories, threads=threads), self.k, histories)

    @property
    def without_dropout(self) -> Steady:
        """The same rhythm without leaving, the yardstick for dropout."""
        return Steady(self._k)

    def starts(self, rate: float, age: float) -> list[Floats]:
        """Return points to start a fit from: stages come k times as often as purchases."""
        return beta_geometric.starts(self._k * rate, age)

    def log_likelihood(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> tuple[Floats, Floats]:
        """Return log (4) per history without the constant (3), and its derivatives by r, alpha, a, b."""
        a, b = theta[2:]
        survived = self._survived(x)
        opportunities = survived.astype(np.int64)
        rising_b, slope_b = log_ascending(b, opportunities)
        rising_ab, slope_ab = log_ascending(a + b, opportunities)
        value, by_r, by_alpha, log_odds, silence = _bought(self._k, theta, x, recency, age, survived)
        doubted = np.logaddexp(0.0, log_odds)
        gone = np.exp(log_odds - doubted)
        shape = theta[0] + self._k * x
        waited = -shape * (age - recency) / ((theta[1] + age) * (theta[1] + recency))
        # Of the odds, what S(z) changes is in the living part, too: only the living share keeps its slope.
        gradient = np.stack(
            [
                by_r.full + (1.0 - gone) * by_r.phase + gone * silence,
                by_alpha.full + (1.0 - gone) * by_alpha.phase + gone * waited,
                gone / a - slope_ab,
                slope_b - slope_ab - gone / np.where(survived > 0.0, b + survived - 1.0, 1.0),
            ]
        )
        return value + rising_b - rising_ab + doubted, gradient

    def branches(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> tuple[Branch, ...]:
        """Return a future for each phase, its chance (5) and (6) together."""
        k, survived = self._k, self._survived(x)
        _, _, _, log_odds, _ = _bought(k, theta, x, recency, age, survived)
        alive = np.exp(-np.logaddexp(0.0, log_odds))
        chance = _phases(k, theta, x, recency, age)
        return tuple(
            Branch(alive * chance[phase], InPhase(k, phase, theta, self.chances_before_repeat)) for phase in range(k)
        )

    def pace_law(self, theta: Floats) -> GammaLaw:
        """Return Gamma(r, kα): one purchase for k stages."""
        return GammaLaw(float(theta[0]), float(self._k * theta[1]))

    def dropout_law(self, theta: Floats) -> BetaLaw:
        """Return Beta(a, b), the chance of leaving at each opportunity."""
        return BetaLaw(float(theta[2]), float(theta[3]))

    def time_scale(self, theta: Floats) -> float:
        """Return α."""
        return float(theta[1])

    def lasting(self, theta: Floats, t: Floats) -> Floats:
        """Return P(a new customer has not dropped out t units after the first purchase)."""
        r, alpha, a, b = theta
        every = np.ones(t.shape)
        stages = Stages(self._k, 0, float(r), 0.0 * every, alpha * every)
        c = (b + self.chances_before_repeat) * every
        return self._stays_at_first(theta) * stage_counts.stays(stages, float(a), c, t * every)

    def mean_lifetime(self, theta: Floats) -> float:
        """Return the mean time to dropout, k times (7) of `beta_geometric`; infinite where r or a is 1 or less."""
        r, alpha, a, b = theta
        if r <= 1.0 or a <= 1.0:
            return math.inf
        c = b + self.chances_before_repeat
        return float(self._stays_at_first(theta) * self._k * alpha / (r - 1.0) * (a + c - 1.0) / (a - 1.0))

    @property
    def _k(self) -> int:
        if self.k is None:
            raise NotApplicable(f"{self.title} answers for a given k only: say which, or fit it to find k")
        return self.k

    def _stays_at_first(self, theta: Floats) -> float:
        a, b = theta[2:]
        return float((b / (a + b)) ** self.chances_before_repeat)

    def _survived(self, x: Floats) -> Floats:
        return x + self.chances_before_repeat


@dataclass(frozen=True, eq=False)
class InPhase(Living):
    """The future of customers alive at T who stand `phase` stages after their last purchase."""

    k: int
    phase: int
    theta: Floats
    chances_before_repeat: float

    @property
    def time_scale(self) -> float:
        """Return α."""
        return float(self.theta[1])

    @property
    def fewest_nodes(self) -> int:
        """Twice as many as others: purchases of regular buyers are expected in steps, however short the time."""
        return 48

    def pace(self, x: float, age: float) -> tuple[float, float]:
        """Return R+j and k(α+T): purchases one at a time at a k-th of the rate, which spread wider than these."""
        r, alpha = self.theta[:2]
        return float(r + self.k * x + self.phase), float(self.k * (alpha + age))

    def purchases(self, x: Floats, age: Floats, t: float | Floats) -> Floats:
        """Return (1) of `stage_counts`."""
        times = np.broadcast_to(np.asarray(t, dtype=np.float64), x.shape)
        return stage_counts.expected_purchases(self._stages(x, age), float(self.theta[2]), self._chances(x), times)

    def purchases_by(self, x: Floats, age: Floats, times: Floats) -> Floats:
        """Return the same at each of `times`, shape (times, histories), all in one call."""
        often, each = times.size, np.repeat(times, x.size)
        return self.purchases(np.tile(x, often), np.tile(age, often), each).reshape(often, x.size)

    def pmf(self, x: Floats, age: Floats, t: float, n: Floats) -> Floats:
        """Return (7), shape (histories, len(n))."""
        stages, number = self._stages(x, age), n.astype(np.int64)
        lasting = stage_counts.survived(float(self.theta[2]), self._chances(x), int(number.max(initial=0)) + 1)
        exactly, at_least = stages.makes(number, t)
        before = lasting[:, np.maximum(number - 1, 0)]
        leaves = np.where(number > 0, before * self._leaving(x, np.maximum(n - 1.0, 0.0)), 0.0)
        return lasting[:, number] * exactly + leaves * at_least

    def draw(self, x: Floats, age: Floats, rng: np.random.Generator) -> Lives:
        """Return the rates of stages, and the future purchase after which each customer drops out."""
        r, alpha, a, _ = self.theta
        rate = rng.standard_gamma(r + self.k * x + self.phase) / (alpha + age)
        chance = rng.beta(a, self._chances(x))
        # numpy's geometric counts the trials up to the first success and wants a chance above zero.
        trials = rng.geometric(np.maximum(chance, np.finfo(float).tiny)).astype(np.float64)
        return Staged(rate, np.full(x.shape, np.inf), trials, self.k, self.phase)

    def _stages(self, x: Floats, age: Floats) -> Stages:
        return Stages(self.k, self.phase, float(self.theta[0]), self.k * x + self.phase, self.theta[1] + age)

    def _chances(self, x: Floats) -> Floats:
        return self.theta[3] + x + self.chances_before_repeat

    def _leaving(self, x: Floats, after: Floats) -> Floats:
        """Return the chance to leave at an opportunity when so many future ones were survived."""
        a = self.theta[2]
        return a / (a + self._chances(x)[:, None] + after)


@dataclass(frozen=True)
class Steady(Fittable):
    """Regular buyers who never leave, (1) with B = 1; not registered, the yardstick for dropout."""

    k: int
    name: ClassVar[str] = "cnbd-k"
    title: ClassVar[str] = "CNBD-k"
    parameters: ClassVar[tuple[str, ...]] = ("r", "alpha")
    cached_rows: ClassVar[int] = 8192

    def starts(self, rate: float, age: float) -> list[Floats]:
        """Return points to start a fit from."""
        return [np.array([shape, shape / (self.k * rate)]) for shape in (0.5, 3.0)]

    def log_likelihood(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> tuple[Floats, Floats]:
        """Return the logarithm of the sum of (1) over phases, and its derivatives by r, alpha."""
        value, by_r, by_alpha, _, _ = _bought(self.k, np.append(theta, (1.0, 1.0)), x, recency, age, 0.0 * x)
        return value, np.stack([by_r.full + by_r.phase, by_alpha.full + by_alpha.phase])


@dataclass(frozen=True, eq=False)
class _Slope:
    """A derivative of the living part: of its first factors, and of S(z)."""

    full: Floats
    phase: Floats


def _bought(
    k: int, theta: Floats, x: Floats, recency: Floats, age: Floats, survived: Floats
) -> tuple[Floats, _Slope, _Slope, Floats, Floats]:
    """Return log of Σ_j (1) without B and C, its derivatives by r and α, the log odds (5), log (α+T)/(α+t_x)."""
    r, alpha, a, b = theta
    done = k * x
    rising, slope = log_ascending(r, done.astype(np.int64))
    waited = np.log1p(age / alpha)
    silence = np.log1p((age - recency) / (alpha + recency))
    log_sum, by_r, by_alpha = _phase_sum(k, r + done, (age - recency) / (alpha + age), alpha + age)
    value = rising - r * waited - done * np.log(alpha + age) + log_sum
    full = r * age / (alpha * (alpha + age)) - done / (alpha + age)
    later = survived > 0.0
    last = np.where(later, b + survived - 1.0, 1.0)
    log_odds = np.where(later, np.log(a / last) + (r + done) * silence - log_sum, -np.inf)
    return value, _Slope(slope - waited, by_r), _Slope(full, by_alpha), log_odds, silence


def _phase_sum(k: int, shape: Floats, z: Floats, whole: Floats) -> tuple[Floats, Floats, Floats]:
    """Return log S(z) and its derivatives by R and by α, of which z = s/(α+T) falls as 1/(α+T)."""
    term, rising = np.ones(shape.shape), np.zeros(shape.shape)
    total, by_r, by_z = term.copy(), np.zeros(shape.shape), np.zeros(shape.shape)
    for j in range(1, k):
        term = term * (shape + j - 1.0) * z / j
        rising = rising + 1.0 / (shape + j - 1.0)
        total += term
        by_r += term * rising
        by_z += j * term
    return np.log(total), by_r / total, -by_z / (total * whole)


def _phases(k: int, theta: Floats, x: Floats, recency: Floats, age: Floats) -> Floats:
    """Return (6), shape (phases, histories)."""
    shape, z = theta[0] + k * x, (age - recency) / (theta[1] + age)
    terms = [np.ones(x.shape)]
    for j in range(1, k):
        terms.append(terms[-1] * (shape + j - 1.0) * z / j)
    chance = np.stack(terms)
    return chance / chance.sum(axis=0)
