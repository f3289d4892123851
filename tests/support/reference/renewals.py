"""Models of renewals: geometric, sBG, discrete Weibull, beta-discrete-Weibull."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from reference.digits import Number, mp


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
