"""What a model of spend has to say: what a purchase of a customer is worth, given the purchases seen.

The sum of n future purchases is (intercept + slope · statistic)·M_n, the statistic being one number of the values
seen, their sum for most models; the intercept may depend on the history, and the law of M_n on n_obs only. That is
what lets quantiles be computed once per history and scaled per customer.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from regulars.models.certificate import Certificate
from regulars.models.histories import Floats
from regulars.models.purchase_counts import Mixed, PurchaseCounts
from regulars.models.spend.fitted import FittedSpend
from regulars.models.spend.spent import Spent


class SpendModel(Protocol):
    """A model of what one purchase is worth, before it is fitted; `fit_to` asks for one value that knows all."""

    @property
    def name(self) -> str:
        """The name a user types, as registered."""
        ...

    @property
    def title(self) -> str:
        """The name as papers write it."""
        ...

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters, in the order of the paper."""
        ...

    @property
    def likelihood_kind(self) -> str:
        """What the likelihood is a density of, "none" without one; only those of one kind are compared."""
        ...

    @property
    def fitted(self) -> type[FittedSpend]:
        """The type of its fits."""
        ...

    def fit_to(self, spent: Spent) -> FittedSpend:
        """Return the maximum likelihood fit to what was spent."""
        ...


class SpendFit(Protocol):
    """A fitted model of what one purchase is worth."""

    @property
    def name(self) -> str:
        """The name a user types, as registered."""
        ...

    @property
    def title(self) -> str:
        """The name as papers write it."""
        ...

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What the model takes for granted about spend: a plain sentence each, with what follows if it is wrong."""
        ...

    @property
    def params(self) -> dict[str, float]:
        """Parameters by name."""
        ...

    @property
    def standard_errors(self) -> dict[str, float]:
        """Standard errors by name; NaN where there is none."""
        ...

    @property
    def log_likelihood(self) -> float:
        """Log-likelihood at the parameters; 0 for a model that fits nothing."""
        ...

    @property
    def customers(self) -> float:
        """Customers whose spend was observed."""
        ...

    @property
    def covariance(self) -> Floats:
        """Covariance of the `point`, NaN where there is none."""
        ...

    @property
    def certificate(self) -> Certificate:
        """What was checked about the fit."""
        ...

    @property
    def point(self) -> Floats:
        """The parameters as `covariance` has them: their logarithms, of those that may be negative the number."""
        ...

    @property
    def slope(self) -> float:
        """Slope of a customer's scale, intercept + slope · `statistic`."""
        ...

    def intercept(self, frequency: Floats, age: Floats) -> Floats:
        """Return the intercept of the scale of customers with these repeat purchases and ages in days."""
        ...

    def statistic(self, n_obs: Floats, mean: Floats) -> Floats:
        """Return what of a customer's observed values is in the scale: their sum, for most models.

        `mean` is that of the values, or of their logarithms where the model is about these.
        """
        ...

    def mean_factor(self, n_obs: Floats) -> Floats:
        """Return E[one purchase] / scale per n_obs; NaN where the mean does not exist."""
        ...

    def square_factors(self, n_obs: Floats) -> tuple[Floats, Floats]:
        """Return a and b of E[M²] = a E[N²] + b E[N] per n_obs; infinite where the second moment does not exist."""
        ...

    def mean_factor_at(self, point: Floats, n_obs: Floats, frequency: Floats, age: Floats) -> tuple[Floats, Floats]:
        """Return `intercept` and `mean_factor` at another `point`, for the uncertainty of the parameters."""
        ...

    def quantiles(self, counts: PurchaseCounts, n_obs: float, rows: Mixed, level: Floats) -> Floats:
        """Return the `level` quantiles of M given N ~ `counts` mixed over `rows`; 0 up to P(N = 0)."""
        ...

    def draw(self, number: Floats, n_obs: Floats, rng: np.random.Generator) -> Floats:
        """Return draws of M given the purchases `number`, shape (draws, customers); `n_obs` per customer."""
        ...
