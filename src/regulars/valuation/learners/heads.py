"""What is boosted, one number of a customer's next window each: whether anything is bought, how much, how dear.

Each goes on from what a model of purchases and spend expects of it, where one was given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from regulars.models.histories import Floats
from regulars.valuation.learners.boosting import Boosted, Objective, Told, boosted
from regulars.valuation.learners.examples import Inputs, Lesson
from regulars.valuation.learners.outlook import ANY, PURCHASES, VALUE

# What a model gives is kept off the ends of the scale, where its logarithm would be infinite.
LEAST = 1e-6
# Halfway between counts (1) and gamma sums (2): gamma-distributed values of a Poisson number of purchases.
POWER = 1.5

Start = Callable[[Inputs], Floats]
Link = Callable[[Floats], Floats]


@dataclass(frozen=True, eq=False)
class Head:
    """One number, out of fold for the customers of the past and forecast for those of now.

    `distrusted` is the part of the level learned, on the scale of the link, that was left to the model.
    """

    past: Floats
    now: Floats
    boosted: Boosted
    distrusted: float


@dataclass(frozen=True, eq=False)
class _Target:
    """What is boosted on some rows of the past: the loss, the link, and what a model says of it.

    `numbers` says that it is about the number of purchases, whose level one window tells only in part.
    """

    y: Floats
    rows: NDArray[np.bool_]
    objective: Objective
    link: Link
    start: Start | None
    numbers: bool = False


def buys(lesson: Lesson, seed: int) -> Head:
    """Return the probability of a purchase."""
    return _chance_of(lesson, lesson.outcomes.purchases > 0.0, seed)


def pays(lesson: Lesson, seed: int) -> Head:
    """Return the probability of a value above zero."""
    return _chance_of(lesson, lesson.outcomes.value > 0.0, seed)


def more(lesson: Lesson, seed: int) -> Head:
    """Return how many purchases a buyer makes beyond the first."""
    bought = lesson.outcomes.purchases
    return _head(lesson, _Target(bought - 1.0, bought > 0.0, Objective("poisson"), np.exp, _more, numbers=True), seed)


def count(lesson: Lesson, seed: int) -> Head:
    """Return how many purchases a customer makes."""
    bought = lesson.outcomes.purchases
    return _head(lesson, _Target(bought, bought >= 0.0, Objective("poisson"), np.exp, _count, numbers=True), seed)


def worth(lesson: Lesson, seed: int) -> Head:
    """Return the value of those who pay."""
    value = lesson.outcomes.value
    return _head(lesson, _Target(value, value > 0.0, Objective("gamma"), np.exp, _worth), seed)


def log_worth(lesson: Lesson, seed: int) -> Head:
    """Return the mean logarithm of the value of those who pay."""
    value = lesson.outcomes.value
    return _head(lesson, _Target(_log(value), value > 0.0, Objective("regression"), _itself, _worth), seed)


def log_spread(lesson: Lesson, centre: Head, seed: int) -> Head:
    """Return the variance of that logarithm around `centre`.

    With r the distance from the mean, the normal loss ½ log σ² + r²/2σ² is half of the gamma loss of r² in σ².
    """
    value = lesson.outcomes.value
    squares = np.maximum((_log(value) - centre.past) ** 2, LEAST)
    return _head(lesson, _Target(squares, value > 0.0, Objective("gamma"), np.exp, None), seed)


def log_quantile(lesson: Lesson, centre: Head, level: float, seed: int) -> Head:
    """Return the quantile at a level of that logarithm's distance from `centre` (Koenker & Bassett 1978)."""
    value = lesson.outcomes.value
    objective = Objective("quantile", (("alpha", level),))
    return _head(lesson, _Target(_log(value) - centre.past, value > 0.0, objective, _itself, None), seed)


def value(lesson: Lesson, seed: int) -> Head:
    """Return the value of a customer, non-buyers included, as a Tweedie mean."""
    worth = lesson.outcomes.value
    objective = Objective("tweedie", (("tweedie_variance_power", POWER),))
    return _head(lesson, _Target(worth, worth >= 0.0, objective, np.exp, _value), seed)


def _chance_of(lesson: Lesson, happened: NDArray[np.bool_], seed: int) -> Head:
    everyone = np.ones(happened.size, dtype=np.bool_)
    target = _Target(happened.astype(np.float64), everyone, Objective("binary"), _logistic, _chance, numbers=True)
    return _head(lesson, target, seed)


def _log(value: Floats) -> Floats:
    """Return the logarithm of what is above zero, and 0 of what is not and is not learned from."""
    return np.log(np.where(value > 0.0, value, 1.0))


def _head(lesson: Lesson, target: _Target, seed: int) -> Head:
    """Boost a target on its rows of the past; the other rows are forecast as if they were of now."""
    rows, y, link = target.rows, target.y[target.rows], target.link
    if np.ptp(y) == 0.0:
        return _always(float(y[0]), lesson, link)
    begin = None if target.start is None else _finite(target.start, lesson)
    past, now = begin or (None, None)
    start = None if past is None else past[rows]
    constant = _constant(target, y, start)
    told = Told(lesson.past.of(rows), y, lesson.fold[rows], start, constant)
    learned = boosted(told, target.objective, seed=seed)
    raw = np.empty(rows.size)
    raw[rows] = learned.out_of_fold
    if not rows.all():
        raw[~rows] = learned.raw(lesson.past.x[~rows], None if past is None else past[~rows])
    level = float(np.mean(raw - past)) * (1.0 - lesson.trust) if target.numbers and past is not None else 0.0
    return Head(link(raw), link(learned.raw(lesson.now.x, now) - level), learned, level)


def _always(y: float, lesson: Lesson, link: Link) -> Head:
    """Return the head of what is the same for all, such as one purchase each, or one price."""
    number = y if link is _itself else max(y, LEAST)
    past, now = np.full(lesson.past.rows, number), np.full(lesson.now.rows, number)
    return Head(past, now, Boosted((), 0, number, past), 0.0)


def _finite(start: Start, lesson: Lesson) -> tuple[Floats, Floats] | None:
    """Return the starts of the past and of now; None where the model has none for some customer."""
    try:
        found = start(lesson.past), start(lesson.now)
    except KeyError:
        return None
    return found if all(np.isfinite(values).all() for values in found) else None


def _constant(target: _Target, y: Floats, start: Floats | None) -> float:
    """Return what makes the start right on average, or at the level of a quantile."""
    begin = np.zeros(y.size) if start is None else start
    if target.objective.name == "quantile":
        return float(np.quantile(y - begin, dict(target.objective.parameters)["alpha"]))
    if target.link is _itself:
        return float(np.mean(y - begin))
    if target.link is np.exp:
        return float(np.log(y.sum() / np.exp(begin).sum()))
    return _moved(y, begin)


def _moved(y: Floats, begin: Floats) -> float:
    """Return what moves chances on the logistic scale so that their sum is right."""
    moved = 0.0
    for _ in range(50):
        chance = _logistic(begin + moved)
        step = float((y - chance).sum() / (chance * (1.0 - chance)).sum())
        moved += float(np.clip(step, -2.0, 2.0))
        if abs(step) < 1e-10:
            break
    return moved


def _logistic(raw: Floats) -> Floats:
    return np.asarray(special.expit(raw))


def _itself(raw: Floats) -> Floats:
    return raw


def _any(inputs: Inputs) -> Floats:
    return np.clip(inputs.outlook[ANY], LEAST, 1.0 - LEAST)


def _chance(inputs: Inputs) -> Floats:
    return np.asarray(special.logit(_any(inputs)))


def _more(inputs: Inputs) -> Floats:
    return np.log(np.maximum(inputs.outlook[PURCHASES] / _any(inputs) - 1.0, 0.01))


def _count(inputs: Inputs) -> Floats:
    return np.log(np.maximum(inputs.outlook[PURCHASES], LEAST))


def _worth(inputs: Inputs) -> Floats:
    return np.log(np.maximum(inputs.outlook[VALUE], LEAST) / _any(inputs))


def _value(inputs: Inputs) -> Floats:
    return np.log(np.maximum(inputs.outlook[VALUE], LEAST))
