"""The verdict on each row, and the values that are kept of it: one select, evaluated while the source is read."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from regulars.contract import rules
from regulars.contract.tables import MONEY
from regulars.engines.base import literal
from regulars.sources.columns import Layout
from regulars.sources.dates import EARLIEST, END_OF_TIME, DateReading, moment
from regulars.sources.details import expressions, types_of
from regulars.sources.merchandise import is_discount, is_not_merchandise
from regulars.sources.numbers import PLAIN, NumberReading, currency_of, number
from regulars.sources.parts import Part, numbered

PIECES = "DECIMAL(18,6)"
ID_FIELDS = ("customer_id", "order_id")
# The first condition is nearly free and nearly always false.
ROUNDED = r"contains(customer_id, '+') and regexp_full_match(customer_id, '\d(\.\d+)?[eE]\+\d+')"
LARGEST_AMOUNT = "1000000000000"

# What a missing value of a text column looks like once some program wrote it out.
MISSING = ("", "NULL", "null", "NaN", "nan", "None", "none", "NA", "N/A", "n/a", "<NA>", "#N/A", r"\N")
CANCELLED = (
    *("cancelled", "canceled", "cancelled by customer", "canceled by customer", "void", "voided", "failed"),
    *("payment failed", "declined", "denied", "expired", "rejected", "refused", "abandoned", "fraud", "fraudulent"),
    *("test", "draft", "deleted", "trash"),
)


@dataclass(frozen=True)
class Judgement:
    """How the rows of one part are judged. `whole_ids` are the fields whose every value is such as '17850.0'."""

    dates: DateReading
    last_day: dt.date
    zero_amount: str
    has_money: bool
    whole_ids: frozenset[str] = frozenset()
    numbers: NumberReading = PLAIN


@dataclass(frozen=True)
class Keeping:
    """Which columns are kept of each row, besides customer, moment, amount and rule."""

    order_id: bool
    product: bool
    currency: bool
    details: tuple[str, ...] = ()

    @property
    def types(self) -> dict[str, str]:
        """The columns of the table of judged rows with their SQL types."""
        return {
            "customer_id": "VARCHAR",
            **({"order_id": "VARCHAR"} if self.order_id else {}),
            "moment": "TIMESTAMP",
            "amount": MONEY,
            "rule": "UTINYINT",
            **({"item": "UBIGINT", "product": "UBIGINT", "pieces": PIECES} if self.product else {}),
            **({"currency": "VARCHAR"} if self.currency else {}),
            **types_of(self.details),
        }


def judged(part: Part, layout: Layout, judgement: Judgement, keeping: Keeping) -> str:
    """Return the select of the kept columns of every row of `part`, in its order."""
    reader = _Reader(part, layout, judgement)
    details = expressions(keeping.details, reader)
    return f"""
        select {", ".join(keeping.types)}
        from (
            select customer_id, order_id, moment, amount, item, product, pieces, currency,
                {"".join(f"{name}, " for name in details)}{_rule(reader)} as rule
            from (
                select {reader.customer} as customer_id, {reader.text("order_id")} as order_id,
                    {reader.moment} as moment, {in_range(reader.amount)} as amount,
                    {reader.item} as item, {reader.product} as product, {reader.pieces} as pieces,
                    {reader.currency} as currency,
                    {"".join(f"{sql} as {name}, " for name, sql in details.items())}
                    {_raw_columns(layout)}
                from {part.rows}
            )
        )
        """


@dataclass(frozen=True)
class _Reader:
    """The SQL expressions that read the fields of one part."""

    part: Part
    layout: Layout
    judgement: Judgement

    def column(self, field: str) -> str | None:
        return numbered(self.layout[field]) if field in self.layout else None

    def kind(self, field: str) -> str:
        return self.part.types[self.layout[field]]

    def text(self, field: str) -> str:
        """Return the field as text, null where it is missing."""
        column = self.column(field)
        if column is None:
            return "null::varchar"
        text = column if self.kind(field) == "VARCHAR" else f"({column}::varchar)"
        if field in self.judgement.whole_ids:
            text = f"left({text}, -2)"
        return _id(text) if field in ID_FIELDS else unless_missing(text)

    @property
    def customer(self) -> str:
        return self.text("customer_id")

    @property
    def moment(self) -> str:
        return moment(numbered(self.layout["ordered_at"]), self.kind("ordered_at"), self.judgement.dates)

    @property
    def amount(self) -> str:
        """Return the amount, null where it cannot be read."""
        if not self.judgement.has_money:
            return f"1::{MONEY}"
        if "amount" in self.layout:
            return self.number("amount", MONEY)
        pieces, price = self.number("quantity", PIECES), self.number("unit_price", PIECES)
        # Wide enough that no product of two such numbers overflows, which would end the whole reading.
        return f"try_cast(({pieces})::DECIMAL(38,6) * ({price}) as {MONEY})"

    def number(self, field: str, kind: str) -> str:
        """Return the field as a number, null where it cannot be read."""
        return number(numbered(self.layout[field]), self.kind(field), kind, self.judgement.numbers)

    @property
    def pieces(self) -> str:
        """Return the number of pieces; 1 where it is not known, or where a refund is matched by its amount."""
        column, product = self.column("quantity"), self.column("product_id") or self.column("product_name")
        return (
            "1"
            if column is None or product is None
            else f"coalesce(nullif(abs({self.number('quantity', PIECES)}), 0), 1)"
        )

    @property
    def product(self) -> str:
        """Return a hash of the product."""
        product = self.column("product_id") or self.column("product_name")
        return "null::ubigint" if product is None else f"hash({product}::varchar)"

    @property
    def item(self) -> str:
        """Return a hash of product and price, which is what a refund is matched by."""
        product = self.column("product_id") or self.column("product_name")
        if product is None:
            return f"hash(abs({self.amount}))"
        if "unit_price" in self.layout:
            price = self.number("unit_price", PIECES)
        else:
            price = f"try_cast(round({self.amount} / {self.pieces}, 4) as {PIECES})"
        return f"hash({product}::varchar, abs({price}))"

    @property
    def currency(self) -> str:
        if "currency" not in self.layout and self.judgement.numbers.currency:
            field = "amount" if "amount" in self.layout else "unit_price"
            return currency_of(_as_text(self.column(field)) or "null")
        return f"upper(trim({self.text('currency')}))"


def _rule(reader: _Reader) -> str:
    """Return the code of the first rule that applies to a row."""
    name, product = reader.column("product_name"), reader.column("product_id")
    status = reader.column("status")
    branches: list[tuple[str, str]] = [
        (unreadable_moment(), _why_no_date(reader)),
        (f"moment >= {literal(str(reader.judgement.last_day))}::date + 1", str(rules.AFTER_AS_OF.code)),
        ("amount is null", _why_no_amount(reader)),
    ]
    if status is not None:
        branches.append((is_one_of(f"lower(trim({status}::varchar))", CANCELLED), str(rules.CANCELLED.code)))
    branches.append(("customer_id is null", str(rules.NO_CUSTOMER.code)))
    branches.append((ROUNDED, str(rules.ROUNDED_CUSTOMER.code)))
    if name is not None or product is not None:
        branches.append((is_not_merchandise(_as_text(name), _as_text(product)), str(rules.NOT_MERCHANDISE.code)))
    if reader.judgement.zero_amount == "exclude":
        branches.append(("amount = 0", str(rules.ZERO_AMOUNT.code)))
    refund = rules.REFUND_WITHOUT_ITS_ORDER.code
    discount = is_discount(_as_text(name), _as_text(product))
    branches.append(("amount < 0", f"case when {discount} then {rules.DISCOUNT.code} else {refund} end"))
    whens = " ".join(f"when {condition} then {code}" for condition, code in branches)
    return f"case {whens} else {rules.SALE.code} end"


def _id(text: str) -> str:
    """Return the expression for an id, null where it says nothing, without an apostrophe before it.

    Some exports keep a long number from the spreadsheet by that. What begins with a digit is an id as it stands.
    """
    bare = f"case when {text}[1] = chr(39) then {text}[2:] else {text} end"
    return f"case when {text} >= '0' and {text} < ':' then {text} else {unless_missing(bare)} end"


def unless_missing(text: str) -> str:
    """Return the expression for a text, null where it says nothing; nearly every row passes by the first comparison."""
    longest = max(len(word) for word in MISSING)
    return (
        f"case when strlen({text}) > {longest} and {text} > ' ~' then {text} "
        f"when {is_one_of(f'trim({text})', MISSING)} then null else {text} end"
    )


def unreadable_moment() -> str:
    """Return the condition that a moment is none, or one that stands for none."""
    return f"moment is null or moment < '{EARLIEST}' or moment >= '{END_OF_TIME}'"


def _why_no_date(reader: _Reader) -> str:
    missing = f"{reader.text('ordered_at')} is null"
    return f"case when {missing} then {rules.NO_DATE.code} else {rules.UNREADABLE_DATE.code} end"


def _why_no_amount(reader: _Reader) -> str:
    """Return the code of why there is no amount: nothing there, too large, or no number."""
    fields = ["amount"] if "amount" in reader.layout else ["quantity", "unit_price"]
    if not reader.judgement.has_money:
        return str(rules.NO_AMOUNT.code)
    missing = " or ".join(f"{reader.text(field)} is null" for field in fields)
    number = " * ".join(f"try_cast({reader.column(field)} as double)" for field in fields)
    return (
        f"case when {missing} or isnan({number}) then {rules.NO_AMOUNT.code} "
        f"when abs({number}) >= {LARGEST_AMOUNT} then {rules.IMPOSSIBLE_AMOUNT.code} "
        f"else {rules.UNREADABLE_AMOUNT.code} end"
    )


def in_range(amount: str) -> str:
    """Return the amount, null where it is too large to be one."""
    return f"case when abs({amount}) < {LARGEST_AMOUNT} then {amount} end"


def _raw_columns(layout: Layout) -> str:
    return ", ".join(numbered(place) for place in sorted(set(layout.values())))


def _as_text(column: str | None) -> str | None:
    return None if column is None else f"{column}::varchar"


def is_one_of(text: str, words: Sequence[str]) -> str:
    """Return the condition that a text is one of `words`.

    A pattern and not `in (…)`: the engine makes a join of a long list, which loses the order of the rows.
    """
    return f"regexp_full_match({text}, {literal('|'.join(re.escape(word) for word in words))})"
