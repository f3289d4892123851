"""How well a forecast puts customers into order: the normalised Gini coefficient and Somers' D."""

from __future__ import annotations

import numpy as np

from regulars.models.histories import Floats


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
    """Return P(concordant) - P(discordant) among pairs with unequal outcomes, rescaled so that ties count one half."""
    from scipy.stats import kendalltau  # noqa: PLC0415 - takes half a second to load

    pairs = actual.size * (actual.size - 1) / 2.0
    unequal, apart = pairs - _tied(actual), pairs - _tied(mean)
    if unequal == 0.0:
        return None
    if apart == 0.0:
        return 0.5
    difference = float(kendalltau(mean, actual).statistic) * np.sqrt(apart * unequal)
    return float((1.0 + difference / unequal) / 2.0)


def _tied(values: Floats) -> float:
    counts = np.unique(values, return_counts=True)[1].astype(np.float64)
    return float((counts * (counts - 1.0)).sum() / 2.0)
