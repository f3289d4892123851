"""Customers as a back-test knows them, from a table of who bought on which day."""

from __future__ import annotations

import datetime as dt

import numpy as np

from regulars.models.histories import Floats
from regulars.valuation.backtest.as_known import AsKnown


def known(days: np.ndarray, first: dt.date, until: int, window: int) -> AsKnown:
    """Return the customers (rows of `days`) as of the end of day `until` after `first`, and what came after it."""
    then, none = days[:, : until + 1], np.zeros(len(days))
    last = until - np.argmax(then[:, ::-1], axis=1)

    def later(span: int) -> Floats:
        return days[:, until + 1 : until + 1 + span].sum(axis=1).astype(np.float64)

    return AsKnown(
        first + dt.timedelta(days=until),
        window,
        frequency=then.sum(axis=1) - 1,
        recency=last,
        age=np.full(len(days), until),
        first_value=none,
        valued=np.zeros(len(days), dtype=np.int64),
        value=none,
        purchases_before=none,
        value_before=none,
        purchases_later=later(window),
        value_later=none,
        purchases_soon=later(window // 2),
        purchases_twice=later(2 * window),
    )
