"""The models once more, slowly: closed forms of the papers in 50 and more digits, for one customer at a time.

Written from the papers, not from `src`, and by other routes where there are any: hypergeometric functions
where the package integrates, integrals where it uses those, finite sums where it uses incomplete beta
functions. `test_reference.py` checks these formulas against published values and against integration over the
latent variables.

BG/NBD: Fader, Hardie & Lee (2005), Marketing Science 24(2). MBG/NBD: Batislam, Denizel & Filiztekin (2007),
International Journal of Research in Marketing 24(3). Pareto/NBD: Schmittlein, Morrison & Colombo (1987), Management
Science 33(1); Fader & Hardie (2005), A Note on Deriving the Pareto/NBD Model; (2014), Deriving the Conditional PMF of
the Pareto/NBD Model. BG/CNBD-k and MBG/CNBD-k: Reutterer, Platzer & Schröder (2021), International Journal of
Research in Marketing 38(1). BG/BB: Fader, Hardie & Shang (2010), Marketing Science 29(6). Gamma-Gamma: Fader & Hardie
(2013), The Gamma-Gamma Model of Monetary Value.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mpmath
from mpmath.calculus.quadrature import GaussLegendre

# A context of its own: nobody else's precision changes. 80 digits leave 50 after the worst cancellation met.
mp = mpmath.MPContext()
mp.dps = 80

Number = Any  # a float, or a number of the context above
# Where a formula divides zero by zero, a parameter is moved by this share; what it gives moves as little.
BESIDE = mp.mpf(10) ** -32


@dataclass(frozen=True)
class History:
    """x repeat purchases, the time t_x of the last, the age T."""

    x: int
    recency: float
    age: float


NEW = History(0, 0.0, 0.0)


@dataclass(frozen=True)
class BetaGeometric:
    """BG/NBD, or MBG/NBD where a customer may leave right after the first purchase too."""

    r: float
    alpha: float
    a: float
    b: float
    leaves_at_first: bool

    def survived(self, h: History) -> int:
        """Count the opportunities to leave that a customer alive at T let pass."""
        return h.x + 1 if self.leaves_at_first else h.x

    def parts(self, h: History) -> tuple[Number, Number]:
        """Return the likelihood's two terms over their common factor: alive at T, and gone since t_x (2005, eq. 6)."""
        r, alpha, a, b = map(mp.mpf, (self.r, self.alpha, self.a, self.b))
        m = self.survived(h)
        alive = (alpha + h.age) ** -(r + h.x) * mp.beta(a, b + m)
        gone = (alpha + h.recency) ** -(r + h.x) * mp.beta(a + 1, b + m - 1) if m else mp.mpf(0)
        return alive, gone

    def log_likelihood(self, h: History) -> Number:
        """Return log L(x, t_x, T)."""
        r, alpha, a, b = map(mp.mpf, (self.r, self.alpha, self.a, self.b))
        common = mp.loggamma(r + h.x) - mp.loggamma(r) + r * mp.log(alpha) - mp.log(mp.beta(a, b))
        return common + mp.log(sum(self.parts(h)))

    def probability_alive(self, h: History) -> Number:
        """Return P(alive at T)."""
        alive, gone = self.parts(h)
        return alive / (alive + gone)

    def expected_purchases(self, h: History, t: float) -> Number:
        """Return the expected purchases in (T, T + t], averaged over the dropout chance p of a living customer.

        Given p they are (1 - (1 + p t/(α+T))^-(r+x))/p, and p ~ Beta(a, b + opportunities survived). mpmath's 2F1
        gives the paper's closed form wrongly, unsaid, for some of the parameters asked about.
        """
        r, alpha, a, b = map(mp.mpf, (self.r, self.alpha, self.a, self.b))
        k, ratio = r + h.x, t / (alpha + h.age)
        if not ratio:
            return mp.mpf(0)
        return self.probability_alive(h) * beta_mean(
            a, b + self.survived(h), lambda p: -mp.expm1(-k * mp.log1p(p * ratio)) / p, k * ratio
        )

    def expected_purchases_by_series(self, h: History, t: float) -> Number:
        """Return the same by the paper's closed form (2005, eq. 10)."""
        r, alpha, a, b = map(mp.mpf, (self.r, self.alpha, self.a, self.b))
        k, c, z = r + h.x, b + self.survived(h), t / (alpha + h.age + t)
        series = (1 - z) ** k * mp.hyp2f1(k, c, a + c - 1, z)
        return self.probability_alive(h) * (a + c - 1) / (a - 1) * (1 - series)

    def purchases_pmf(self, h: History, t: float, n: int) -> Number:
        """Return P(n purchases in (T, T + t]): the paper's P(X(t) = n), eq. 8, for a living customer."""
        r, alpha, a, b = map(mp.mpf, (self.r, self.alpha, self.a, self.b))
        k, c, alive = r + h.x, b + self.survived(h), self.probability_alive(h)
        stays = mp.beta(a, c + n) / mp.beta(a, c)
        if n == 0:
            return 1 - alive + alive * stays * negative_binomial(k, alpha + h.age, t, 0)
        leaves = mp.beta(a + 1, c + n - 1) / mp.beta(a, c)
        fewer = mp.fsum(negative_binomial(k, alpha + h.age, t, j) for j in range(n))
        return alive * (stays * negative_binomial(k, alpha + h.age, t, n) + leaves * (1 - fewer))


@dataclass(frozen=True)
class CNBD:
    """BG/CNBD-k, or MBG/CNBD-k: stage by stage, each of the k phases a history of its own.

    Without the part of the likelihood that belongs to the gaps alone.
    """

    r: float
    alpha: float
    a: float
    b: float
    leaves_at_first: bool
    k: int

    def survived(self, h: History) -> int:
        """Count the opportunities to leave that a customer alive at T let pass."""
        return h.x + 1 if self.leaves_at_first else h.x

    def phases(self, h: History) -> list[Number]:
        """Return the likelihood of each phase over its common factor: j of the stages since t_x, still alive at T."""
        r, alpha, a, b = map(mp.mpf, (self.r, self.alpha, self.a, self.b))
        shape, silence, stays = r + self.k * h.x, mp.mpf(h.age) - h.recency, mp.beta(a, b + self.survived(h))
        return [
            mp.rf(shape, j) / mp.factorial(j) * silence**j * (alpha + h.age) ** -(shape + j) * stays
            for j in range(self.k)
        ]

    def gone(self, h: History) -> Number:
        """Return the likelihood of having left at t_x, over the same factor."""
        r, alpha, a, b = map(mp.mpf, (self.r, self.alpha, self.a, self.b))
        m = self.survived(h)
        return (alpha + h.recency) ** -(r + self.k * h.x) * mp.beta(a + 1, b + m - 1) if m else mp.mpf(0)

    def log_likelihood(self, h: History) -> Number:
        """Return log L(x, t_x, T)."""
        r, alpha, a, b = map(mp.mpf, (self.r, self.alpha, self.a, self.b))
        common = mp.loggamma(r + self.k * h.x) - mp.loggamma(r) + r * mp.log(alpha) - mp.log(mp.beta(a, b))
        return common + mp.log(mp.fsum(self.phases(h)) + self.gone(h))

    def probability_alive(self, h: History) -> Number:
        """Return P(alive at T)."""
        alive = mp.fsum(self.phases(h))
        return alive / (alive + self.gone(h))

    def expected_purchases(self, h: History, t: float) -> Number:
        """Return the expected purchases in (T, T + t], averaged over the dropout chance p of a living customer.

        Given p and the stages m yet to come they are (1 - (1-p)^n)/p with n whole purchases of k stages, and n is
        picked out by the k-th roots of unity.
        """
        if not t:
            return mp.mpf(0)
        parts, total = self.phases(h), mp.mpf(0)
        whole = mp.fsum(parts) + self.gone(h)
        for j, part in enumerate(parts):
            if part:
                total += part / whole * self.in_phase(h, t, j)
        return total

    def in_phase(self, h: History, t: float, j: int) -> Number:
        """Return the expected purchases of a living customer j stages after the last."""
        r, alpha, a, b = map(mp.mpf, (self.r, self.alpha, self.a, self.b))
        shape, ratio = r + self.k * h.x + j, mp.mpf(t) / (alpha + h.age)
        # 1 and -1 as real numbers, whose powers are quicker.
        roots = [
            mp.mpf(1 - 4 * u // self.k) if 2 * u % self.k == 0 else mp.expjpi(mp.mpf(2 * u) / self.k)
            for u in range(self.k)
        ]
        nothing = mp.fsum(negative_binomial(shape, alpha + h.age, t, m) for m in range(self.k - j))

        def given(p: Number) -> Number:
            if p == 1:
                return 1 - nothing
            q, total = (1 - p) ** (mp.mpf(1) / self.k), mp.mpf(0)
            for root in roots:
                v = q * root
                total += v**j * mp.fsum(v**-left for left in range(self.k)) * (1 + (1 - v) * ratio) ** -shape
            return (1 - mp.re(total) / self.k) / p

        return beta_mean(a, b + self.survived(h), given, shape * ratio / self.k)

    def purchases_pmf(self, h: History, t: float, n: int) -> Number:
        """Return P(n purchases in (T, T + t]), stage by stage."""
        a, b = map(mp.mpf, (self.a, self.b))
        c, parts = b + self.survived(h), self.phases(h)
        whole = mp.fsum(parts) + self.gone(h)
        stays = mp.beta(a, c + n) / mp.beta(a, c)
        leaves = mp.beta(a + 1, c + n - 1) / mp.beta(a, c) if n else mp.mpf(0)
        total = mp.mpf(0) if n else self.gone(h) / whole
        for j, part in enumerate(parts):
            shape, first = mp.mpf(self.r) + self.k * h.x + j, n * self.k - j
            stages = [negative_binomial(shape, mp.mpf(self.alpha) + h.age, t, m) for m in range(first + self.k)]
            fewer, exactly = mp.fsum(stages[: max(first, 0)]), mp.fsum(stages[max(first, 0) :])
            total += part / whole * (stays * exactly + leaves * (1 - fewer))
        return total


@dataclass(frozen=True)
class ParetoNBD:
    """Pareto/NBD."""

    r: float
    alpha: float
    s: float
    beta: float

    def parts(self, h: History) -> tuple[Number, Number]:
        """Return the likelihood's two terms over their common factor: alive at T, and gone since t_x (2005, eq. 16)."""
        r, alpha, s, beta = map(mp.mpf, (self.r, self.alpha, self.s, self.beta))
        alive = (alpha + h.age) ** -(r + h.x) * (beta + h.age) ** -s
        # Where α and β are far apart the series may take minutes; where they are close it is the faster.
        near = 2 * (min(alpha, beta) + h.recency) > max(alpha, beta) + h.recency
        return alive, s * (self.gone_by_series(h) if near else self.gone_by_integration(h))

    def gone_by_series(self, h: History) -> Number:
        """Return the integral of (α+τ)^-(r+x) (β+τ)^-(s+1) over τ from t_x to T (2005, eq. 17 and 18)."""
        return self.tail(h.x, h.recency) - self.tail(h.x, h.age)

    def tail(self, x: int, start: float) -> Number:
        """Return that integral from `start` on, after Euler's transformation: a series of positive terms."""
        r, alpha, s, beta = map(mp.mpf, (self.r, self.alpha, self.s, self.beta))
        k, late, soon = r + x, start + max(alpha, beta), start + min(alpha, beta)
        # The transformation takes the exponent of the smaller sum out of 2F1.
        own = s + 1 if beta < alpha else k
        series = mp.hyp2f1(1, k + s + 1 - own, k + s + 1, 1 - soon / late)
        return late ** -(k + s) * (late / soon) ** (own - 1) * series / (k + s)

    def gone_by_integration(self, h: History) -> Number:
        """Return the same integral as a sum over panels."""
        r, alpha, s, beta = map(mp.mpf, (self.r, self.alpha, self.s, self.beta))
        scale, lasting = alpha + h.recency, beta + h.recency
        front = scale ** -(r + h.x) * lasting ** -(s + 1)
        changes = 1 / ((r + h.x) / scale + (s + 1) / lasting)
        return front * integral(
            lambda tau: (1 + tau / scale) ** -(r + h.x) * (1 + tau / lasting) ** -(s + 1),
            mp.mpf(h.age) - h.recency,
            min(scale, lasting, changes),
        )

    def log_likelihood(self, h: History) -> Number:
        """Return log L(x, t_x, T)."""
        r, alpha, s, beta = map(mp.mpf, (self.r, self.alpha, self.s, self.beta))
        common = mp.loggamma(r + h.x) - mp.loggamma(r) + r * mp.log(alpha) + s * mp.log(beta)
        return common + mp.log(sum(self.parts(h)))

    def probability_alive(self, h: History) -> Number:
        """Return P(alive at T)."""
        alive, gone = self.parts(h)
        return alive / (alive + gone)

    def expected_purchases(self, h: History, t: float) -> Number:
        """Return the expected purchases in (T, T + t] (2005, eq. 41)."""
        r, alpha, s, beta = map(mp.mpf, (self.r, self.alpha, self.s, self.beta))
        s, lasting = s * (1 + BESIDE), beta + h.age
        living = (r + h.x) * lasting / ((alpha + h.age) * (s - 1)) * (1 - (lasting / (lasting + t)) ** (s - 1))
        return self.probability_alive(h) * living

    def purchases_pmf(self, h: History, t: float, n: int) -> Number:
        """Return P(n purchases in (T, T + t]): of who stays all of t, and of who leaves at τ (2014, section 2)."""
        r, alpha, s, beta = map(mp.mpf, (self.r, self.alpha, self.s, self.beta))
        k, scale, lasting, alive = r + h.x, alpha + h.age, beta + h.age, self.probability_alive(h)

        leaves = integral(
            lambda tau: s / lasting * (1 + tau / lasting) ** -(s + 1) * negative_binomial(k, scale, tau, n),
            mp.mpf(t),
            min(scale / (k + n), lasting / (s + 1), mp.mpf(t)),
        )
        stays = (lasting / (lasting + t)) ** s * negative_binomial(k, scale, t, n)
        return (1 - alive if n == 0 else 0) + alive * (stays + leaves)


@dataclass(frozen=True)
class NBD:
    """NBD: nobody leaves."""

    r: float
    alpha: float

    def log_likelihood(self, h: History) -> Number:
        """Return log L(x, t_x, T) (Ehrenberg 1959; the times of x purchases are uniform and say nothing)."""
        r, alpha = mp.mpf(self.r), mp.mpf(self.alpha)
        rising = mp.loggamma(r + h.x) - mp.loggamma(r)
        return rising + r * mp.log(alpha / (alpha + h.age)) - h.x * mp.log(alpha + h.age)

    def probability_alive(self, h: History) -> Number:
        """Return 1."""
        return mp.mpf(1)

    def expected_purchases(self, h: History, t: float) -> Number:
        """Return the expected purchases in (T, T + t]."""
        return (mp.mpf(self.r) + h.x) * t / (mp.mpf(self.alpha) + h.age)

    def purchases_pmf(self, h: History, t: float, n: int) -> Number:
        """Return P(n purchases in (T, T + t])."""
        return negative_binomial(mp.mpf(self.r) + h.x, mp.mpf(self.alpha) + h.age, mp.mpf(t), n)


@dataclass(frozen=True)
class GompertzNBD:
    """Gompertz/NBD (Bemmaor & Glady 2012), by integration over q = -log P(still there) / s."""

    r: float
    alpha: float
    b: float
    s: float
    beta: float

    def wear(self, age: Number) -> Number:
        """Return the β of customers still there at `age`."""
        past = mp.exp(-mp.mpf(self.b) * age)
        return self.beta * past + 1 - past

    def left(self, wear: Number, time: Number) -> Number:
        """Return q after `time` for customers of that β."""
        return mp.log1p(mp.expm1(mp.mpf(self.b) * time) / wear)

    def over_leaving(self, wear: Number, until: Number, of: Callable[[Number], Number], steep: Number) -> Number:
        """Return ∫ of(τ) s e^(-sq) dq from q = 0 to that of `until`; `of` changes by a share of `steep` per time."""
        b, s = mp.mpf(self.b), mp.mpf(self.s)
        end = min(self.left(wear, until), 60 / s)

        def at(q: Number) -> Number:
            return s * mp.exp(-s * q) * of(mp.log1p(wear * mp.expm1(q)) / b)

        first = 1 / (s + steep * max(wear, 1) / b + 1)
        # Until τ is a straight line of q it changes by exponents of q; from then on ever more slowly.
        bent = max(-mp.log(wear), 0) + 30
        edges = [mp.mpf(0), min(first, end)]
        while edges[-1] < end:
            last = edges[-1]
            edges.append(min(end, last + (min(2 * last, mp.mpf(2)) if last < bent else last)))
        return mp.fsum(panel(at, *ends) for ends in itertools.pairwise(edges))

    def parts(self, h: History) -> tuple[Number, Number]:
        """Return the likelihood's two terms over their common factor: alive at T, and gone since t_x."""
        k, scale = mp.mpf(self.r) + h.x, mp.mpf(self.alpha) + h.recency
        silence, wear = mp.mpf(h.age) - h.recency, self.wear(h.recency)
        alive = (1 + silence / scale) ** -k * mp.exp(-self.s * self.left(wear, silence))
        return alive, self.over_leaving(wear, silence, lambda tau: (1 + tau / scale) ** -k, k / scale)

    def log_likelihood(self, h: History) -> Number:
        """Return log L(x, t_x, T)."""
        r, alpha = mp.mpf(self.r), mp.mpf(self.alpha)
        rising = mp.loggamma(r + h.x) - mp.loggamma(r) + r * mp.log(alpha) - (r + h.x) * mp.log(alpha + h.recency)
        return rising - self.s * self.left(mp.mpf(self.beta), h.recency) + mp.log(sum(self.parts(h)))

    def probability_alive(self, h: History) -> Number:
        """Return P(alive at T)."""
        alive, gone = self.parts(h)
        return alive / (alive + gone)

    def expected_purchases(self, h: History, t: float) -> Number:
        """Return the expected purchases in (T, T + t]: the rate times the mean time there, leavers' and stayers'."""
        wear = self.wear(h.age)
        stayers = t * mp.exp(-self.s * self.left(wear, mp.mpf(t)))
        there = self.over_leaving(wear, mp.mpf(t), lambda tau: tau, mp.mpf(0)) + stayers
        return self.probability_alive(h) * (mp.mpf(self.r) + h.x) / (mp.mpf(self.alpha) + h.age) * there

    def purchases_pmf(self, h: History, t: float, n: int) -> Number:
        """Return P(n purchases in (T, T + t])."""
        k, scale, wear = mp.mpf(self.r) + h.x, mp.mpf(self.alpha) + h.age, self.wear(h.age)
        alive = self.probability_alive(h)
        stays = mp.exp(-self.s * self.left(wear, mp.mpf(t))) * negative_binomial(k, scale, mp.mpf(t), n)
        leaves = self.over_leaving(wear, mp.mpf(t), lambda tau: negative_binomial(k, scale, tau, n), (k + n) / scale)
        return (1 - alive if n == 0 else 0) + alive * (stays + leaves)


@dataclass(frozen=True)
class BGBB:
    """BG/BB (Fader, Hardie & Shang 2010): every way to leave is a term, with p and θ integrated out."""

    alpha: float
    beta: float
    gamma: float
    delta: float

    def part(self, bought: int, at: int, left: int, stayed: int) -> Number:
        """Return E[p^bought (1-p)^(at-bought) θ^left (1-θ)^stayed]."""
        alpha, beta, gamma, delta = map(mp.mpf, (self.alpha, self.beta, self.gamma, self.delta))
        buys = mp.beta(alpha + bought, beta + at - bought) / mp.beta(alpha, beta)
        return buys * mp.beta(gamma + left, delta + stayed) / mp.beta(gamma, delta)

    def gone(self, h: History) -> Number:
        """Return the likelihood of having left before the last opportunity."""
        return mp.fsum(self.part(h.x, j, 1, j) for j in range(int(h.recency), int(h.age)))

    def likelihood(self, h: History) -> Number:
        """Return the probability of one order of x purchases, the last at t_x."""
        return self.part(h.x, int(h.age), 0, int(h.age)) + self.gone(h)

    def log_likelihood(self, h: History) -> Number:
        """Return log L(x, t_x, n)."""
        return mp.log(self.likelihood(h))

    def probability_alive(self, h: History) -> Number:
        """Return P(there at the next opportunity)."""
        return self.part(h.x, int(h.age), 0, int(h.age) + 1) / self.likelihood(h)

    def expected_purchases(self, h: History, t: float) -> Number:
        """Return the expected purchases at the next t opportunities: there and buying, one after the other."""
        n = int(h.age)
        return mp.fsum(self.part(h.x + 1, n + 1, 0, n + j) for j in range(1, int(t) + 1)) / self.likelihood(h)

    def purchases_pmf(self, h: History, t: float, n: int) -> Number:
        """Return P(n purchases at the next t opportunities), by how many of them the customer is there for."""
        seen, ahead = int(h.age), int(t)
        total = self.gone(h) if n == 0 else mp.mpf(0)
        for lived in range(n, ahead + 1):
            left = 0 if lived == ahead else 1
            total += mp.binomial(lived, n) * self.part(h.x + n, seen + lived, left, seen + lived)
        return total / self.likelihood(h)


@dataclass(frozen=True)
class Renewing:
    """A model of renewals from its survival curve, S(n): the share of new contracts renewed n times or more."""

    log_survival: Callable[[int], Number]

    def log_retention(self, n: int) -> Number:
        """Return log r(n)."""
        return self.log_survival(n) - self.log_survival(n - 1)

    def survival(self, n: int) -> Number:
        """Return S(n)."""
        return mp.exp(self.log_survival(n))

    def expected_renewals(self, n: int, periods: int) -> Number:
        """Return the expected renewals of a contract renewed n times."""
        return mp.fsum(mp.exp(self.log_survival(n + k) - self.log_survival(n)) for k in range(1, periods + 1))

    def log_likelihood(self, survivors: tuple[int, ...]) -> Number:
        """Return log L of one cohort: lapses at each renewal, and those who were renewed to the end."""
        lapsed = mp.fsum(
            (before - after) * mp.log(mp.exp(self.log_survival(n)) - mp.exp(self.log_survival(n + 1)))
            for n, (before, after) in enumerate(itertools.pairwise(survivors))
        )
        return lapsed + survivors[-1] * self.log_survival(len(survivors) - 1)


def weibull(theta: float, c: float) -> Renewing:
    """Return the discrete Weibull (Nakagawa & Osaki 1975), geometric at c = 1."""
    return Renewing(lambda n: mp.log(1 - mp.mpf(theta)) * mp.mpf(n) ** mp.mpf(c) if n else mp.mpf(0))


def beta_weibull(alpha: float, beta: float, c: float) -> Renewing:
    """Return the beta-discrete-Weibull (Fader, Hardie et al. 2018), sBG at c = 1."""

    def log_survival(n: int) -> Number:
        a, b, age = mp.mpf(alpha), mp.mpf(beta), mp.mpf(n) ** mp.mpf(c) if n else mp.mpf(0)
        with mp.workdps(80 + int(mp.log10(1 + age))):  # what the difference of two such logarithms takes away
            above = mp.loggamma(b + age) - mp.loggamma(a + b + age)
        return above + mp.loggamma(a + b) - mp.loggamma(b)

    return Renewing(log_survival)


def model_of(name: str, theta: tuple[float, ...]) -> Any:
    """Return the registered model `name` at its parameters; a model without a reference is a `KeyError`."""
    models: dict[str, Callable[..., Any]] = {
        "nbd": NBD,
        "bg-nbd": functools.partial(BetaGeometric, leaves_at_first=False),
        "mbg-nbd": functools.partial(BetaGeometric, leaves_at_first=True),
        "pareto-nbd": ParetoNBD,
        "gompertz-nbd": GompertzNBD,
        "bg-cnbd-2": functools.partial(CNBD, leaves_at_first=False, k=2),
        "mbg-cnbd-2": functools.partial(CNBD, leaves_at_first=True, k=2),
        "mbg-cnbd-5": functools.partial(CNBD, leaves_at_first=True, k=5),
        "bg-bb": BGBB,
        "geometric": functools.partial(weibull, c=1.0),
        "sbg": functools.partial(beta_weibull, c=1.0),
        "discrete-weibull": weibull,
        "bdw": beta_weibull,
    }
    return models[name](*theta)


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


def negative_binomial(k: Number, scale: Number, t: Number, n: int) -> Number:
    """Return P(n purchases in t) of a customer who stays and whose rate ~ Gamma(k, scale)."""
    if t == 0:
        return mp.mpf(n == 0)
    counted = mp.exp(mp.loggamma(k + n) - mp.loggamma(k) - mp.loggamma(n + 1))
    return counted * (scale / (scale + t)) ** k * (t / (scale + t)) ** n


def integral(integrand: Callable[[Number], Number], end: Number, changes: Number) -> Number:
    """Return the integral from 0 to `end` of what first changes over a length of `changes`, and ever more slowly.

    In y, with τ = changes (e^y - 1), it changes over lengths of about 1; so long is each panel.
    """
    length = mp.log1p(end / changes)
    panels = int(mp.ceil(length))
    edges = [length * i / panels for i in range(panels + 1)] if panels else []
    return mp.fsum(
        panel(lambda y: integrand(changes * mp.expm1(y)) * changes * mp.exp(y), *ends)
        for ends in itertools.pairwise(edges)
    )


def beta_mean(a: Number, c: Number, of: Callable[[Number], Number], slope: Number) -> Number:
    """Return the mean of a function of p ~ Beta(a, c) that changes by a share of at most `slope` dp near p = 0 and 1.

    Panel by panel in u = logit p. Beyond both ends, where p or 1 - p is negligible, what is averaged is constant
    and the tails of the beta law are powers.
    """
    end = mp.log((slope + a + c + 1) * mp.mpf(10) ** 24)
    width = min(mp.mpf(2), 8 * mp.sqrt(1 / a + 1 / c))
    peak, mode = a * mp.log(a / (a + c)) + c * mp.log(c / (a + c)), mp.log(a / c)

    def log_density(u: Number) -> Number:
        return -a * mp.log1p(mp.exp(-u)) - c * mp.log1p(mp.exp(u))

    def at(u: Number) -> Number:
        return mp.exp(log_density(u) - peak) * of(1 / (1 + mp.exp(-u)))

    edges = [-end + i * width for i in range(int(mp.ceil(2 * end / width)) + 1)]
    inner = mp.fsum(
        panel(at, low, high)
        for low, high in itertools.pairwise(edges)
        if low <= mode <= high or max(log_density(low), log_density(high)) > peak - 200
    )
    below = mp.exp(a * edges[0] - peak) / a * of(mp.exp(edges[0]))
    above = mp.exp(-c * edges[-1] - peak) / c * of(mp.mpf(1))
    return (inner + below + above) * mp.exp(peak) / mp.beta(a, c)


def panel(integrand: Callable[[Number], Number], low: Number, high: Number) -> Number:
    """Return the integral over one panel by 48 Gauss-Legendre nodes: 25 digits of what changes once or twice in it."""
    with mp.workdps(40):
        middle, half = (low + high) / 2, (high - low) / 2
        return half * mp.fsum(weight * integrand(middle + half * node) for node, weight in NODES)


NODES = GaussLegendre(mp).calc_nodes(degree=5, prec=200)
