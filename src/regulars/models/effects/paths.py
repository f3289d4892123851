"""Covariates that change in time, customer by customer: pieces of constant values, and what they were at purchases.

Histories do not collapse here: two customers with the same (x, t_x, T) have lived through different weeks. What can
be merged are neighbouring pieces with equal values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regulars.errors import InputError
from regulars.periods import Unit

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Pieces:
    """Stretches of time in which nothing changes: whose, from when to when, with which values (pieces, covariates).

    They are sorted by owner and time and leave no gaps; times count from each owner's first purchase.
    """

    owner: Integers
    start: Floats
    end: Floats
    values: Floats

    def between(self, low: Floats, high: Floats) -> Pieces:
        """Return the parts of the pieces from `low` to `high`, one of each per owner."""
        start, end = np.maximum(self.start, low[self.owner]), np.minimum(self.end, high[self.owner])
        some = end > start
        return Pieces(self.owner[some], start[some], end[some], self.values[some])

    @property
    def length(self) -> Floats:
        """How long each piece is."""
        return self.end - self.start

    def total(self, by_piece: Floats, owners: int) -> Floats:
        """Return sums over the pieces of each owner; `by_piece` has the pieces on its first axis."""
        sums = np.zeros((owners, *by_piece.shape[1:]))
        if len(self.owner):
            first = self._first()
            sums[self.owner[first]] = np.add.reduceat(by_piece, first, axis=0)
        return sums

    def before(self, by_piece: Floats) -> Floats:
        """Return, for each piece, the sum over the earlier pieces of the same owner."""
        running = np.cumsum(by_piece, axis=0) - by_piece
        if not len(self.owner):
            return running
        first = self._first()
        sizes = np.diff(np.append(first, len(self.owner)))
        return running - np.repeat(running[first], sizes, axis=0)

    def _first(self) -> Integers:
        return np.concatenate([np.zeros(1, dtype=np.int64), np.flatnonzero(np.diff(self.owner)) + 1])


@dataclass(frozen=True, eq=False)
class CovariatePaths:
    """Customers with covariates that change in time, and their repeat purchases; times in `unit`.

    `age` is one number per customer, counted from the first purchase. A row of the paths says that from `start` on
    (counted alike, 0 or less for the first) `customer`, a place in `age`, has these `covariates`, until the next row;
    the last row holds on. `purchase_customer` and `purchase_time` are the repeat purchases. Raises `InputError` for
    paths that do not cover a customer's life, and for purchases outside of it.

    >>> paths = CovariatePaths(
    ...     age=[10.0], customer=[0, 0], start=[0.0, 4.0], covariates={"sale": [0, 1]},
    ...     purchase_customer=[0, 0], purchase_time=[2.0, 5.0])
    >>> paths.frequency.tolist(), paths.recency.tolist(), paths.at_purchases.tolist()
    ([2.0], [5.0], [[1.0]])
    """

    names: tuple[str, ...]
    age: Floats
    frequency: Floats
    recency: Floats
    pieces: Pieces
    at_purchases: Floats
    unit: Unit

    def __init__(
        self,
        *,
        age: ArrayLike,
        customer: ArrayLike,
        start: ArrayLike,
        covariates: Mapping[str, ArrayLike],
        purchase_customer: ArrayLike,
        purchase_time: ArrayLike,
        unit: Unit | str = Unit.WEEK,
    ) -> None:
        ages = np.atleast_1d(np.array(age, dtype=np.float64))
        pieces = _pieces(ages, np.asarray(customer), _column(start), covariates)
        who, when = np.asarray(purchase_customer, dtype=np.int64), _column(purchase_time)
        _check_purchases(ages, who, when)
        recency, at_purchases = np.zeros(ages.size), np.zeros((ages.size, pieces.values.shape[1]))
        np.maximum.at(recency, who, when)
        np.add.at(at_purchases, who, pieces.values[_piece_at(pieces, who, when)])
        fields = {
            "names": tuple(covariates),
            "age": ages,
            "frequency": np.bincount(who, minlength=ages.size).astype(np.float64),
            "recency": recency,
            "pieces": _merged(pieces),
            "at_purchases": at_purchases,
            "unit": Unit.of(unit),
        }
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    def __len__(self) -> int:
        return self.age.size


def _column(values: ArrayLike) -> Floats:
    column = np.atleast_1d(np.array(values, dtype=np.float64))
    if not np.isfinite(column).all():
        raise InputError("times must be finite numbers")
    return column


def _pieces(age: Floats, customer: NDArray[np.generic], start: Floats, covariates: Mapping[str, ArrayLike]) -> Pieces:
    owner = customer.astype(np.int64)
    values = np.stack([np.array(column, dtype=np.float64) for column in covariates.values()], axis=1)
    if not (owner.shape == start.shape == values.shape[:1]) or not np.isfinite(values).all():
        raise InputError("paths need a customer, a start and one finite number of each covariate in every row")
    if not (age.size and np.isfinite(age).all() and (age >= 0.0).all()):
        raise InputError("every customer needs an age, 0 or more")
    order = np.lexsort((start, owner))
    owner, start, values = owner[order], start[order], values[order]
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    if not np.array_equal(owner[first], np.arange(age.size)) or (start[first] > 0.0).any():
        raise InputError("every customer needs a path from the first purchase on: a row with a start of 0 or less")
    same = np.diff(owner) == 0
    if (np.diff(start)[same] <= 0.0).any():
        raise InputError("two rows of a path start at the same time")
    end = np.append(np.where(same, start[1:], np.inf), np.inf)
    begun = end > 0.0
    return Pieces(owner[begun], np.maximum(start, 0.0)[begun], end[begun], values[begun])


def _check_purchases(age: Floats, who: Integers, when: Floats) -> None:
    if who.shape != when.shape or (who.size and not (who.min() >= 0 and who.max() < age.size)):
        raise InputError("every purchase needs a customer, a place among the ages, and a time")
    if ((when <= 0.0) | (when > age[who])).any():
        raise InputError("repeat purchases lie after the first purchase and not after the age")


def _piece_at(pieces: Pieces, who: Integers, when: Floats) -> Integers:
    """Return the piece that holds at each time: on the border of two the later one."""
    # Owners are far enough apart for one sorted line; the last piece of each has no end.
    reach = 1.0 + max(float(pieces.start.max()), float(when.max(initial=0.0)))
    return np.searchsorted(pieces.owner * reach + pieces.start, who * reach + when, side="right") - 1


def _merged(pieces: Pieces) -> Pieces:
    changes = (np.diff(pieces.owner) != 0) | (np.diff(pieces.values, axis=0) != 0.0).any(axis=1)
    first = np.concatenate([[0], np.flatnonzero(changes) + 1])
    last = np.append(first[1:] - 1, len(pieces.owner) - 1)
    return Pieces(pieces.owner[first], pieces.start[first], pieces.end[last], pieces.values[first])
