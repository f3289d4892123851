"""Words that the parts of the economics page share."""

from __future__ import annotations

from regulars.metrics.number import Number
from regulars.periods import DAYS_PER_YEAR
from regulars.reporting import formats
from regulars.reporting.document import KeyNumber

_NBSP = "\N{NO-BREAK SPACE}"
UNDEFINED = "not defined"


def years(number: float) -> str:
    """Write a length of time in years.

    >>> years(0.3581).replace(_NBSP, " "), years(12.0).replace(_NBSP, " ")
    ('0.36 years', '12.0 years')
    """
    return f"{formats.fixed(number, 2 if number < 10 else 1)}{_NBSP}years"


def in_days(number: float) -> str:
    """Write a length of time given in years as days.

    >>> in_days(0.3581).replace(_NBSP, " ")
    '131 days'
    """
    return formats.counted(round(number * DAYS_PER_YEAR), "day")


def key_number(name: str, number: Number, text: str, detail: str) -> KeyNumber:
    """Return a number to be read on its own; what is undefined says so, and why."""
    if number.value is None:
        return KeyNumber(name, UNDEFINED, number.reason, None)
    return KeyNumber(name, text, detail, number.value)


def sentence(words: str) -> str:
    """Return `words` with a capital letter and a full stop.

    >>> sentence("no customer ever leaves")
    'No customer ever leaves.'
    """
    return f"{words[:1].upper()}{words[1:]}."
