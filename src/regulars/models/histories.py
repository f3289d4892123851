"""What the probability models know of a customer: how often, how recently, for how long.

A history is (x, t_x, T): x repeat purchase days, the time t_x of the last one and the
age T of the customer, both counted from the first purchase. Customers with the same
history are interchangeable to every model here, so a customer base is its distinct
histories with counts.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regulars.errors import InputError
from regulars.models.context import calendar_day, covariate_columns, repeats_by_day
from regulars.models.opportunities import check_counted
from regulars.periods import Unit

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Customers:
    """Each customer's row among the distinct histories, with what only the customer has.

    `observed_values` counts the days behind `monetary`, the mean value of a repeat day;
    `monetary` is NaN where there is none.
    """

    customer_id: NDArray[Any]
    row: Integers
    observed_values: Integers
    monetary: Floats


@dataclass(frozen=True, eq=False)
class Histories:
    """Histories with the number of customers that share each; times in `unit`.

    Arrays of one length: `frequency` (x, whole numbers), `recency` (t_x), `age` (T),
    `count` (customers, 1 each where not given). Beside them may stand `covariates` (a name and a number per
    history each), `as_of` (the day on which the ages end), `purchases_by_day` (the repeat purchases of each day,
    all customers together) and `log_gaps` (the sum of the logarithms of the times between purchases, all customers
    together; numbers per customer are added up). Instead of `age` may be given `opportunities` (n, of models that
    count them, such as BG/BB): then `recency` is the opportunity of the last purchase, `age` is n, and `unit` says
    what an opportunity is, a year unless it is given. Raises `InputError` for what no customer can have, naming the
    first such row.

    >>> h = Histories(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
    >>> h.customers_total, h.unit.value
    (2.0, 'week')
    """

    frequency: Floats
    recency: Floats
    age: Floats
    count: Floats
    unit: Unit = Unit.WEEK
    customers: Customers | None = None
    covariates: Mapping[str, Floats] = field(default_factory=dict)
    as_of: dt.date | None = None
    purchases_by_day: Mapping[dt.date, float] = field(default_factory=dict)
    in_opportunities: bool = False
    log_gaps: float | None = None

    def __init__(
        self,
        *,
        frequency: ArrayLike,
        recency: ArrayLike,
        age: ArrayLike | None = None,
        count: ArrayLike | None = None,
        unit: Unit | str | None = None,
        customers: Customers | None = None,
        covariates: Mapping[str, ArrayLike] | None = None,
        as_of: str | dt.date | None = None,
        purchases_by_day: Mapping[dt.date, float] | None = None,
        opportunities: ArrayLike | None = None,
        log_gaps: ArrayLike | None = None,
    ) -> None:
        columns = {
            "frequency": _column(frequency),
            "recency": _column(recency),
            "age": _age(age, opportunities),
        }
        length = columns["frequency"].size
        columns["count"] = np.ones(length) if count is None else _column(count)
        _check(columns)
        if opportunities is not None:
            check_counted(columns["frequency"], columns["recency"], columns["age"])
        for name, values in columns.items():
            values.setflags(write=False)
            object.__setattr__(self, name, values)
        object.__setattr__(self, "in_opportunities", opportunities is not None)
        object.__setattr__(self, "unit", Unit.of(unit or (Unit.WEEK if opportunities is None else Unit.YEAR)))
        object.__setattr__(self, "customers", customers)
        object.__setattr__(self, "covariates", covariate_columns(covariates, length))
        object.__setattr__(self, "as_of", calendar_day(as_of))
        object.__setattr__(self, "purchases_by_day", self._days(purchases_by_day))
        object.__setattr__(self, "log_gaps", None if log_gaps is None else _sum_of_gaps(log_gaps))

    def _days(self, purchases_by_day: Mapping[dt.date, float] | None) -> Mapping[dt.date, float]:
        """Return the repeat purchases of each day, checked against the histories."""
        if not purchases_by_day:
            return {}
        repeats, oldest = float(self.frequency @ self.count), float(self.age.max())
        return repeats_by_day(purchases_by_day, self.as_of, repeats, oldest, self.unit)

    @classmethod
    def from_summary(cls, summary: Any, unit: Unit | str = Unit.WEEK) -> Histories:
        """Return histories from a table with columns frequency, recency and T, as other packages make them.

        A column `monetary_value` may stand beside them: the mean value of the repeat days.

        >>> Histories.from_summary({"frequency": [1], "recency": [2.0], "T": [5.0]}).age
        array([5.])
        """
        missing = [name for name in ("frequency", "recency", "T") if name not in summary]
        if missing:
            raise InputError(f"a summary needs the columns frequency, recency and T; missing: {', '.join(missing)}")
        frequency = _column(summary["frequency"])
        return cls(
            frequency=frequency,
            recency=summary["recency"],
            age=summary["T"],
            unit=unit,
            customers=_customers_of(summary, frequency) if "monetary_value" in summary else None,
        )

    def __len__(self) -> int:
        return self.frequency.size

    @property
    def customers_total(self) -> float:
        """Number of customers behind the histories."""
        return float(self.count.sum())

    def with_gaps(self, log_gaps: float) -> Histories:
        """Return the same histories with the sum of the logarithms of all times between purchases."""
        known = copy.copy(self)
        object.__setattr__(known, "log_gaps", _sum_of_gaps(log_gaps))
        return known

    def distinct(self) -> Histories:
        """Return the same customers with equal histories merged and counted."""
        order = np.lexsort((*self.covariates.values(), self.age, self.recency, self.frequency))
        keys = (self.frequency, self.recency, self.age, *self.covariates.values())
        sorted_columns = [column[order] for column in keys]
        changes = np.any([np.diff(column) != 0.0 for column in sorted_columns], axis=0)
        first = np.concatenate([[0], np.flatnonzero(changes) + 1])
        frequency, recency, age, *rest = (column[first] for column in sorted_columns)
        count = np.add.reduceat(self.count[order], first)
        return Histories(
            frequency=frequency,
            recency=recency,
            age=age,
            opportunities=age if self.in_opportunities else None,
            count=count,
            unit=self.unit,
            covariates=dict(zip(self.covariates, rest, strict=True)),
            as_of=self.as_of,
            purchases_by_day=self.purchases_by_day,
            log_gaps=self.log_gaps,
        )

    def take(self, rows: NDArray[Any], count: Floats | None = None) -> Histories:
        """Return the histories at `rows`; the purchases by day and the gaps are everybody's and stay behind."""
        return Histories(
            frequency=self.frequency[rows],
            recency=self.recency[rows],
            age=self.age[rows],
            opportunities=self.age[rows] if self.in_opportunities else None,
            count=self.count[rows] if count is None else count,
            unit=self.unit,
            covariates={name: column[rows] for name, column in self.covariates.items()},
            as_of=self.as_of,
        )


def _column(values: ArrayLike) -> Floats:
    return np.atleast_1d(np.array(values, dtype=np.float64))


def _age(age: ArrayLike | None, opportunities: ArrayLike | None) -> Floats:
    """Return the ages, which are the opportunities where time is counted in them."""
    given = age if opportunities is None else opportunities
    if given is None:
        raise InputError("histories need an age, or the number of opportunities where time is counted in them")
    if age is not None and not np.array_equal(_column(age), _column(given)):
        raise InputError("age and opportunities differ; where time is counted in opportunities, they are the age")
    return _column(given)


def _sum_of_gaps(log_gaps: ArrayLike) -> float:
    total = float(np.sum(np.asarray(log_gaps, dtype=np.float64)))
    if not np.isfinite(total):
        raise InputError("log_gaps must be finite numbers: no two purchases of a customer are at the same time")
    return total


def _customers_of(summary: Any, frequency: Floats) -> Customers:
    monetary = _column(summary["monetary_value"])
    observed = np.where(monetary > 0.0, frequency, 0.0).astype(np.int64)
    rows = np.arange(frequency.size)
    return Customers(rows.astype(str), rows, observed, np.where(observed > 0, monetary, np.nan))


def _check(columns: dict[str, Floats]) -> None:
    sizes = {name: values.shape for name, values in columns.items()}
    if any(values.ndim != 1 for values in columns.values()) or len(set(sizes.values())) > 1:
        raise InputError(f"the columns of histories must be one-dimensional and equally long, got {sizes}")
    if columns["frequency"].size == 0:
        raise InputError("no histories: there is not a single customer")
    x, recency, age, count = columns.values()
    rules = (
        ("every value must be a finite number", np.isfinite(x) & np.isfinite(recency) & np.isfinite(age)),
        ("frequency must be a whole number of repeat purchases, 0 or more", (x >= 0.0) & (x == np.floor(x))),
        ("recency must be between 0 and age", (recency >= 0.0) & (recency <= age)),
        ("a customer without a repeat purchase must have recency 0", (x > 0.0) | (recency == 0.0)),
        ("count must be a finite number of customers, 0 or more", np.isfinite(count) & (count >= 0.0)),
    )
    for sentence, holds in rules:
        if not holds.all():
            row = int(np.argmin(holds))
            found = f"frequency {x[row]:g}, recency {recency[row]:g}, age {age[row]:g}, count {count[row]:g}"
            raise InputError(f"{sentence}; row {row} has {found} ({int((~holds).sum())} such rows)")
    if not count.sum() > 0.0:
        raise InputError("no histories: every count is 0")
