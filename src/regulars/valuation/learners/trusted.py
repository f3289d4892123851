"""Details of orders that say too much about what came after are left out, before anything is learned from them.

A column of the orders may have been written today: a loyalty tier joined from the table of customers, a segment, the
money that a customer went on to spend. Whether it differs between the orders of one customer proves nothing, so every
detail is judged by what it does, as an attribute without a date is (`learners.undated`, which tells why a tenth is the
bound): how much of what the record leaves open about who bought afterwards goes away once it is known, out of fold.
Nobody asked for the column by name, so it is left out and named, where an attribute somebody gave is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from regulars.valuation.features.details import SUSPECT
from regulars.valuation.learners.examples import Lesson
from regulars.valuation.learners.undated import MOST_EXPLAINED, left_open


@dataclass(frozen=True, eq=False)
class Trusted:
    """What can be learned without the details that know the future, and those: the share each explains."""

    lesson: Lesson
    left_out: Mapping[str, float]


def trusted(lesson: Lesson, seed: int) -> Trusted:
    """Return the lesson without details that take away a tenth of the uncertainty about who buys.

    All at once are tried first: where together they explain less than that, none is looked at by itself.
    """
    details = {detail: found for detail, names in SUSPECT.items() if (found := _present(lesson, names))}
    if not details:
        return Trusted(lesson, {})
    everything = {column for columns in details.values() for column in columns}
    before = left_open(lesson, everything, seed)
    if 1.0 - left_open(lesson, (), seed) / before <= MOST_EXPLAINED:
        return Trusted(lesson, {})
    explained = {
        detail: 1.0 - left_open(lesson, everything - {*columns}, seed) / before for detail, columns in details.items()
    }
    left_out = {detail: share for detail, share in explained.items() if share > MOST_EXPLAINED}
    without = [column for detail in left_out for column in details[detail]]
    kept = replace(lesson, past=lesson.past.without(*without), now=lesson.now.without(*without))
    return Trusted(kept, left_out)


def _present(lesson: Lesson, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if name in lesson.past.names)
