"""What drives value here: by how much each thing known of customers moves what is expected of them.

The trees of a Poisson or Tweedie mean are additive on the log scale, so a forecast is a product of factors:

    E[value of a customer] = base · Π exp(φ_i)                                                   (1)

with φ_i the Shapley value of feature i (Lundberg, Erion & Lee 2018, arXiv 1802.03888, as the library computes it for
its own trees). They say what the trees used, not what would happen if it were changed: a discount that draws customers
who would have bought anyway drives nothing. What a model expects is left out, because it is made of the same facts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from regulars.engines.base import Engine
from regulars.models.histories import Floats
from regulars.valuation.features.feature import AsOf, Feature
from regulars.valuation.learners import heads
from regulars.valuation.learners.examples import Inputs, Lesson, lesson
from regulars.valuation.learners.outlook import Outlook
from regulars.valuation.learners.trusted import trusted
from regulars.valuation.learners.undated import check_undated

# Means over so many customers do not move any more.
MOST_EXPLAINED = 10_000
# The mean of fewer customers says little about their kind.
FEWEST_OF_A_KIND = 30


@dataclass(frozen=True)
class Driver:
    """One feature: `effect` is the mean factor, less 1, by which it moves a forecast up or down.

    `high` and `low` are the mean factors, less 1, of customers above the median and not; None for a feature that has no
    order, or is the same for all. `most` and `least` are the kinds, among those of 30 customers or more, of which most
    and least is expected, with their mean factors, less 1; None where there are no two.
    """

    name: str
    effect: float
    high: float | None
    low: float | None
    most: tuple[str, float] | None = None
    least: tuple[str, float] | None = None


@dataclass(frozen=True)
class Drivers:
    """The features of a shop by their effect, largest first, on its `measure` ("value" or "purchases") in a window.

    `left_out` are the details of orders that know the future, with the share of what the record leaves open about who
    buys that each explains; `idle` are those that tell nothing beyond the record.
    """

    measure: str
    window: int
    customers: int
    drivers: tuple[Driver, ...]
    left_out: Mapping[str, float] = field(default_factory=dict)
    idle: tuple[str, ...] = ()


def what_drives(
    engine: Engine,
    as_of: AsOf,
    *,
    has_money: bool,
    seed: int,
    outlook: Outlook | None = None,
    others: Sequence[Feature] = (),
) -> Drivers:
    """Return what drives the value of the customers known at an origin, or their purchases where there is no money.

    Raises what `learned` raises.
    """
    found = trusted(lesson(engine, as_of, outlook, others), seed)
    check_undated(found.lesson, [column for feature in others for column in feature.undated], seed)
    drivers = drivers_of(_without_models(found.lesson), as_of.window, has_money=has_money, seed=seed)
    return replace(drivers, left_out=found.left_out, idle=found.idle)


def drivers_of(taught: Lesson, window: int, *, has_money: bool, seed: int) -> Drivers:
    """Return what drives value by (1), from what can be learned at an origin."""
    head = heads.value(taught, seed) if has_money else heads.count(taught, seed)
    asked = taught.now.x[:: -(-taught.now.rows // MOST_EXPLAINED)]
    learned = head.boosted
    each = [booster.predict(asked, pred_contrib=True, num_iteration=learned.trees) for booster in learned.boosters]
    contributions = np.mean(each, axis=0)[:, :-1]
    found = [_driver(taught.now, place, asked[:, place], contributions[:, place]) for place in range(asked.shape[1])]
    ranked = tuple(sorted((one for one in found if one.effect > 0.0), key=lambda one: (-one.effect, one.name)))
    return Drivers("value" if has_money else "purchases", window, asked.shape[0], ranked)


def _driver(inputs: Inputs, place: int, values: Floats, contribution: Floats) -> Driver:
    name, effect = inputs.names[place], float(np.expm1(np.abs(contribution).mean()))
    if place in inputs.kinds:
        return Driver(name, effect, None, None, *_ends(inputs.labels.get(name, ()), values, contribution))
    above, below = _halves(values)
    if not above.any() or not below.any():
        return Driver(name, effect, None, None)
    high, low = (_factor(contribution[rows]) for rows in (above, below))
    return Driver(name, effect, high, low)


def _factor(contribution: Floats) -> float:
    return float(np.expm1(contribution.mean()))


def _ends(labels: Sequence[str], values: Floats, contribution: Floats) -> tuple[tuple[str, float], ...]:
    """Return the kind of which most is expected and the one of which least is; nothing where there are no two."""
    rows = ((label, values == code) for code, label in enumerate(labels))
    found = [(label, _factor(contribution[of])) for label, of in rows if of.sum() >= FEWEST_OF_A_KIND]
    ranked = sorted(found, key=lambda kind: (-kind[1], kind[0]))
    return (ranked[0], ranked[-1]) if len(ranked) > 1 else ()


def _halves(values: Floats) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return who is above the median and who is not, or at it and below where nobody is above; unknown is neither."""
    known = np.isfinite(values)
    middle = np.median(values[known]) if known.any() else 0.0
    above = known & (values > middle)
    if not above.any():
        above = known & (values >= middle)
    return above, known & ~above


def _without_models(taught: Lesson) -> Lesson:
    names = tuple(taught.past.outlook)
    past, now = (replace(inputs.without(*names), outlook={}) for inputs in (taught.past, taught.now))
    return replace(taught, past=past, now=now)
