"""An attribute of which nobody knows since when it was so is refused where it says too much about what came after.

A table of customers as they are today holds columns that the future wrote: a tier reached later, orders to date, the
day of the last order. No single number tells them from a country. What does is how much is left to guess once they are
known, out of fold: on real and simulated shops country, age, income, sex and channel explained less than 1 % of what a
customer's own record leaves open about who buys; whether someone was active later explained 37 %, orders to date 54 %,
the day of the last order, two windows later, 25 %. What explains a tenth is refused. A column that says only a
little about the future can pass, so a date is better than this check.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from regulars.errors import InputError
from regulars.models.histories import Floats
from regulars.valuation.learners.examples import Lesson
from regulars.valuation.learners.heads import buys

MOST_EXPLAINED = 0.1


def check_undated(lesson: Lesson, columns: Sequence[str], seed: int) -> None:
    """Raise `InputError` for a column without a date that takes away a tenth of the uncertainty about who buys."""
    if not columns:
        return
    before = _left_open(lesson, columns, seed)
    for column in columns:
        explained = 1.0 - _left_open(lesson, [other for other in columns if other != column], seed) / before
        if explained > MOST_EXPLAINED:
            raise InputError(
                f"the attribute {column!r} knows the future: it explains {explained:.0%} of what the record leaves "
                "open about who bought afterwards; name the column that says when it was recorded, or leave it out"
            )


def left_open(lesson: Lesson, seed: int) -> Floats:
    """Return the log loss out of fold of whether each customer buys."""
    chance, bought = buys(lesson, seed).past, lesson.outcomes.purchases > 0.0
    return np.asarray(-np.log(np.where(bought, chance, 1.0 - chance)))


def _left_open(lesson: Lesson, without: Collection[str], seed: int) -> float:
    """Return the mean log loss without some columns."""
    less = replace(lesson, past=lesson.past.without(*without), now=lesson.now.without(*without))
    return float(left_open(less, seed).mean())
