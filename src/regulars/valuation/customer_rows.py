"""Customers as rows of numbers, read in one of two layouts into histories and what is known of their spend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from regulars.errors import InputError
from regulars.models.histories import Floats, Histories
from regulars.periods import Unit

Layout = Literal["summary", "periods"]
COLUMNS = ("frequency", "recency", "T")
MONETARY = "monetary_value"


@dataclass(frozen=True, eq=False)
class CustomerRows:
    """One history per row; `monetary` is the mean value of a repeat purchase, 0 where there is none."""

    frequency: Floats
    recency: Floats
    age: Floats
    monetary: Floats | None
    unit: Unit

    def histories(self, count: Floats) -> Histories:
        """Return the histories in the order of the rows, `count` customers each."""
        return Histories(frequency=self.frequency, recency=self.recency, age=self.age, count=count, unit=self.unit)

    def spend(self) -> tuple[Floats, Floats]:
        """Return how many values are behind each row's mean, and the mean.

        Raises `InputError` where the rows have no column of money.
        """
        if self.monetary is None:
            raise InputError(f"values need a fourth column, {MONETARY}: the mean value of a repeat purchase")
        return np.where(self.monetary > 0.0, self.frequency, 0.0), self.monetary


def read_rows(values: Floats, names: Iterable[str] | None, layout: Layout, unit: str) -> CustomerRows:
    """Return the customers in `values`, whose columns may have `names`.

    Raises `InputError` for a layout, a column or a cell that cannot be.

    >>> rows = read_rows(np.array([[0, 5.0, 0, 7.0, 0]]), None, "periods", "week")
    >>> rows.frequency.item(), rows.recency.item(), rows.age.item(), rows.monetary.item()
    (1.0, 2.0, 3.0, 7.0)
    """
    if layout == "periods":
        return _from_periods(values, Unit.of(unit))
    if layout != "summary":
        raise InputError(f"layout is 'summary' or 'periods', not {layout!r}")
    columns = _columns(values, [] if names is None else [str(name) for name in names])
    frequency, recency, age = (columns[name] for name in COLUMNS)
    return CustomerRows(frequency, recency, age, columns.get(MONETARY), Unit.of(unit))


def _columns(values: Floats, names: list[str]) -> dict[str, Floats]:
    """Return the columns of a summary by name: by their own, or by place where they have none."""
    known = dict(zip(names or (*COLUMNS, MONETARY), values.T, strict=False))
    missing = [name for name in COLUMNS if name not in known]
    if missing or (not names and values.shape[1] > 4):
        found = ", ".join(names) if names else f"{values.shape[1]} columns without names"
        raise InputError(f"a summary has the columns {', '.join(COLUMNS)} and perhaps {MONETARY}; found {found}")
    return known


def _from_periods(values: Floats, unit: Unit) -> CustomerRows:
    """Return customers from one column per period: a cell above 0 is a purchase of that value."""
    bought = values > 0.0
    never = ~bought.any(axis=1)
    if never.any():
        raise InputError(f"row {int(np.argmax(never))} has no purchase in any period: a customer begins with one")
    last_column = values.shape[1] - 1
    first = np.argmax(bought, axis=1)
    last = last_column - np.argmax(bought[:, ::-1], axis=1)
    frequency = bought.sum(axis=1) - 1.0
    repeat_value = values.sum(axis=1) - values[np.arange(len(values)), first]
    monetary = np.where(frequency > 0.0, repeat_value / np.maximum(frequency, 1.0), 0.0)
    return CustomerRows(
        frequency, (last - first).astype(np.float64), (last_column - first).astype(np.float64), monetary, unit
    )
