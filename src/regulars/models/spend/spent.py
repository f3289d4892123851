"""What customers were seen to spend: as much of it as any model of spend asks for, one row per kind of customer."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from regulars.errors import InputError, NotApplicable
from regulars.models.asked import whole_numbers
from regulars.models.histories import Floats


def seen_of(n_obs: ArrayLike, mean: ArrayLike, *, positive: bool) -> tuple[Floats, Floats]:
    """Return customers' numbers of values and their means, 0 where there is no value.

    Raises `InputError` for numbers that are not whole, and for a mean that is not finite, or not above 0 where it has
    to be `positive`.

    >>> seen_of([2, 0], [20.0, np.nan], positive=True)[1].tolist()
    [20.0, 0.0]
    """
    number = whole_numbers("n_obs", n_obs, of="values")
    means = np.where(number > 0.0, np.asarray(mean, dtype=np.float64), 0.0)
    wrong = (number > 0.0) & ~(np.isfinite(means) & ((means > 0.0) | (not positive)))
    if wrong.any():
        above = "above 0 and " if positive else ""
        raise InputError(f"the mean of a customer's values must be {above}finite, got {means[wrong].flat[0]:g}")
    return number, means


@dataclass(frozen=True, eq=False)
class Spent:
    """Per row: `n_obs` values, their mean, the mean of their logarithms and the squared deviations from it summed.

    `count` customers share a row. `frequency` and `age`, repeat purchases and days, are there where they are known.

    >>> spent = Spent.of(["a", "a", "b"], [10.0, 30.0, 7.0])
    >>> spent.n_obs.tolist(), spent.mean.tolist()
    ([2.0, 1.0], [20.0, 7.0])
    """

    n_obs: Floats
    mean: Floats
    mean_log: Floats
    squares: Floats
    count: Floats
    frequency: Floats | None = None
    age: Floats | None = None

    @classmethod
    def of(
        cls,
        customer: ArrayLike,
        value: ArrayLike,
        *,
        frequency: ArrayLike | None = None,
        age: ArrayLike | None = None,
    ) -> Spent:
        """Return what each customer spent, in the order of the customers; `frequency` and `age` are one per customer.

        Raises `InputError` for values that are not above zero, which have no logarithm.
        """
        values = np.asarray(value, dtype=np.float64)
        if not (np.isfinite(values) & (values > 0.0)).all():
            raise InputError("what customers spent must be finite values above zero")
        _, row = np.unique(np.asarray(customer), return_inverse=True)
        logs, number = np.log(values), np.bincount(row).astype(np.float64)
        mean_log = np.bincount(row, logs) / number
        squares = np.bincount(row, (logs - mean_log[row]) ** 2).astype(np.float64)
        beside = [None if each is None else np.asarray(each, dtype=np.float64) for each in (frequency, age)]
        return cls(number, np.bincount(row, values) / number, mean_log, squares, np.ones(number.size), *beside)

    @property
    def histories(self) -> tuple[Floats, Floats]:
        """Repeat purchases and ages; raises `NotApplicable` where they are not known."""
        if self.frequency is None or self.age is None:
            raise NotApplicable("spend by rate needs each customer's repeat purchases and age: frequency and age")
        return self.frequency, self.age

    def counted(self, count: Floats) -> Spent:
        """Return the same rows, each of so many customers."""
        return replace(self, count=count)
