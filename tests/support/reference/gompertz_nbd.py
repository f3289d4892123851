"""Gompertz/NBD: Bemmaor & Glady (2012)."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from reference.digits import History, Number, mp, negative_binomial, panel


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
