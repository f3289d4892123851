"""Which details of orders are learned from: none that says too much about what came after, none that says nothing.

A column of the orders may have been written today: a loyalty tier joined from the table of customers, a segment, the
money that a customer went on to spend. Whether it differs between the orders of one customer proves nothing, so every
detail is judged by what it does, as an attribute without a date is (`learners.undated`, which tells why a tenth is the
bound): how much of what the record leaves open about who bought afterwards goes away once it is known, out of fold.
Nobody asked for the column by name, so it is left out and named, where an attribute somebody gave is refused. On
simulated shops columns that the future wrote explained 19 to 65 %, a coupon by which half of the customers came who
never came back up to 10 %: what is honest and explains as much is lost.

Most of what stands in orders tells nothing that the record does not. So the rest is learned from only where it lowers
the loss out of fold, of who buys or of what everyone is worth, beyond chance.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np

from regulars.models.histories import Floats
from regulars.valuation.features.details import LINES, SUSPECT
from regulars.valuation.learners.examples import Lesson
from regulars.valuation.learners.heads import value
from regulars.valuation.learners.undated import MOST_EXPLAINED, left_open

# Standard errors above zero: of two losses that got no better one exceeds it by chance in one of twenty lessons.
BEYOND_CHANCE = 1.96


@dataclass(frozen=True, eq=False)
class Trusted:
    """What is learned from, the details that know the future with the share each explains, and those that tell nothing.

    Details are called as the fields they were read from.
    """

    lesson: Lesson
    left_out: Mapping[str, float]
    idle: tuple[str, ...]


def trusted(lesson: Lesson, seed: int) -> Trusted:
    """Return the lesson with the details that are worth learning from."""
    details = {detail: found for detail, names in SUSPECT.items() if (found := _present(lesson, names))}
    if not details and not _present(lesson, LINES):
        return Trusted(lesson, {}, ())
    plain = _without(lesson, [*LINES, *(column for columns in details.values() for column in columns)])
    before = left_open(plain, seed)
    left_out = _knowing(lesson, details, before, seed)
    rest = _without(lesson, [column for detail in left_out for column in details[detail]])
    told = rest.past.names != plain.past.names and (
        _beyond_chance(before - left_open(rest, seed))
        or _beyond_chance(_value_loss(plain, seed) - _value_loss(rest, seed))
    )
    idle = () if told else tuple(detail for detail in details if detail not in left_out)
    return Trusted(rest if told else plain, left_out, idle)


def _knowing(lesson: Lesson, details: Mapping[str, tuple[str, ...]], before: Floats, seed: int) -> dict[str, float]:
    """Return the details that take away a tenth of the uncertainty about who buys, alone or together.

    All at once are tried first: where together they explain less than that, none is looked at by itself. Where those
    that explain less each still explain a tenth together, the one that explains most goes, until they do not.
    """
    if _explained(before, left_open(lesson, seed)) <= MOST_EXPLAINED:
        return {}
    everything = {*LINES, *(column for columns in details.values() for column in columns)}
    each = {
        detail: _explained(before, left_open(_without(lesson, everything - {*columns}), seed))
        for detail, columns in details.items()
    }
    left_out = [detail for detail, share in each.items() if share > MOST_EXPLAINED]
    for detail in sorted(set(details) - {*left_out}, key=lambda name: (-each[name], name)):
        rest = _without(lesson, [column for gone in left_out for column in details[gone]])
        if _explained(before, left_open(rest, seed)) <= MOST_EXPLAINED:
            break
        left_out.append(detail)
    return {detail: each[detail] for detail in details if detail in left_out}


def _explained(before: Floats, after: Floats) -> float:
    return 1.0 - float(after.mean() / before.mean())


def _beyond_chance(gain: Floats) -> bool:
    """Return whether the mean gain per customer is above zero beyond chance, rows taken for independent."""
    return float(gain.mean()) > BEYOND_CHANCE * float(gain.std()) / np.sqrt(gain.size)


def _value_loss(lesson: Lesson, seed: int) -> Floats:
    """Return the loss out of fold of what each customer is worth: 2y/√μ + 2√μ.

    That is half the Tweedie deviance of power 3/2 but for what does not hang on μ (Jørgensen 1987).
    """
    root, worth = np.sqrt(value(lesson, seed).past), np.maximum(lesson.outcomes.value, 0.0)
    return np.asarray(2.0 * worth / root + 2.0 * root)


def _without(lesson: Lesson, columns: Collection[str]) -> Lesson:
    return replace(lesson, past=lesson.past.without(*columns), now=lesson.now.without(*columns))


def _present(lesson: Lesson, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if name in lesson.past.names)
