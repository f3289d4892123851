"""The chance that a customer buys at all in the time ahead, per history, without the law of how often."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regulars.models.on_grids import on_grids
from regulars.periods import Period, length_in

if TYPE_CHECKING:
    from regulars.models.histories import Floats, Histories
    from regulars.models.predictions import Predictions

NONE = np.zeros(1)


def chance_of_purchase(fit: Predictions, histories: Histories, horizon: Period) -> Floats:
    """Return P(N > 0) in the horizon for histories in the fit's unit.

    >>> from regulars.models.histories import Histories
    >>> from regulars.models.transactions import MODELS
    >>> from regulars.periods import days
    >>> h = Histories(frequency=[2, 1, 0], recency=[30, 2, 0], age=[39, 39, 39], count=[50, 30, 600])
    >>> chance_of_purchase(MODELS.get("nbd").fit(h), h, days(70)).round(3).tolist()
    [0.241, 0.138, 0.021]
    """
    t, chance = length_in(fit.unit, horizon), np.zeros(len(histories))
    for one in on_grids(fit.branches(histories), histories):
        none = one.grid.spread(one.living.pmf(one.x, one.grid.nodes, t, NONE)[:, 0])
        chance[one.rows] += one.chance * (1.0 - none[one.age])
    return chance
