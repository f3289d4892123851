"""The receipt: every row read in one group, with the money that stood in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from regulars.contract.order_details import DETAIL_FIELDS
from regulars.contract.orders import ORDER_FIELDS
from regulars.contract.receipt import ReceiptLine
from regulars.contract.rules import (
    AFTER_AS_OF,
    REFUND_OF_AN_ORDER,
    REFUND_WITHOUT_ITS_ORDER,
    ROUNDED_CUSTOMER,
    RULES,
    SALE,
    WITHOUT_COLUMNS,
    codes,
)
from regulars.engines.base import Engine, literal
from regulars.errors import InputError
from regulars.sources.plans import Planned
from regulars.sources.refunds import MATCHES
from regulars.sources.staging import LINES

# What to do where no row is a sale, by the rule that most of them fell under.
_ADVICE = {
    AFTER_AS_OF.code: "look at the dates, or give a later --as-of",
    REFUND_WITHOUT_ITS_ORDER.code: "a sale is an amount above 0; turn the signs if refunds are written without one",
}


@dataclass(frozen=True)
class Group:
    """The rows under one rule: how many, and the money in them that could be read."""

    rows: int
    amount: Decimal | None


Groups = dict[int, Group]  # code of the rule → its rows


def groups_of(engine: Engine) -> Groups:
    """Return the judged rows by rule, and those that could not be parted into columns."""
    judged = engine.rows(f"select rule, count(*), sum(amount) from {LINES} group by rule")
    groups = {code: Group(rows, amount) for code, rows, amount in judged}
    names = ", ".join(literal(rule.name) for rule in WITHOUT_COLUMNS)
    counted = engine.rows(f"select reason, count(*) from quarantine where reason in ({names}) group by reason")
    without = {rule.code: Group(rows, None) for reason, rows in counted for rule in RULES if rule.name == reason}
    return {**groups, **without}


def with_matches(engine: Engine, groups: Groups) -> Groups:
    """Return the groups with the refunds that belong to an order apart from the others."""
    rows, amount = engine.rows(f"select count(distinct line), sum(amount) from {MATCHES}")[0]
    if not rows:
        return groups
    all_refunds = groups[REFUND_WITHOUT_ITS_ORDER.code]
    rest = Group(all_refunds.rows - rows, (all_refunds.amount or Decimal(0)) + amount)
    of_orders = {**groups, REFUND_OF_AN_ORDER.code: Group(rows, -amount)}
    if rest == Group(0, Decimal(0)):
        return {code: group for code, group in of_orders.items() if code != REFUND_WITHOUT_ITS_ORDER.code}
    return {**of_orders, REFUND_WITHOUT_ITS_ORDER.code: rest}


def receipt_lines(groups: Groups, *, has_money: bool) -> tuple[ReceiptLine, ...]:
    """Return a line per rule that some row fell under, valid ones first."""
    return tuple(
        ReceiptLine(rule.verdict, rule.name, group.rows, group.amount if has_money else None, rule.meaning)
        for rule in RULES
        if (group := groups.get(rule.code)) is not None
    )


def refuse_without_sales(groups: Groups) -> None:
    """Raise `InputError` with the count per rule if no row is a sale."""
    if SALE.code in groups:
        return
    if not groups:
        raise InputError("there are no rows to read; give a file or table with at least one order")
    counts = ", ".join(f"{groups[rule.code].rows:,} {rule.name}" for rule in RULES if rule.code in groups)
    rows = sum(group.rows for group in groups.values())
    if ROUNDED_CUSTOMER.code in groups:
        raise InputError(f"none of the {rows:,} rows is a sale: {counts}. {ROUNDED_CUSTOMER.meaning}")
    most = [advice for code, advice in _ADVICE.items() if code in groups and 2 * groups[code].rows > rows]
    advice = most[0] if most else "the columns may be mapped wrongly, see --map"
    none = "the only row is not a sale" if rows == 1 else f"none of the {rows:,} rows is a sale"
    raise InputError(f"{none}: {counts}; {advice}")


def single_currency(engine: Engine) -> tuple[str | None, tuple[str, ...]]:
    """Return the currency of the valid rows, and a note if some name none; raises `InputError` if there are several."""
    found = engine.rows(
        f"""
        select currency, count(*), sum(amount) from {LINES}
        where rule in ({", ".join(map(str, codes("valid")))})
        group by currency order by count(*) desc, currency
        """
    )
    named = [(currency, rows, amount) for currency, rows, amount in found if currency is not None]
    if len(named) > 1:
        listed = ", ".join(f"{currency} ({_rows(rows)}, {amount:,.2f})" for currency, rows, amount in named)
        raise InputError(
            f"the amounts are in {len(named)} currencies: {listed}; they cannot be added without rates. "
            "Give one currency at a time, or convert the amounts before"
        )
    unnamed = sum(rows for currency, rows, _ in found if currency is None)
    notes = (
        (f"Without a currency of their own, taken for {named[0][0]}: {_rows(unnamed)}.",) if named and unnamed else ()
    )
    return (named[0][0] if named else None), notes


def _rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number:,} rows"


def columns_read(plans: Sequence[Planned]) -> dict[str, str]:
    """Return the column each field was read from; several files may call it differently."""
    names: dict[str, dict[str, None]] = {}
    for planned in plans:
        for field, place in planned.layout.items():
            names.setdefault(field, {})[planned.part.columns[place]] = None
    fields = (*ORDER_FIELDS, *DETAIL_FIELDS)
    return {field.name: " / ".join(names[field.name]) for field in fields if field.name in names}
