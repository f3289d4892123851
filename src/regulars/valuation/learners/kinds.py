"""Kinds written as text, as whole numbers: those that examples of the past had most often, and one number for others.

The trees part kinds by their mean outcome (Fisher 1958, as the library does it for columns of kinds), so one split may
hold several kinds together and one column stays one fact, with one contribution; a column per kind would need as many
splits, and cut each fact into pieces. What can be learned of a rare kind is little, and hostile columns hold a kind per
customer: hence the most frequent, by customers, then by name. What first comes up later is one of the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regulars.models.histories import Floats
from regulars.valuation.features.feature import Columns

MOST_KINDS = 12
# Not what shops call a kind of their own.
OTHER = "all other kinds"


@dataclass(frozen=True)
class Kinds:
    """The kinds that have a number of their own, by name."""

    names: tuple[str, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """What each number means."""
        return (*self.names, OTHER)

    def coded(self, texts: NDArray[Any]) -> Floats:
        """Return the number of each text; NaN where it is empty, so not known."""
        values, place = np.unique(texts.astype(str), return_inverse=True)
        number = {name: float(code) for code, name in enumerate(self.names)} | {"": np.nan}
        return np.array([number.get(value, float(len(self.names))) for value in values.tolist()])[place]


def kinds_of(texts: NDArray[Any]) -> Kinds:
    """Return the most frequent kinds of the past.

    >>> kinds_of(np.array(["red", "blue", "", "red"])).coded(np.array(["blue", "green", "red", ""])).tolist()
    [0.0, 2.0, 1.0, nan]
    """
    values, count = np.unique(texts.astype(str), return_counts=True)
    by_count = sorted(zip(values.tolist(), count.tolist(), strict=True), key=lambda pair: (-pair[1], pair[0]))
    return Kinds(tuple(sorted([name for name, _ in by_count if name][:MOST_KINDS])))


@dataclass(frozen=True, eq=False)
class Numbers:
    """Columns as numbers, shape (rows, columns): the places of those that hold kinds, what these mean by column."""

    x: Floats
    kinds: tuple[int, ...]
    labels: Mapping[str, tuple[str, ...]]


def as_numbers(columns: Columns, past: NDArray[np.bool_]) -> Numbers:
    """Return columns of numbers and texts as numbers; `past` are the rows by which kinds are told."""
    kinds = {name: kinds_of(values[past]) for name, values in columns.items() if values.dtype.kind != "f"}
    numbers = [kinds[name].coded(values) if name in kinds else values for name, values in columns.items()]
    return Numbers(
        np.column_stack(numbers) if numbers else np.empty((past.size, 0)),
        tuple(place for place, name in enumerate(columns) if name in kinds),
        {name: each.labels for name, each in kinds.items()},
    )
