"""The likelihood of log-normal spend, (1) of `log_normal`, from a few sums per number of values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from regulars.errors import InputError, NotApplicable
from regulars.models.fingerprint import Fingerprint
from regulars.models.histories import Floats, Integers

# Deviations below this share of the values are rounding: one price.
ONE_PRICE = 1e-9


@dataclass(frozen=True, eq=False)
class LogSums:
    """Everything (1) asks of the data, by distinct n: customers, Σ(ȳ-c), Σ(ȳ-c)²; over all of them Σw and Σnȳ.

    `centre` is c, the mean of all logarithms.
    """

    numbers: Floats
    count: Floats
    first: Floats
    second: Floats
    squares: float
    logs: float
    centre: float


def log_sums(n_obs: ArrayLike, mean_log: ArrayLike, squares: ArrayLike, count: ArrayLike | None) -> LogSums:
    """Return the sums of customers with values; raises `InputError` and `NotApplicable` as the fit does."""
    number, mean, square = (
        np.atleast_1d(np.asarray(column, dtype=np.float64)) for column in (n_obs, mean_log, squares)
    )
    weight = np.ones(number.shape) if count is None else np.atleast_1d(np.asarray(count, dtype=np.float64))
    if not number.shape == mean.shape == square.shape == weight.shape:
        sizes = f"{number.size}, {mean.size}, {square.size}, {weight.size}"
        raise InputError(f"n_obs, mean_log, squares and count must be equally long, got {sizes}")
    seen = (number > 0.0) & (weight > 0.0)
    number, mean, square, weight = number[seen], mean[seen], square[seen], weight[seen]
    _check(number, mean, square)
    total = float(number @ weight)
    centre = float(mean @ (number * weight)) / total
    numbers, row = np.unique(number, return_inverse=True)
    away = mean - centre
    by_number, first, second = (_by(row, weight * away**power) for power in (0, 1, 2))
    return LogSums(numbers, by_number, first, second, float(square @ weight), total * centre, centre)


def _by(row: Integers, values: Floats) -> Floats:
    return np.bincount(row, values).astype(np.float64)


def _check(number: Floats, mean: Floats, square: Floats) -> None:
    """Raise unless these customers have values from which both spreads can be told."""
    if not number.size:
        raise NotApplicable("log-normal spend cannot be fitted: no customer has an observed value")
    if not (np.isfinite(mean) & np.isfinite(square) & (square >= 0.0)).all():
        raise InputError("mean_log and squares must be finite, and squares zero or more")
    if not (number > 1.0).any():
        raise NotApplicable("log-normal spend cannot be fitted: no customer has two values, to tell how they differ")
    if not (square > ONE_PRICE**2 * number).any():
        raise NotApplicable("constant spend: every customer's values are all the same, so there is no spread to fit")


def fingerprint(sums: LogSums) -> Fingerprint:
    """Return sums that tell these values from others: of customers, n, n², nȳ, and squared deviations."""
    of_numbers = (sums.count, sums.count * sums.numbers, sums.count * sums.numbers**2, sums.numbers * sums.second)
    return Fingerprint((*(float(each.sum()) for each in of_numbers), sums.logs, sums.squares))


class LogNormalLikelihood:
    """The sum of (1) per customer and its gradient, by log(median) - c and the logarithms of τ, σ."""

    def __init__(self, sums: LogSums) -> None:
        self.sums = sums
        self.customers = float(sums.count.sum())
        self.values = float(sums.numbers @ sums.count)

    @property
    def constant(self) -> float:
        """What log L has more than the height of all customers: -n log(2π)/2 - nȳ."""
        return -self.values * float(np.log(2.0 * np.pi)) / 2.0 - self.sums.logs

    def starts(self) -> list[Floats]:
        """Return points to climb from: the moments of the data, and customers as different as purchases."""
        s = self.sums
        within = s.squares / (self.values - self.customers)
        spread = float(s.second.sum()) / self.customers - within * float(s.count @ (1.0 / s.numbers)) / self.customers
        between = max(spread, 0.1 * within)
        return [
            np.array([0.0, 0.5 * np.log(between), 0.5 * np.log(within)]),
            np.full(3, 0.5 * np.log(within)) * (0, 1, 1),
        ]

    def __call__(self, point: Floats) -> tuple[float, Floats]:
        """Return the height per customer, without the constants -n log(2π)/2 - nȳ, and its gradient."""
        s, centre = self.sums, float(point[0])
        tau, sigma = np.exp(2.0 * point[1:])
        spread = sigma + s.numbers * tau
        away = s.second - 2.0 * centre * s.first + centre**2 * s.count
        misses = s.numbers * away / spread
        value = -0.5 * float(s.count @ np.log(spread) + misses.sum()) - s.squares / (2.0 * sigma)
        value -= (self.values - self.customers) * float(point[2])
        by_spread = (misses - s.count) / spread
        gradient = np.array(
            [
                float(np.sum(s.numbers * (s.first - centre * s.count) / spread)),
                float(tau * (s.numbers @ by_spread)),
                float(sigma * by_spread.sum()) + s.squares / sigma - (self.values - self.customers),
            ]
        )
        return value / self.customers, gradient / self.customers
