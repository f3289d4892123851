"""Parameters fitted to customers drawn again: uncertainty without any assumption about the likelihood's shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from regulars.errors import NotApplicable
from regulars.models.fitting import refit

if TYPE_CHECKING:
    from regulars.models.fit import Fit
    from regulars.models.histories import Floats, Histories, Integers

Resampled = TypeVar("Resampled")

REFITS = 200
# More fits lost than this, and those left would be a choice of the easy ones.
MOST_LOST = 0.1


def bootstrap(fit: Fit, histories: Histories, number: int, rng: np.random.Generator) -> Floats:
    """Return the parameters of `number` fits to as many customers drawn with replacement, shape (fits, parameters).

    Drawing customers with replacement is a multinomial law of the counts (Efron 1979), so equal histories stay
    together. Fits that do not settle are left out; raises `NotApplicable` where they are more than a tenth.
    """
    return bootstrap_together((fit,), histories, number, rng)


def bootstrap_together(fits: Sequence[Fit], histories: Histories, number: int, rng: np.random.Generator) -> Floats:
    """Return the same of several fits, each time to the same customers: parameters side by side, errors that belong."""
    customers = histories.customers_total

    def refitted(count: Integers) -> Floats:
        drawn = np.flatnonzero(count)
        resampled = histories.take(drawn, count[drawn] * customers / count.sum())
        return np.concatenate([refit(fit, resampled).theta for fit in fits])

    counts = rng.multinomial(round(customers), histories.count / customers, size=number)
    return settled(refitted, list(counts), " and ".join(fit.model.title for fit in fits))


def settled(refitted: Callable[[Resampled], Floats], drawn: Sequence[Resampled], titles: str) -> Floats:
    """Return the parameters refitted to each of the `drawn`, but for a tenth at most that did not settle."""
    found = []
    for one in drawn:
        try:
            found.append(refitted(one))
        except NotApplicable:
            continue
    if len(drawn) - len(found) > MOST_LOST * len(drawn):
        raise NotApplicable(
            f"{len(drawn) - len(found)} of {len(drawn)} fits of {titles} to resampled customers did not settle: "
            "there is no bootstrap of its parameters"
        )
    return np.array(found)
