"""The rules by which each row is judged, in the order in which the receipt lists them.

A row's verdict is stored as its rule's position in `RULES`, so that twelve million of them stay small.
"""

from __future__ import annotations

from dataclasses import dataclass

from regulars.contract.receipt import Verdict


@dataclass(frozen=True)
class Rule:
    """One group of rows on the receipt: the verdict, the rule's name and what it means in a plain sentence."""

    verdict: Verdict
    name: str
    meaning: str

    @property
    def code(self) -> int:
        """The rule's position in `RULES`.

        >>> RULES[SALE.code].name
        'sale'
        """
        return RULES.index(self)


NO_DATE = Rule("quarantined", "no date", "The row has no date.")
UNREADABLE_DATE = Rule(
    "quarantined",
    "unreadable date",
    "The date cannot be read, or stands for none (before 1970-01-02, the year 9999).",
)
AFTER_AS_OF = Rule(
    "quarantined", "after the as-of day", "The row is dated after the as-of day, which this run must not know about."
)
NO_AMOUNT = Rule("quarantined", "no amount", "The row has no amount, or a quantity without a price.")
UNREADABLE_AMOUNT = Rule("quarantined", "unreadable amount", "The amount is not a number.")
IMPOSSIBLE_AMOUNT = Rule(
    "quarantined",
    "impossible amount",
    "The amount is infinite, or a million million or more; it is left out of the sums.",
)
ROUNDED_CUSTOMER = Rule(
    "quarantined",
    "rounded customer id",
    "The customer's id is such as 1.03293E+19: a spreadsheet rounded a long number, so that different customers became "
    "one; take the ids from the original export as text.",
)
CANCELLED = Rule("excluded", "cancelled", "The status says that the order was cancelled, voided or not paid.")
NO_CUSTOMER = Rule("excluded", "no customer", "Nobody knows who bought, so the row belongs to no customer's value.")
NOT_MERCHANDISE = Rule(
    "excluded",
    "not merchandise",
    "Postage, charges, fees, commission, samples, vouchers and manual entries, recognised by the product's name.",
)
ZERO_AMOUNT = Rule("excluded", "zero amount", "The row is worth exactly 0; --zero-amount keep would count it.")
DISCOUNT = Rule("valid", "discount", "A line called Discount: it lowers the value of its customer's orders.")
REFUND_OF_AN_ORDER = Rule(
    "valid",
    "refund of an order",
    "Negative lines that belong to an order: by its order id, or matched to the latest earlier line of the same "
    "customer, product and price. A row matched in part is counted here, its unmatched money is in the next group.",
)
REFUND_WITHOUT_ITS_ORDER = Rule(
    "valid",
    "refund without its order",
    "Negative lines for which no earlier order was found; they lower the customer's value on their own date.",
)
SALE = Rule("valid", "sale", "Lines of orders that count.")
NEVER_PAID = Rule("excluded", "never paid", "The status says that it is a trial, a draft, or was never paid for.")
CONTRACT = Rule("valid", "contract", "Contracts that count; the money is what they pay per billing period.")
UNREADABLE_END = Rule("quarantined", "unreadable end", "The end of the contract cannot be read as a date.")
END_BEFORE_START = Rule("quarantined", "end before start", "The contract ends before it starts.")
ENDED_WITHOUT_DATE = Rule(
    "quarantined", "ended without a date", "The status says that the contract has ended, and no date says when."
)
NEGATIVE_PRICE = Rule("quarantined", "negative price", "The contract has a price below 0.")
UNKNOWN_INTERVAL = Rule(
    "quarantined",
    "unknown billing period",
    "The billing period is none that is known: day, week, month, quarter, year, or a number of them.",
)
OVERLAPPING = Rule(
    "quarantined",
    "overlapping contract",
    "Another row holds the same contract of the same customer at the same time; the one that starts first counts.",
)
TOO_FEW_OR_MANY_FIELDS = Rule(
    "quarantined", "wrong number of fields", "The row has more or fewer fields than the file has columns."
)
UNCLOSED_QUOTE = Rule(
    "quarantined", "unclosed quote", "A quotation mark opens or closes in the wrong place, so the fields are unsure."
)
NOT_UTF8 = Rule("quarantined", "not UTF-8", "The row holds bytes that are not UTF-8 text.")
UNREADABLE_ROW = Rule("quarantined", "unreadable row", "The reader could not make sense of the row.")

RULES: tuple[Rule, ...] = (
    SALE,
    DISCOUNT,
    REFUND_OF_AN_ORDER,
    REFUND_WITHOUT_ITS_ORDER,
    CANCELLED,
    NO_CUSTOMER,
    NOT_MERCHANDISE,
    ZERO_AMOUNT,
    NO_DATE,
    UNREADABLE_DATE,
    AFTER_AS_OF,
    NO_AMOUNT,
    UNREADABLE_AMOUNT,
    IMPOSSIBLE_AMOUNT,
    ROUNDED_CUSTOMER,
    TOO_FEW_OR_MANY_FIELDS,
    UNCLOSED_QUOTE,
    NOT_UTF8,
    UNREADABLE_ROW,
    CONTRACT,
    NEVER_PAID,
    UNREADABLE_END,
    END_BEFORE_START,
    ENDED_WITHOUT_DATE,
    NEGATIVE_PRICE,
    UNKNOWN_INTERVAL,
    OVERLAPPING,
)
# Rows that could not be parted into columns: they have no date, no amount, nothing but their text.
WITHOUT_COLUMNS: tuple[Rule, ...] = (TOO_FEW_OR_MANY_FIELDS, UNCLOSED_QUOTE, NOT_UTF8, UNREADABLE_ROW)


def codes(verdict: Verdict) -> tuple[int, ...]:
    """Return the codes of all rules with this verdict.

    >>> SALE.code in codes("valid"), SALE.code in codes("excluded")
    (True, False)
    """
    return tuple(rule.code for rule in RULES if rule.verdict == verdict)
