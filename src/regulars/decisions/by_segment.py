"""The segments as groups whose totals a run is asked for: the same rules today and on an earlier day.

On an earlier day the scores compare the customers of that day with each other, and the monetary value is what their
purchase days had brought by then; refunds that belong to no order are not in it.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from regulars.decisions.rfm import CLASSES, cuts, scores_in_sql, scores_of
from regulars.decisions.segments import SEGMENTS, Scored
from regulars.engines.base import Engine
from regulars.models.histories import Integers
from regulars.valuation.backtest.as_known import AsKnown

SCORES = range(1, CLASSES + 1)
PLACE = """
$segments[1 + 2 * ({classes} * ({classes} * (({recency}) - 1) + ({frequency}) - 1) + ({monetary}) - 1)
    + cast(purchase_days > 1 as integer)]
"""


def _place(scored: Scored) -> int:
    return next(place for place, segment in enumerate(SEGMENTS) if segment.holds(scored))


# The place of the segment of every set of scores, in the order that `PLACE` counts them in.
PLACES = tuple(_place(Scored(*scores)) for scores in product(SCORES, SCORES, SCORES, (False, True)))


class BySegment:
    """Every customer in the one segment of `SEGMENTS` whose rule holds first."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the segments, in the order of their rules."""
        return tuple(segment.name for segment in SEGMENTS)

    def then(self, known: AsKnown) -> Integers:
        """Return the place of each customer's segment, by what was known at an origin."""
        last = known.recency - known.age
        recency, frequency, monetary = (scores_of(values) - 1 for values in (last, known.frequency, known.value))
        scored = CLASSES * (CLASSES * recency + frequency) + monetary
        return np.array(PLACES)[2 * scored + (known.frequency > 0)]

    def today(self, engine: Engine) -> tuple[str, dict[str, Any]]:
        """Return the place of a customer's segment in SQL, with its parameters; reads `customer_values`."""
        scores, parameters = scores_in_sql(cuts(engine))
        return PLACE.format(classes=CLASSES, **scores), {**parameters, "segments": list(PLACES)}
