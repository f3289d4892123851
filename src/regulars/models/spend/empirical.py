"""The empirical mean: a customer goes on to spend per purchase what the customer has spent so far.

A customer without values is given the mean of all customers' means. Nothing is learned from others where there are
values, and purchases do not differ: a baseline, which any model of spend has to beat. What n purchases are worth is
n times the mean, without a spread of its own, so its intervals are too narrow and are no reason to choose it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from regulars.errors import InputError, NotApplicable
from regulars.models.certificate import Certificate, Finding
from regulars.models.fingerprint import Fingerprint
from regulars.models.histories import Floats, Integers
from regulars.models.purchase_counts import Mixed, PurchaseCounts
from regulars.models.spend.constant import ConstantSpend
from regulars.models.spend.fitted import FittedSpend
from regulars.models.spend.likelihood import SpendLikelihood
from regulars.models.spend.spent import Spent, seen_of

NO_LIKELIHOOD = (
    "the empirical mean has no likelihood: nothing is assumed about how values differ, so there is no AIC, no BIC and "
    "no law of its parameter; its standard error is that of a mean"
)


@dataclass(frozen=True)
class EmpiricalSpend:
    """The empirical mean of spend as a model; its parameter is the mean of customers without values.

    >>> spend = EmpiricalSpend().fit([1, 2], [20.0, 40.0])
    >>> spend.expected_spend([2, 0], [40.0, 0.0]).tolist()
    [40.0, 30.0]
    """

    name: ClassVar[str] = "empirical"
    title: ClassVar[str] = "empirical mean"
    parameters: ClassVar[tuple[str, ...]] = ("mean",)
    likelihood_kind: ClassVar[str] = "none"

    @property
    def fitted(self) -> type[EmpiricalFit]:
        """The type of its fits."""
        return EmpiricalFit

    def fit_to(self, spent: Spent) -> EmpiricalFit:
        """Return the mean of customers' means of what was spent."""
        return self.fit(spent.n_obs, spent.mean, spent.count)

    def fit(self, n_obs: ArrayLike, mean_spend: ArrayLike, count: ArrayLike | None = None) -> EmpiricalFit:
        """Return the mean of customers' means; customers with n_obs = 0 are left out.

        Raises `InputError` for means that are not finite and above zero, `NotApplicable` where nobody has a value.
        """
        number, mean = (np.atleast_1d(np.asarray(column, dtype=np.float64)) for column in (n_obs, mean_spend))
        weight = np.ones(number.shape) if count is None else np.atleast_1d(np.asarray(count, dtype=np.float64))
        if not number.shape == mean.shape == weight.shape:
            sizes = f"{number.size}, {mean.size}, {weight.size}"
            raise InputError(f"n_obs, mean_spend and count must be equally long, got {sizes}")
        seen = (number > 0.0) & (weight > 0.0)
        mean, weight = mean[seen], weight[seen]
        if not mean.size:
            raise NotApplicable("the empirical mean cannot be taken: no customer has an observed value")
        if not (np.isfinite(mean) & (mean > 0.0)).all():
            raise InputError("the empirical mean needs mean values above zero")
        customers = float(weight.sum())
        centre = float(mean @ weight) / customers
        variance = float(weight @ (mean - centre) ** 2) / customers
        return EmpiricalFit(centre, customers, np.array([[variance / customers / centre**2]]))


@dataclass(frozen=True, eq=False)
class EmpiricalFit(FittedSpend):
    """The mean for customers without values; `covariance` is that of its logarithm."""

    mean: float
    customers: float
    covariance: Floats
    name: str = "empirical"
    title: str = "empirical mean"
    log_likelihood: float = 0.0
    fingerprint: Fingerprint | None = None
    assumptions: ClassVar[tuple[str, ...]] = (
        "Each customer's future purchases are worth, each, the mean of those seen, even where one alone was seen.",
        "Purchases of one customer do not differ, so the spread of a value is that of the number of purchases.",
    )

    @property
    def params(self) -> dict[str, float]:
        """The mean spend of a customer without values."""
        return {"mean": self.mean}

    @property
    def standard_errors(self) -> dict[str, float]:
        """Standard error of the mean."""
        return {"mean": self.mean * float(np.sqrt(self.covariance[0, 0]))}

    @property
    def certificate(self) -> Certificate:
        """What the mean is taken over."""
        sentence = f"The mean of {self.customers:,.0f} customers' own means; nothing was fitted."
        return Certificate((Finding("empirical mean", "note", sentence, self.mean),))

    @property
    def model(self) -> EmpiricalSpend:
        """The empirical mean."""
        return EmpiricalSpend()

    @property
    def aic(self) -> float:
        """Raises `NotApplicable`: there is no likelihood."""
        raise NotApplicable(NO_LIKELIHOOD)

    @property
    def bic(self) -> float:
        """Raises `NotApplicable`: there is no likelihood."""
        raise NotApplicable(NO_LIKELIHOOD)

    def at(self, theta: Floats) -> EmpiricalFit:
        """Return another mean for customers without values."""
        return replace(self, mean=float(theta[0]))

    def likelihood(self, spent: Spent) -> SpendLikelihood:
        """Raises `NotApplicable`, and so does the posterior that asks for it."""
        raise NotApplicable(NO_LIKELIHOOD)

    def values(self, number: Integers, scale: Floats, rng: np.random.Generator) -> Floats:
        """Raises `NotApplicable`: how new customers differ is not modelled."""
        raise NotApplicable("the empirical mean does not say how customers differ, so none can be simulated")

    @property
    def point(self) -> Floats:
        """The logarithm of the parameter."""
        return np.log([self.mean])

    @property
    def slope(self) -> float:
        """1: a customer's scale is the `statistic` itself."""
        return 1.0

    def intercept(self, frequency: Floats, age: Floats) -> Floats:
        """Return 0, whatever the history."""
        return np.zeros(frequency.shape)

    def statistic(self, n_obs: Floats, mean_spend: Floats) -> Floats:
        """Return the customer's own mean, or everybody's where there is none."""
        return np.where(n_obs > 0.0, mean_spend, self.mean)

    def expected_spend(self, n_obs: ArrayLike, mean_spend: ArrayLike) -> Floats:
        """Return the expected value of one future purchase per customer.

        Raises `InputError` for what no customer can have spent.
        """
        return self.statistic(*seen_of(n_obs, mean_spend, positive=True))

    def mean_factor(self, n_obs: Floats) -> Floats:
        """Return 1: a purchase is worth the mean."""
        return np.ones(n_obs.shape)

    def square_factors(self, n_obs: Floats) -> tuple[Floats, Floats]:
        """Return 1 and 0: M is the number of purchases."""
        return np.ones(n_obs.shape), np.zeros(n_obs.shape)

    def mean_factor_at(self, point: Floats, n_obs: Floats, frequency: Floats, age: Floats) -> tuple[Floats, Floats]:
        """Return 0 and, for customers without values, another mean over this one."""
        return self.intercept(frequency, age), np.where(n_obs > 0.0, 1.0, np.exp(point[0]) / self.mean)

    def quantiles(self, counts: PurchaseCounts, n_obs: float, rows: Mixed, level: Floats) -> Floats:
        """Return the smallest number of purchases whose distribution function reaches `level`."""
        return ConstantSpend(self.mean).quantiles(counts, n_obs, rows, level)

    def draw(self, number: Floats, n_obs: Floats, rng: np.random.Generator) -> Floats:
        """Return the purchases themselves: each is worth the mean."""
        return number
