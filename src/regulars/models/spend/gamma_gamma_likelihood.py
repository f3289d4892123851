"""The likelihood of Gamma-Gamma spend, (1) of `gamma_gamma`, and what of the data it asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from regulars.errors import InputError, NotApplicable
from regulars.models.fingerprint import Fingerprint
from regulars.models.histories import Floats, Integers

# Customers' means that differ by less than this share are one price.
ONE_PRICE = 1e-9


@dataclass(frozen=True, eq=False)
class Observed:
    """What was observed of spend, in units of its mean: values n·z̄ and which distinct n each has."""

    numbers: Floats
    number_of: Integers
    total: Floats
    count: Floats
    unit: float


def observed(n_obs: ArrayLike, mean_spend: ArrayLike, count: ArrayLike | None) -> Observed:
    """Return what customers with values spent; raises `InputError` and `NotApplicable` as the fit does."""
    number = np.atleast_1d(np.asarray(n_obs, dtype=np.float64))
    mean = np.atleast_1d(np.asarray(mean_spend, dtype=np.float64))
    weight = np.ones(number.shape) if count is None else np.atleast_1d(np.asarray(count, dtype=np.float64))
    if not number.shape == mean.shape == weight.shape:
        sizes = f"{number.size}, {mean.size}, {weight.size}"
        raise InputError(f"n_obs, mean_spend and count must be equally long, got {sizes}")
    seen = (number > 0.0) & (weight > 0.0)
    number, mean, weight = number[seen], mean[seen], weight[seen]
    if number.size == 0:
        raise NotApplicable("Gamma-Gamma cannot be fitted: no customer has an observed value")
    if not (np.isfinite(mean) & (mean > 0.0)).all():
        worst = mean[~(np.isfinite(mean) & (mean > 0.0))][0]
        raise InputError(f"Gamma-Gamma needs mean values above zero, got {worst:g}")
    if float(mean.max() - mean.min()) <= ONE_PRICE * float(mean.max()):
        raise NotApplicable(f"constant spend: every customer's mean value is {mean[0]:g}, so there is no spread to fit")
    unit = float(mean @ weight / weight.sum())
    numbers, number_of = np.unique(number, return_inverse=True)
    scaled = mean / unit
    return Observed(numbers, number_of, number * scaled, weight, unit)


class MeansLikelihood:
    """Log-likelihood (1) per customer and its gradient, by the logarithms of p, q, γ in units of the mean."""

    def __init__(self, values: Observed) -> None:
        self.values = values
        self.customers = float(values.count.sum())
        self._per_number = np.bincount(values.number_of, values.count, minlength=values.numbers.size)
        means = values.total / values.numbers[values.number_of]
        self._sum_log_mean = float(np.log(means) @ values.count)

    def __call__(self, log_params: Floats) -> tuple[float, Floats]:
        """Return the height per customer and its gradient."""
        p, q, gamma = np.exp(log_params)
        value, by_p, by_q, pull = self.at(p, q, self.values.total / gamma)
        by_gamma = float(self.values.count @ pull) / gamma
        gradient = np.array([by_p, by_q, by_gamma]) * np.array([p, q, gamma])
        return value / self.customers, gradient / self.customers

    def at(self, p: float, q: float, ratio: Floats) -> tuple[float, float, float, Floats]:
        """Return the sum of (1), its derivatives by p and q, and per row that by log γ; `ratio` is n·z̄/γ per row."""
        v = self.values
        shape = p * v.numbers
        above, below = v.count * np.log1p(ratio), v.count * np.log1p(1.0 / ratio)
        by_number = np.bincount(v.number_of, below, minlength=v.numbers.size)
        value = -float(self._per_number @ special.betaln(shape, q) + shape @ by_number + q * above.sum())
        value -= self._sum_log_mean
        together = special.digamma(shape + q)
        by_p = float((self._per_number * v.numbers) @ (together - special.digamma(shape)) - v.numbers @ by_number)
        by_q = float(self._per_number @ together) - self.customers * float(special.digamma(q)) - float(above.sum())
        return value, by_p, by_q, (q * ratio - shape[v.number_of]) / (1.0 + ratio)


def fingerprint(values: Observed) -> Fingerprint:
    """Return sums that tell these values from others: of customers, n, n², n·z̄, (n·z̄)² and n·(n·z̄), in money."""
    number, total = values.numbers[values.number_of], values.unit * values.total
    columns = (np.ones(number.shape), number, number**2, total, total**2, number * total)
    return Fingerprint(tuple(float(values.count @ column) for column in columns))


def thinned(values: Observed, most: int) -> Observed:
    """Return every k-th customer, so that there are no more than `most`."""
    step = -(-values.total.size // most)
    if step == 1:
        return values
    rows = slice(None, None, step)
    return replace(values, number_of=values.number_of[rows], total=values.total[rows], count=values.count[rows])
