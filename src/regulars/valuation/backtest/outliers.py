"""A forecast measured with everyone, and without the few who turned out to be worth the most.

Whether a forecast was right in sum may hang on one customer. Nobody is left out of any other number: this is said
beside them. Who is largest is known only afterwards, so a right forecast of everyone lies above the others' total:
without them, its bias is above zero by about what they carried beyond their own forecast.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.models.histories import Floats
from regulars.valuation.backtest.forecast import Forecast
from regulars.valuation.backtest.measures import Measures, measured

# One customer of so many is left out, one at least.
ONE_OF = 1000


@dataclass(frozen=True, eq=False)
class Outliers:
    """The `largest` customers by what happened, the share of the total they brought, and the measures of the others."""

    largest: int
    share: float
    others: Measures


def outliers(forecast: Forecast, actual: Floats, *, seed: int) -> Outliers | None:
    """Return the measures without the largest 0.1 % of the outcomes, one at least; None where nothing was bought."""
    largest, total = max(1, actual.size // ONE_OF), float(actual.sum())
    if total <= 0.0 or largest == actual.size:
        return None
    order = np.argsort(actual, kind="stable")
    others = np.sort(order[:-largest])
    share = float(actual[order[-largest:]].sum()) / total
    return Outliers(largest, share, measured(forecast.take(others), actual[others], seed=seed))
