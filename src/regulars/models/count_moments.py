"""The first two moments of the purchases ahead, per history, without their quantiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regulars.models.on_grids import on_grids
from regulars.models.purchase_counts import purchase_counts
from regulars.periods import Period, length_in

if TYPE_CHECKING:
    from regulars.models.histories import Floats, Histories
    from regulars.models.predictions import Predictions


def count_moments(fit: Predictions, histories: Histories, horizon: Period) -> tuple[Floats, Floats]:
    """Return E[N] and E[N²] in the horizon for histories in the fit's unit, one each per history.

    >>> from regulars.models.histories import Histories
    >>> from regulars.models.transactions import MODELS
    >>> from regulars.periods import days
    >>> h = Histories(frequency=[2, 1, 0], recency=[30, 2, 0], age=[39, 39, 39], count=[50, 30, 600])
    >>> mean, squared = count_moments(MODELS.get("nbd").fit(h), h, days(70))
    >>> mean.round(3).tolist(), bool((squared > mean**2).all())
    ([0.294, 0.158, 0.023], True)
    """
    t, mean, squared = length_in(fit.unit, horizon), np.zeros(len(histories)), np.zeros(len(histories))
    for one in on_grids(fit.branches(histories), histories):
        counts = purchase_counts([one.living], one.frequency, [one.grid], t)
        bought = one.grid.spread(one.living.purchases(one.x, one.grid.nodes, t))
        mean[one.rows] += one.chance * bought[one.age]
        squared[one.rows] += one.chance * (counts.variance() + bought**2)[one.age]
    return mean, squared
