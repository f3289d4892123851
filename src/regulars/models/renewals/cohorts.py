"""What the models of renewals know of contracts: how many could renew each time, and how many did.

A contract that runs for a fixed period ends or is renewed at its end, and both are seen. Row j, column i of the two
tables are cohort j at its i-th renewal. A contract that cannot be followed further (a young cohort, the end of the
record) is at risk up to the last renewal that was seen and not after: that is how right-censoring enters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regulars.errors import InputError

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Renewals:
    """Contracts at each of their renewals, by cohort: how many were `at_risk` and how many `renewed`.

    One row of numbers for one cohort, or one row per cohort, of unequal length where younger cohorts were followed for
    less; both become arrays of shape (cohorts, renewals), 0 where nothing was seen. Raises `InputError` for
    numbers that cannot be: negative, or more renewed than were at risk.

    >>> renewals = Renewals(at_risk=[[1000, 631, 468], [1000, 640]], renewed=[[631, 468, 382], [640, 470]])
    >>> renewals.contracts, renewals.longest
    (2000.0, 3)
    """

    at_risk: Floats
    renewed: Floats

    def __init__(self, *, at_risk: ArrayLike | Sequence[ArrayLike], renewed: ArrayLike | Sequence[ArrayLike]) -> None:
        tables = {"at_risk": _table("at_risk", at_risk), "renewed": _table("renewed", renewed)}
        _check(tables["at_risk"], tables["renewed"])
        for name, table in tables.items():
            table.setflags(write=False)
            object.__setattr__(self, name, table)

    @classmethod
    def from_survivors(cls, survivors: ArrayLike | Sequence[ArrayLike]) -> Renewals:
        """Return the renewals of cohorts of which the contracts still running were counted: at first, then each time.

        >>> Renewals.from_survivors([1000, 631, 468]).renewed.tolist()
        [[631.0, 468.0]]
        """
        cohorts = [row[~np.isnan(row)] for row in _table("survivors", survivors, missing=np.nan)]
        if min((row.size for row in cohorts), default=0) < 1:
            raise InputError("every cohort needs the number of its contracts at the start")
        return cls(at_risk=[row[:-1] for row in cohorts], renewed=[row[1:] for row in cohorts])

    @classmethod
    def from_contracts(cls, *, renewed: ArrayLike, lapsed: ArrayLike, count: ArrayLike | None = None) -> Renewals:
        """Return the renewals of single contracts: how often each was renewed, and whether it lapsed the next time.

        One that did not lapse is censored: its next renewal was not seen. `count` contracts share a row, 1 by default.

        >>> Renewals.from_contracts(renewed=[0, 2, 2], lapsed=[True, True, False]).at_risk.tolist()
        [[3.0, 2.0, 1.0]]
        """
        times, ended = np.asarray(renewed, dtype=np.float64).ravel(), np.asarray(lapsed, dtype=bool).ravel()
        number = np.ones(times.size) if count is None else np.asarray(count, dtype=np.float64).ravel()
        if not times.size == ended.size == number.size:
            raise InputError(
                f"renewed, lapsed and count must be equally long, got {times.size, ended.size, number.size}"
            )
        if not (times >= 0.0).all() or not (times == np.floor(times)).all():
            raise InputError("a contract is renewed a whole number of times, 0 or more")
        whole = times.astype(np.int64)
        size = max(int((whole + ended).max(initial=0)), 1)
        kept = _at_least(whole, number, size)
        return cls(at_risk=kept + np.bincount(whole[ended], number[ended], size)[:size], renewed=kept)

    @property
    def risk_by_renewal(self) -> Floats:
        """Contracts at risk at the 1st, 2nd … renewal, all cohorts together."""
        return self.at_risk.sum(axis=0)

    @property
    def renewed_by_renewal(self) -> Floats:
        """Contracts renewed for the 1st, 2nd … time, all cohorts together."""
        return self.renewed.sum(axis=0)

    @property
    def contracts(self) -> float:
        """The contracts that were followed: those at risk at first, and those that joined a cohort later."""
        before = np.concatenate([np.zeros((self.at_risk.shape[0], 1)), self.renewed[:, :-1]], axis=1)
        return float(np.maximum(self.at_risk - before, 0.0).sum())

    @property
    def lapsed(self) -> float:
        """The contracts that were seen to lapse."""
        return float((self.at_risk - self.renewed).sum())

    @property
    def longest(self) -> int:
        """The last renewal at which some contract was at risk."""
        return int(np.flatnonzero(self.risk_by_renewal).max(initial=-1)) + 1

    def __len__(self) -> int:
        return self.at_risk.shape[0]


def _table(name: str, rows: Any, missing: float = 0.0) -> Floats:
    """Return rows of unequal length as one table, `missing` where a shorter one has ended."""
    if not hasattr(rows, "__len__") or len(rows) == 0:
        raise InputError(f"{name} must hold at least one cohort, got {rows!r}")
    listed = [rows] if np.ndim(rows[0]) == 0 else list(rows)
    arrays = [np.atleast_1d(np.asarray(row, dtype=np.float64)) for row in listed]
    if any(array.ndim != 1 for array in arrays):
        raise InputError(f"{name} must be one row of numbers, or one row per cohort")
    table = np.full((len(arrays), max(array.size for array in arrays)), missing)
    for place, array in enumerate(arrays):
        table[place, : array.size] = np.where(np.isnan(array), missing, array)
    return table


def _at_least(times: NDArray[np.int64], number: Floats, size: int) -> Floats:
    """Return how many contracts were renewed at least 1, 2 … `size` times."""
    exactly = np.bincount(times, number, size + 1)
    return exactly[::-1].cumsum()[::-1][1 : size + 1]


def _check(at_risk: Floats, renewed: Floats) -> None:
    if at_risk.shape != renewed.shape:
        raise InputError(f"at_risk and renewed must have one shape, got {at_risk.shape} and {renewed.shape}")
    for name, table in {"at_risk": at_risk, "renewed": renewed}.items():
        if not (np.isfinite(table) & (table >= 0.0)).all():
            raise InputError(f"{name} must hold numbers of contracts, zero or more")
    if (renewed > at_risk).any():
        cohort, time = (int(place) for place in np.argwhere(renewed > at_risk)[0])
        raise InputError(
            f"cohort {cohort + 1} has {renewed[cohort, time]:g} renewed of {at_risk[cohort, time]:g} at risk "
            f"at renewal {time + 1}; nobody can renew who is not at risk"
        )
