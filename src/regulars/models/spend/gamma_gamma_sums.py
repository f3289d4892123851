"""What n purchases are worth under Gamma-Gamma spend, in units of a customer's scale: (2) and (3) of `gamma_gamma`."""

from __future__ import annotations

import numpy as np
from scipy import special

from regulars.models.histories import Floats, Integers
from regulars.models.purchase_counts import Mixed, PurchaseCounts
from regulars.models.spend.beta_prime import SumTable
from regulars.models.spend.fitted import FittedSpend


class GammaGammaSums(FittedSpend):
    """The law of M_n, beta-prime(p n, p n_obs + q): it depends on p and q only, whatever the scale."""

    p: float
    q: float

    def statistic(self, n_obs: Floats, mean: Floats) -> Floats:
        """Return n_obs·z̄, the sum of the observed values."""
        return n_obs * np.where(n_obs > 0.0, mean, 0.0)

    def mean_factor(self, n_obs: Floats) -> Floats:
        """Return p/(p n_obs + q - 1), NaN where the mean does not exist."""
        return mean_factor(self.p, self.q, n_obs)

    def square_factors(self, n_obs: Floats) -> tuple[Floats, Floats]:
        """Return p²/((c-1)(c-2)) and p/((c-1)(c-2)), c = p n_obs + q; infinite where c <= 2.

        Of beta-prime(pn, c) the second moment is pn(pn+1)/((c-1)(c-2)) (Johnson, Kotz & Balakrishnan 1995, ch. 27).
        """
        c = self.p * n_obs + self.q
        exists = c > 2.0
        c = np.where(exists, c, 3.0)
        each = np.where(exists, self.p / ((c - 1.0) * (c - 2.0)), np.inf)
        return self.p * each, each

    def intercept(self, frequency: Floats, age: Floats) -> Floats:
        """Return the scale of customers without values, per history; ages in days."""
        raise NotImplementedError

    def share_below(self, n_obs: Floats, mean_spend: Floats, intercept: Floats) -> Floats:
        """Return P(z̄ <= mean_spend) of a customer with n_obs >= 1 values, whose scale was `intercept` before these.

        n z̄/γ is beta-prime(pn, q), so this is the regularised incomplete beta function at n z̄/(γ + n z̄).
        """
        total = n_obs * mean_spend
        return np.asarray(special.betainc(self.p * n_obs, self.q, total / (intercept + total)), dtype=np.float64)

    def quantiles(self, counts: PurchaseCounts, n_obs: float, rows: Mixed, level: Floats) -> Floats:
        """Return the `level` quantiles of M in (3), mixed over `counts`; 0 up to P(N = 0)."""
        table = SumTable.of(self.p, self.p * n_obs + self.q, counts)
        return table.quantiles(counts.none, rows, level)

    def values(self, number: Integers, scale: Floats, rng: np.random.Generator) -> Floats:
        """Return the values of `number` purchases of each new customer, Gamma(p, ν) with ν ~ Gamma(q, scale)."""
        own = np.repeat(rng.standard_gamma(self.q, number.shape) / scale, number)
        return rng.standard_gamma(self.p, own.shape) / own

    def draw(self, number: Floats, n_obs: Floats, rng: np.random.Generator) -> Floats:
        """Return draws of M_n as a ratio of two gammas, see (3); 0 where nothing is bought."""
        buys = number > 0.0
        worth = np.zeros(number.shape)
        prior = np.broadcast_to(self.p * n_obs + self.q, number.shape)[buys]
        worth[buys] = rng.standard_gamma(self.p * number[buys]) / rng.standard_gamma(prior)
        return worth


def mean_factor(p: float, q: float, n_obs: Floats) -> Floats:
    """Return p/(p n_obs + q - 1) of (2), NaN where the mean does not exist."""
    left = p * n_obs + q - 1.0
    return np.where(left > 0.0, p / np.where(left > 0.0, left, 1.0), np.nan)
