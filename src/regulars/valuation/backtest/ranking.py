"""How well a forecast puts customers into order: the normalised Gini coefficient, Somers' D, Spearman's correlation.

Spearman's is told because it is asked for, and decides nothing: it rewards a forecast for tying customers at zero.
"""

from __future__ import annotations

import math

import numpy as np

from regulars.models.histories import Floats, Integers


def gini(mean: Floats, actual: Floats) -> float | None:
    """Return the Gini coefficient of the outcomes in the order of the forecast over that in their own order."""
    best = _area(actual, actual)
    return _area(mean, actual) / best if best > 0.0 else None


def _area(order_by: Floats, actual: Floats) -> float:
    """Return the area between the concentration curve in the order of `order_by` and the diagonal; ties share."""
    if not actual.sum() > 0.0:
        return 0.0
    levels, which = np.unique(-order_by, return_inverse=True)
    customers = np.bincount(which, minlength=levels.size)
    carried = np.bincount(which, actual, minlength=levels.size)
    x = np.concatenate([np.zeros(1), np.cumsum(customers)]) / actual.size
    y = np.concatenate([np.zeros(1), np.cumsum(carried)]) / actual.sum()
    return float(np.sum((y[1:] + y[:-1]) / 2.0 * np.diff(x)) - 0.5)


def somers(mean: Floats, actual: Floats) -> float | None:
    """Return P(concordant) - P(discordant) among pairs with unequal outcomes, rescaled so that ties count one half.

    Of the U pairs with unequal outcomes, D are in the other order and T have equal forecasts: 1/2 + (U - T - 2D)/(2U).
    """
    return _somers(_places(mean), _places(actual))


def somers_and_spearman(mean: Floats, actual: Floats) -> tuple[float | None, float | None]:
    """Return both from one sorting: Somers' D, and the correlation of the ranks, those of equals at their middle."""
    forecast, outcome = _places(mean), _places(actual)
    return _somers(forecast, outcome), _spearman(forecast, outcome)


def _places(values: Floats) -> Integers:
    return np.unique(values, return_inverse=True)[1]


def _spearman(forecast: Integers, outcome: Integers) -> float | None:
    one, other = _off_the_middle(forecast), _off_the_middle(outcome)
    size = math.sqrt(float((one * one).sum()) * float((other * other).sum()))
    return float((one * other).sum()) / size if size > 0.0 else None


def _off_the_middle(places: Integers) -> Floats:
    counts = np.bincount(places)
    return ((np.cumsum(counts) - (counts - 1) / 2.0) - (places.size + 1) / 2.0)[places]


def _somers(forecast: Integers, outcome: Integers) -> float | None:
    unequal = _pairs(np.array([outcome.size])) - _tied(outcome)
    if unequal == 0.0:
        return None
    tied = _tied(forecast) - _tied(forecast * (outcome.max() + 1) + outcome)
    discordant = _inversions(outcome[np.lexsort((outcome, forecast))])
    return 0.5 + (unequal - tied - 2.0 * discordant) / (2.0 * unequal)


def _inversions(ranks: Integers) -> float:
    """Return how many pairs of a sequence of whole numbers stand in falling order.

    Two numbers fall where they agree in all higher binary digits and the earlier has a 1 and the later a 0; so digit
    by digit, among those that agree above it, ones before each zero are counted.
    """
    found = 0.0
    for digit in range(int(ranks.max()).bit_length()):
        group = ranks >> (digit + 1)
        order = np.argsort(group, kind="stable")
        one = (ranks[order] >> digit) & 1
        before = np.cumsum(one)
        first = np.flatnonzero(np.diff(group[order], prepend=-1))
        of_earlier_groups = np.repeat((before - one)[first], np.diff(first, append=ranks.size))
        found += float(((before - of_earlier_groups) * (1 - one)).sum())
    return found


def _tied(values: Integers) -> float:
    return _pairs(np.unique(values, return_counts=True)[1])


def _pairs(counts: Integers) -> float:
    return float((counts.astype(np.float64) * (counts - 1.0)).sum() / 2.0)
