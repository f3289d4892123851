"""Amounts as people write them: 1.234,56 or 1,234.56, with a currency, in parentheses, with the minus at the end.

A plain number such as 1234.56 needs none of this and is read first. For the others it must be known
which mark is the decimal one; a column says so by the numbers that can be read one way only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from regulars.engines.base import Engine, literal
from regulars.errors import InputError

DECIMAL_MARKS = {"point": ".", "comma": ","}

_MINUS = "[-\N{MINUS SIGN}\N{EN DASH}]"
_SPACE = r"[\s\x{00A0}\x{202F}\x{2009}]"
_CODE = r"(?:[A-Za-z]{0,3}\p{Sc}|[A-Z]{3}|[Kk]r\.?|zł|Kč|Ft|lei|Rs\.?|руб\.?|Fr\.?)"
_GROUPING = {".": rf"(?:,|'|’|{_SPACE})", ",": rf"(?:\.|'|’|{_SPACE})"}
# The marks by which a number tells which of them is the decimal one; three digits after a single mark tell nothing.
_SAYS_COMMA = r"\..*,|\..*\.|^\D*0,\d|,\d{1,2}(?:\D*)$|,\d{4}|\d{4},"
_SAYS_POINT = r",.*\.|,.*,|^\D*0\.\d|\.\d{1,2}(?:\D*)$|\.\d{4}|\d{4}\."
_EITHER = r"^\D*[1-9]\d{0,2}[.,]\d{3}\D*$"
# Signs that stand for one currency only; a bare $ or ¥ may be several.
_CODES = {"€": "EUR", "£": "GBP", "US$": "USD", "R$": "BRL", "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY", "₴": "UAH"}
_PLAIN = r"\s*[-+]?\d*\.?\d*(?:[eE][-+]?\d+)?\s*"


@dataclass(frozen=True)
class NumberReading:
    """How the texts of a part become numbers: the decimal mark, and whether some of them name a currency."""

    decimal: str = "."
    currency: bool = False


PLAIN = NumberReading()


def number(column: str, sql_type: str, kind: str, reading: NumberReading) -> str:
    """Return the SQL expression that reads a column of `sql_type` as `kind`; null where it cannot."""
    plain = f"try_cast({column} as {kind})"
    if sql_type != "VARCHAR":
        return plain
    grouped = _written(column, kind, reading)
    # With a decimal comma, 1.234 is a thousand and more, which the plain reading would not know.
    if reading.decimal == ",":
        plain = f"case when not contains({column}, '.') then {plain} end"
    return f"coalesce({plain}, {grouped})"


def currency_of(column: str) -> str:
    """Return the SQL expression for the currency that stands beside a number, null where there is none.

    >>> currency_of("c1").startswith("coalesce(map")
    True
    """
    found = f"nullif(upper(regexp_extract({column}, {literal(_CODE)})), '')"
    codes = ", ".join(f"{literal(sign)}: {literal(code)}" for sign, code in _CODES.items())
    return f"coalesce(map {{{codes}}}[{found}], {found})"


def is_plain(texts: Iterable[str], *, points_may_group: bool) -> bool:
    """Return whether all texts are plain numbers; a point before three digits is none where points may group.

    >>> is_plain(["12.50", "-3"], points_may_group=False), is_plain(["1.250"], points_may_group=True)
    (True, False)
    """
    import re  # noqa: PLC0415 - patterns of the engine and of Python differ; this one is the same in both

    return all(
        re.fullmatch(_PLAIN, text) is not None and not (points_may_group and re.fullmatch(_EITHER, text))
        for text in texts
    )


def reading_of(
    engine: Engine, rows: str, columns: Iterable[str], what: str, *, decimal: str | None, points_may_group: bool
) -> NumberReading:
    """Return how the numbers in text `columns` of the relation `rows` are to be read.

    Raises `InputError` where both marks are used as the decimal one, or where nothing decides.
    """
    seen = _seen(engine, rows, columns)
    if decimal is not None:
        return NumberReading(DECIMAL_MARKS[decimal], seen.currency)
    if seen.comma is not None and seen.point is not None:
        raise InputError(
            f"the numbers of {what} are not written in one way: {seen.comma!r} has a decimal comma, {seen.point!r} a "
            "decimal point; say --decimal comma or --decimal point, and the others are quarantined"
        )
    if seen.comma is not None or seen.point is not None:
        return NumberReading("," if seen.comma is not None else ".", seen.currency)
    return NumberReading(_by_size(seen, what, points_may_group=points_may_group), seen.currency)


@dataclass(frozen=True)
class _Seen:
    """One number of each kind in a column: what tells the decimal mark, and what could be read two ways."""

    comma: str | None
    point: str | None
    either_comma: str | None
    either_point: str | None
    small: str | None
    large: str | None
    currency: bool


def _seen(engine: Engine, rows: str, columns: Iterable[str]) -> _Seen:
    texts = " union all ".join(f"select trim({column}::varchar) as text from {rows}" for column in columns)
    found = engine.rows(
        f"""
        select min(text) filter (says_comma and not says_point), min(text) filter (says_point and not says_comma),
            min(text) filter (either and contains(text, ',')), min(text) filter (either and contains(text, '.')),
            min(text) filter (regexp_full_match(text, '{_MINUS}?\\d{{1,3}}')),
            min(text) filter (regexp_full_match(text, '{_MINUS}?\\d{{4,}}')),
            coalesce(bool_or(named), false)
        from (
            select text, regexp_matches(text, {literal(_SAYS_COMMA)}) as says_comma,
                regexp_matches(text, {literal(_SAYS_POINT)}) as says_point,
                regexp_matches(text, {literal(_EITHER)}) as either,
                regexp_matches(text, {literal(_CODE)}) and not regexp_full_match(text, {literal(_PLAIN)}) as named
            from ({texts})
            where regexp_matches(text, '\\d')
        )
        """
    )[0]
    return _Seen(*found)


def _by_size(seen: _Seen, what: str, *, points_may_group: bool) -> str:
    """Return the decimal mark where every number has three digits after its only mark, or no mark at all.

    Marks group where the numbers without one are all below a thousand, and do not where some are above.
    """
    comma, point = seen.either_comma, seen.either_point
    if comma is None and (point is None or not points_may_group):
        return "."
    if (comma is not None and point is not None) or (seen.large is None and seen.small is None):
        raise InputError(_ambiguous(comma or point or "", what))
    groups = seen.large is None
    return "." if groups == (comma is not None) else ","


def _ambiguous(text: str, what: str) -> str:
    return (
        f"the numbers of {what} can be read two ways: {text!r} is a thousand and more, or a number with three "
        "decimals, and no other number decides; say --decimal comma or --decimal point"
    )


def _written(column: str, kind: str, reading: NumberReading) -> str:
    """Return the expression for a number with grouping marks, a sign anywhere, parentheses, perhaps a currency."""
    mark = "[.]" if reading.decimal == "." else ","
    group = _GROUPING[reading.decimal]
    digits = rf"(?:\d{{1,3}}(?:{group}\d{{2,3}})*{group}\d{{3}}|\d+)(?:{mark}\d*)?|{mark}\d+"
    code = rf"(?:{_CODE}{_SPACE}*)?" if reading.currency else ""
    after = rf"(?:{_SPACE}*{_CODE})?" if reading.currency else ""
    sign = rf"(?:{_MINUS}|\+)?{_SPACE}*"
    whole = rf"{_SPACE}*\(?{_SPACE}*{sign}{code}{sign}({digits}){after}{_SPACE}*{_MINUS}?{_SPACE}*\)?{_SPACE}*"
    text = f"regexp_extract({column}, {literal(rf'^{whole}$')}, 1)"
    bare = f"regexp_replace({text}, {literal(group)}, '', 'g')"
    point = bare if reading.decimal == "." else f"replace({bare}, ',', '.')"
    negative = literal(rf"{_MINUS}|^{_SPACE}*\(.*\){_SPACE}*$")
    return f"try_cast({point} as {kind}) * case when regexp_matches({column}, {negative}) then -1 else 1 end"
