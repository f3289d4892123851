"""How numbers, dates and shares are written for a reader; what is stored is never rounded.

A number and its unit are kept on one line by a no-break space. What is missing or not
a number is written as a dash, never as a number.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from decimal import Decimal

MISSING = "–"
_NBSP = "\N{NO-BREAK SPACE}"
# A thousand names of any length must not make a page heavy.
_LONGEST_NAME = 200
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LARGE = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))


def known(value: float | Decimal | None) -> bool:
    """Whether there is a number to show.

    >>> known(float("nan")), known(None), known(0.0)
    (False, False, True)
    """
    return value is not None and math.isfinite(value)


def count(number: int) -> str:
    """Write a count with thousands separators.

    >>> count(541909)
    '541,909'
    """
    return f"{number:,}".replace("-", "−")


def counted(number: int, thing: str) -> str:
    """Write a count of things, one or many.

    >>> counted(1, "customer").split(), counted(4338, "customer").split()
    (['1', 'customer'], ['4,338', 'customers'])
    """
    return f"{count(number)}{_NBSP}{thing if number == 1 else thing + 's'}"


def fixed(number: float | Decimal, decimals: int) -> str:
    """Write a number with thousands separators and this many decimals.

    >>> fixed(1234.5, 2), fixed(-0.001, 2)
    ('1,234.50', '0.00')
    """
    return f"{number:z,.{decimals}f}".replace("-", "−") if known(number) else MISSING


def significant(number: float, digits: int = 4) -> str:
    """Write a number with this many significant digits; very small and very large ones as powers of ten.

    >>> significant(0.242593), significant(1234.5), significant(2.04e-9)
    ('0.2426', '1,234', '2.04 × 10⁻⁹')
    """
    if not known(number):
        return MISSING
    if number == 0.0:
        return "0"
    mantissa, _, power = f"{number:.{digits - 1}e}".partition("e")
    exponent = int(power)
    if -4 <= exponent < 7:
        return fixed(number, max(digits - 1 - exponent, 0))
    short = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{short} × 10{str(exponent).translate(_SUPERSCRIPTS)}".replace("-", "−")


def share(part: float) -> str:
    """Write a share between 0 and 1 as a percentage; only 0 and 1 themselves are written as 0 % and 100 %.

    >>> [share(part).replace(_NBSP, " ") for part in (0.0, 0.0002, 0.1234, 0.99999, 1.0)]
    ['0 %', '< 0.1 %', '12.3 %', '> 99.9 %', '100 %']
    """
    if not known(part):
        return MISSING
    if part in (0.0, 1.0):
        return f"{part:.0%}".replace("%", f"{_NBSP}%")
    if 0.0 < part < 0.0005:
        return f"<{_NBSP}0.1{_NBSP}%"
    if 0.9995 <= part < 1.0:
        return f">{_NBSP}99.9{_NBSP}%"
    return f"{fixed(100.0 * part, 1)}{_NBSP}%"


def signed_share(part: float) -> str:
    """Write a difference as a percentage with its sign.

    >>> [signed_share(part).replace(_NBSP, " ") for part in (0.0432, -0.1, 0.0)]
    ['+4.3 %', '−10.0 %', '0.0 %']
    """
    if not known(part):
        return MISSING
    sign = "+" if round(100.0 * part, 1) > 0.0 else ""
    return f"{sign}{fixed(100.0 * part, 1)}{_NBSP}%"


def rate(part: float) -> str:
    """Write a rate that somebody chose (an interval level, a margin, a discount) without rounding it away.

    >>> rate(0.8).replace(_NBSP, " "), rate(0.125).replace(_NBSP, " ")
    ('80 %', '12.5 %')
    """
    return f"{100.0 * part:.6g}{_NBSP}%"


def name(text: str) -> str:
    """Write what somebody is called; the end of a very long name is left out.

    >>> name("12346"), len(name("x" * 5000))
    ('12346', 200)
    """
    return text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 1]}…"


def capitalised(text: str) -> str:
    """Write a text as it begins a line.

    >>> capitalised("the mean of everyone"), capitalised("BG/NBD")
    ('The mean of everyone', 'BG/NBD')
    """
    return f"{text[:1].upper()}{text[1:]}"


def day(date: dt.date) -> str:
    """Write a date in words, the same under every locale.

    >>> day(dt.date(2011, 12, 9)).replace(_NBSP, " ")
    '9 December 2011'
    """
    return f"{date.day}{_NBSP}{_MONTHS[date.month - 1]} {date.year}"


def month(date: dt.date) -> str:
    """Write the month of a date in words.

    >>> month(dt.date(2011, 12, 1)).replace(_NBSP, " ")
    'December 2011'
    """
    return f"{_MONTHS[date.month - 1]}{_NBSP}{date.year}"


def month_of_year(number: int) -> str:
    """Write the month that comes back every year, January as 1.

    >>> month_of_year(12)
    'December'
    """
    return _MONTHS[number - 1]


def short_month(date: dt.date) -> str:
    """Write a month beside a row or an axis, the same under every locale.

    >>> short_month(dt.date(2011, 12, 1)).replace(_NBSP, " ")
    'Dec 2011'
    """
    return f"{_MONTHS[date.month - 1][:3]}{_NBSP}{date.year}"


def short_day(date: dt.date) -> str:
    """Write a date for a column of dates.

    >>> short_day(dt.date(2011, 12, 9))
    '2011-12-09'
    """
    return date.isoformat()


def together(*numbers: float, money: bool) -> tuple[tuple[str, ...], str]:
    """Round numbers that are read side by side to the same digits, with the word that follows them.

    Three digits of the largest are kept, and as many more as it takes to show how far apart the numbers lie.

    >>> together(1_918_204.0, 1_803_000.0, 2_096_000.0, money=True)
    (('1.92', '1.80', '2.10'), 'million')
    >>> together(12_345.6, 12_001.0, money=False)
    (('12,346', '12,001'), '')
    """
    largest = max((abs(number) for number in numbers if known(number)), default=0.0)
    for scale, word in _LARGE:
        if largest >= scale:
            scaled = [number / scale for number in numbers]
            decimals = _decimals_of_large(scaled)
            return tuple(fixed(number, decimals) for number in scaled), word
    decimals = column_decimals(numbers, money=money)
    return tuple(fixed(number, decimals) for number in numbers), ""


def column_decimals(numbers: Iterable[float | None], *, money: bool) -> int:
    """Return how many decimals a column of amounts (or of expected purchases) needs.

    >>> column_decimals([12.5, 980.0], money=True), column_decimals([12.5, 4310.0], money=True)
    (2, 0)
    >>> column_decimals([3.0, 51.0], money=False), column_decimals([3.0, 51.2], money=False)
    (0, 1)
    """
    shown = [abs(number) for number in numbers if number is not None and known(number)]
    largest = max(shown, default=0.0)
    whole = all(number == round(number) for number in shown)
    if largest == 0.0 or largest >= 1000 or (whole and not money):
        return 0
    return 1 if largest >= 10 and not money else 2


def band(low: float, high: float, last: float) -> str:
    """Write one bin of a distribution that ends at `last`.

    >>> band(0.0, 12.5, 50.0), band(1000.0, 2500.0, 1e4)
    ('0 to 12.5', '1,000 to 2,500')
    """
    return f"{_edge(low, last)} to {_edge(high, last)}" if high > low else _edge(low, last)


def _edge(number: float, last: float) -> str:
    for scale, word in _LARGE:
        if last >= scale and abs(number) >= scale:
            return f"{_trimmed(number / scale)}{_NBSP}{word}"
    return _trimmed(number)


def _trimmed(number: float) -> str:
    if abs(number) >= 100:
        return fixed(number, 0)
    text = significant(number, 3)
    return text.rstrip("0").rstrip(".") if "." in text and "×" not in text else text


def _decimals_of_large(scaled: list[float]) -> int:
    finite = [number for number in scaled if known(number)]
    largest = max(abs(number) for number in finite)
    spread = max(finite) - min(finite)
    by_size = 2 - math.floor(math.log10(largest))
    by_spread = 1 - math.floor(math.log10(spread)) if spread > 0.0 else 0
    return min(max(by_size, by_spread, 0), 6)
