"""Parameters fitted to customers drawn again: uncertainty without any assumption about the likelihood's shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regulars.errors import NotApplicable
from regulars.models.fitting import refit

if TYPE_CHECKING:
    from regulars.models.fit import Fit
    from regulars.models.histories import Floats, Histories

REFITS = 200
# More fits lost than this, and those left would be a choice of the easy ones.
MOST_LOST = 0.1


def bootstrap(fit: Fit, histories: Histories, number: int, rng: np.random.Generator) -> Floats:
    """Return the parameters of `number` fits to as many customers drawn with replacement, shape (fits, parameters).

    Drawing customers with replacement is a multinomial law of the counts (Efron 1979), so equal histories stay
    together. Fits that do not settle are left out; raises `NotApplicable` where they are more than a tenth.
    """
    customers = histories.customers_total
    found = []
    for count in rng.multinomial(round(customers), histories.count / customers, size=number):
        try:
            drawn = np.flatnonzero(count)
            found.append(refit(fit, histories.take(drawn, count[drawn] * customers / count.sum())).theta)
        except NotApplicable:
            continue
    if number - len(found) > MOST_LOST * number:
        raise NotApplicable(
            f"{number - len(found)} of {number} fits of {fit.model.title} to resampled customers did not settle: "
            "there is no bootstrap of its parameters"
        )
    return np.array(found)


def _with_counts(histories: Histories, count: Floats) -> Histories:
    drawn = np.flatnonzero(count)
    return type(histories)(
        frequency=histories.frequency[drawn],
        recency=histories.recency[drawn],
        age=histories.age[drawn],
        count=count[drawn],
        unit=histories.unit,
    )
