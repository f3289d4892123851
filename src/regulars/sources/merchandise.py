"""Lines that are no merchandise, recognised by what the product is called.

Only whole names count, so that a carriage clock, a set of postcards or a cardholder stays a
product; and no name is a single letter, because a shop may call its sizes S and M.
"""

from __future__ import annotations

from regulars.engines.base import literal

_CHARGED = "(?: (?:fee|charge|cost)s?)?"
_SPEED = "(?:dotcom|standard|express|next day|same day|first class|second class|recorded|international|uk|eu|free)"
_PLACE = "(?:amazon|ebay|etsy|paypal|marketplace|platform|transaction|payment|listing|selling)"

# Each is a whole name in lower case with single spaces.
NAMES: tuple[str, ...] = (
    f"(?:{_SPEED} )*(?:post|postage|carriage|shipping|freight|delivery|p ?& ?p){_CHARGED}",
    f"(?:postage|shipping) (?:and|&) (?:packing|packaging|handling){_CHARGED}",
    "(?:packing|packaging|handling) (?:fee|charge|cost)s?",
    "bank (?:fee|charge)s?",
    f"{_PLACE} ?(?:fee|charge|commission)s?",
    r"(?:\S+ )?commissions?",
    "(?:free )?samples?",
    "manual(?: (?:entry|entries|adjustment|charge|credit))?",
    "(?:adjust(?:ment)?(?: (?:of|for))? )?bad debts?(?: (?:adjustment|write[ -]?off))?",
    r"(?:\S+ )?(?:e-?)?gift ?(?:voucher|card|certificate)s?(?: \S?[\d.,]+(?: ?[a-z]{3})?)?",
    r"gift [\d ]+",
)
DISCOUNTS = "discounts?"


def is_not_merchandise(name: str | None, product: str | None) -> str:
    """Return the SQL condition that a line's product name or id (SQL expressions, None where there is none) says so."""
    return _is_called("|".join(NAMES), name, product)


def is_discount(name: str | None, product: str | None) -> str:
    """Return the SQL condition that a line is called Discount."""
    return _is_called(DISCOUNTS, name, product)


def _is_called(pattern: str, *expressions: str | None) -> str:
    conditions = [
        f"coalesce(regexp_full_match({_plain(expression)}, {literal(pattern)}), false)"
        for expression in expressions
        if expression is not None
    ]
    return " or ".join(conditions) if conditions else "false"


def _plain(expression: str) -> str:
    """Return the expression for a name in lower case, single spaces for spaces and underscores."""
    return rf"regexp_replace(trim(lower({expression})), '[\s_]+', ' ', 'g')"
