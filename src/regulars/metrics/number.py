"""A number that may be undefined: its value with how many stand behind it, or the reason why there is none."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from regulars.errors import NotApplicable


@dataclass(frozen=True)
class Number:
    """A value and the customers (or orders) it rests on; `value` is None where it is undefined, `reason` says why."""

    value: float | None
    n: int
    reason: str = ""


def undefined(reason: str, n: int = 0) -> Number:
    """Return a number without a value."""
    return Number(None, n, reason)


def combined(formula: Callable[..., float], *inputs: Number | float, n: int | None = None) -> Number:
    """Return `formula` of the values; undefined with the reason of the first input that is, or of the formula.

    It rests on `n`, or on as many as the weakest input does.

    >>> combined(lambda a, b: a / b, Number(6.0, 10), Number(3.0, 4))
    Number(value=2.0, n=4, reason='')
    >>> combined(lambda a, b: a / b, Number(6.0, 10), undefined("nobody came back"))
    Number(value=None, n=0, reason='nobody came back')
    """
    numbers = [number for number in inputs if isinstance(number, Number)]
    behind = min((number.n for number in numbers), default=0) if n is None else n
    for number in numbers:
        if number.value is None:
            return undefined(number.reason, behind)
    try:
        value = formula(*(number.value if isinstance(number, Number) else number for number in inputs))
    except NotApplicable as reason:
        return undefined(str(reason), behind)
    return Number(value, behind) if math.isfinite(value) else undefined("it is too large to be a number", behind)
