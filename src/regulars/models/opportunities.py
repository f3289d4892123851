"""Time counted in opportunities: seasons, months or years in each of which a customer may buy once or not at all.

A history is then (x, t_x, n): x purchases after the first, the last of them at the t_x-th opportunity of n. Nothing
happens between opportunities, so a horizon is a whole number of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regulars.errors import InputError, NotApplicable
from regulars.models.lives import Floats

if TYPE_CHECKING:
    from regulars.models.histories import Histories

# A year of 365 days is 11.99 months and 52.14 weeks: so close to a whole number it is meant to be one.
NEAREST = 0.02
# Counts of opportunities that are results of divisions are whole up to rounding.
ROUNDING = 1e-9


def whole(t: float) -> int:
    """Return the whole number of opportunities that is meant by `t`, the nearest if within 2 %.

    Raises `NotApplicable` where `t` is not close to one: what happens within an opportunity is not modelled.

    >>> whole(365 / 7)
    52
    """
    nearest = round(t)
    if abs(t - nearest) > NEAREST * nearest:
        raise NotApplicable(
            f"a horizon of {t:,.2f} opportunities is not a whole number of them; a model of opportunities says "
            "nothing about what happens between two"
        )
    return nearest


def passed(t: Floats) -> Floats:
    """Return how many opportunities have passed after times t: the whole part."""
    return np.floor(t * (1.0 + ROUNDING))


def check_whole(x: Floats, recency: Floats, age: Floats) -> None:
    """Raise `NotApplicable` unless these are histories in opportunities."""
    if not ((recency == np.floor(recency)) & (age == np.floor(age)) & (x <= recency)).all():
        raise NotApplicable(
            "a model of opportunities needs histories in whole opportunities, at most one purchase in each: "
            "Histories(frequency=x, recency=t_x, opportunities=n)"
        )


def check_at_any_time(title: str, histories: Histories) -> None:
    """Raise `NotApplicable` for histories in opportunities, which a model of purchases at any time knows nothing of."""
    if histories.in_opportunities:
        raise NotApplicable(
            f"{title} is about purchases at any time, and these histories count opportunities to buy; give "
            "Histories(frequency=x, recency=t_x, age=T)"
        )


def check_counted(x: Floats, recency: Floats, opportunities: Floats) -> None:
    """Raise `InputError` naming the first row that no customer with opportunities can have."""
    possible = (recency == np.floor(recency)) & (opportunities == np.floor(opportunities)) & (x <= recency)
    if not possible.all():
        row = int(np.argmin(possible))
        raise InputError(
            "recency and opportunities must be whole numbers, with a purchase in each opportunity at most; row "
            f"{row} has frequency {x[row]:g}, recency {recency[row]:g}, opportunities {opportunities[row]:g} "
            f"({int((~possible).sum())} such rows)"
        )
