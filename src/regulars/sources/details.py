"""What only learners read of the orders, as SQL: evaluated while a source is read, and only where it was asked for.

Texts are kinds and may be hostile: they are cut, and never more than values. Where a discount or a coupon is empty
there was none; any other null stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from regulars.contract.order_details import DETAIL_FIELDS, NUMBERS, SHARED
from regulars.contract.orders import ORDER_FIELDS, Field
from regulars.contract.tables import MONEY

# Longer names of kinds would only cost memory.
LETTERS = 60
OLDEST = 130
NO_COUPON = "|no|none|false|n|-|0+([.,]0*)?"
TYPES = {"discount": MONEY, "quantity": "DECIMAL(18,6)", "age": "DOUBLE", "coupon": "BOOLEAN"}


class Reads(Protocol):
    """What reads the fields of one part as SQL expressions."""

    def column(self, field: str) -> str | None:
        """Return the column of a field; None where the part has none."""

    def text(self, field: str) -> str:
        """Return a field as text."""

    def number(self, field: str, kind: str) -> str:
        """Return a field as a number of some type."""


def fields_read(mapping: Iterable[str], *, details: bool) -> tuple[Field, ...]:
    """Return the fields that are looked for: those of every run, and of the details those mapped, or all."""
    mapped = set(mapping)
    return (*ORDER_FIELDS, *(field for field in DETAIL_FIELDS if details or field.name in mapped))


def details_known(fields: Iterable[str]) -> tuple[str, ...]:
    """Return the details that can be kept where these fields are known.

    >>> details_known({"customer_id", "country", "quantity"})
    ('quantity', 'country')
    """
    known = set(fields)
    return tuple(name for name in (*SHARED, *(field.name for field in DETAIL_FIELDS)) if name in known)


def types_of(details: Sequence[str]) -> dict[str, str]:
    """Return the columns of the judged lines that hold the details, with their SQL types."""
    return {name: TYPES.get(name, "VARCHAR") for name in details}


def expressions(details: Sequence[str], part: Reads) -> Mapping[str, str]:
    """Return the SQL of each detail of a line of a part; null where the part has no such column."""
    return {name: _expression(name, part) for name in details}


def _expression(name: str, part: Reads) -> str:
    kind = TYPES.get(name, "VARCHAR")
    if part.column(name) is None:
        return f"null::{kind}"
    text = f"trim({part.text(name)})"
    if name in NUMBERS:
        return _number(name, text, part.number(name, kind))
    if name == "coupon":
        return f"coalesce(not regexp_full_match(lower({text}), '{NO_COUPON}'), false)"
    return f"nullif(left({text}, {LETTERS}), '')"


def _number(name: str, text: str, number: str) -> str:
    """Return the SQL of a detail that is a number; what is written and cannot be one is unknown."""
    if name == "discount":
        return f"case when coalesce({text}, '') = '' then 0 else abs({number}) end"
    if name == "age":
        return f"case when {number} between 0 and {OLDEST} then {number} end"
    return f"abs({number})"
