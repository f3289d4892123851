"""What a feature is, and the day it is computed as of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from regulars.engines.base import Engine
from regulars.valuation.histories import EVERYONE, Record

Columns = Mapping[str, NDArray[Any]]

YEAR = 365


@dataclass(frozen=True)
class AsOf:
    """The day that features are known on, how many days the forecast looks ahead, whether orders of zero count.

    `record` names the tables that they are computed from: everyone's, or those of customers drawn to judge by.
    """

    origin: dt.date
    window: int
    keep_zero: bool
    record: Record = EVERYONE

    @property
    def days(self) -> dict[str, dt.date]:
        """The days that the SQL of features asks for, by the names of its parameters."""

        def back(days: int) -> dt.date:
            return self.origin - dt.timedelta(days=days)

        return {
            "origin": self.origin,
            "quarter": back(self.window // 4),
            "one": back(self.window),
            "two": back(2 * self.window),
            "season": back(YEAR),
            "season_end": back(max(YEAR - self.window, 0)),
        }


@dataclass(frozen=True)
class Feature:
    """Some columns under one name: `compute` returns them, an entry per customer with a purchase by the origin.

    The entries stand in the order of `customer_id`; numbers (NaN where undefined) or texts. `undated` are the columns
    of which nobody knows since when they were so.
    """

    name: str
    compute: Callable[[Engine, AsOf], Columns]
    undated: tuple[str, ...] = ()
