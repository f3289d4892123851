"""How the simulated parts become columns: ids as texts, moments and scores with nothing where nothing is known."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from regulars.sources.simulated.export import FIRST_ORDER, NOBODY
from regulars.sources.simulated.plan import Floats, Integers, Mask, Plan

Columns = dict[str, NDArray[Any]]
FIRST_CUSTOMER = 10_001


def customer_ids(numbers: Integers) -> NDArray[Any]:
    """Return the ids of customers by number, null for nobody."""
    return np.array([None if n == NOBODY else f"C{n + FIRST_CUSTOMER}" for n in numbers.tolist()], dtype=object)


def order_ids(numbers: Integers) -> NDArray[Any]:
    """Return the ids of orders by number from 0."""
    return np.array([str(number + FIRST_ORDER) for number in numbers.tolist()], dtype=object)


def repeated(text: str, size: int) -> NDArray[Any]:
    """Return one text for every row."""
    return np.full(size, text, dtype=object)


def numbered(letter: str, size: int) -> NDArray[Any]:
    """Return ids made of a letter and the numbers from 1."""
    return np.array([f"{letter}{number}" for number in range(1, size + 1)], dtype=object)


def moments_seen(plan: Plan, day: Floats, seen: Mask) -> NDArray[Any]:
    """Return the moments, nothing (NaT) where they lie after the export or never came."""
    moments = plan.moments(day)
    moments[~seen] = np.datetime64("NaT")
    return moments


def scores_given(score: Integers, said: Mask) -> NDArray[Any]:
    """Return the scores that were given as floats, NaN for none."""
    return np.where(said, score.astype(np.float64), np.nan)
