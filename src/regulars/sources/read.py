"""From whatever the caller has to orders, refunds, a quarantine and a receipt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from regulars.contract.order_details import DETAIL_FIELDS
from regulars.contract.orders import ORDER_FIELDS, field_named
from regulars.contract.receipt import Receipt
from regulars.contract.rules import (
    AFTER_AS_OF,
    NO_DATE,
    REFUND_OF_AN_ORDER,
    REFUND_WITHOUT_ITS_ORDER,
    SALE,
    UNREADABLE_AMOUNT,
    UNREADABLE_DATE,
)
from regulars.contract.subscriptions import OF_SUBSCRIPTIONS
from regulars.engines.base import Engine, literal
from regulars.errors import InputError, UnknownName, suggestion
from regulars.progress import Progress
from regulars.sources.addresses import address_of, is_address, refuse_query_without_database
from regulars.sources.damage import looked_for, refuse_changed
from regulars.sources.databases import database_part
from regulars.sources.dates import DATE_ORDERS, DateReading
from regulars.sources.files import Found, Reading, files_at, in_windows_letters
from regulars.sources.frames import frame_part
from regulars.sources.judge import Keeping
from regulars.sources.notes import alike_customers, incomplete_last_day, repeated_lines
from regulars.sources.numbers import DECIMAL_MARKS
from regulars.sources.order_details import make_order_details
from regulars.sources.orders import BUYS, customers_of_orders, each_line_is_an_order, make_orders
from regulars.sources.parts import Part
from regulars.sources.plans import Planned, keeping, looked_at_closely, plan
from regulars.sources.quarantine import quarantine
from regulars.sources.receipts import (
    Groups,
    columns_read,
    groups_of,
    receipt_lines,
    refuse_without_sales,
    single_currency,
    with_matches,
)
from regulars.sources.refunds import make_refunds, match_refunds
from regulars.sources.staging import LINES, Staged, stage
from regulars.sources.subscriptions.columns import refuse_subscriptions

ZERO_AMOUNTS = ("exclude", "keep")


@dataclass(frozen=True)
class ReadOptions:
    """How orders are read. `mapping` goes from field to column, a name or a position from 1; `query` asks databases.

    `as_of` defaults to the day of the last valid sale not after today; `details` makes the table `order_details` too.
    Raises `UnknownName` for an option that does not exist.
    """

    as_of: dt.date | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    date_order: str | None = None
    timezone: str = "UTC"
    zero_amount: Literal["exclude", "keep"] = "exclude"
    decimal: Literal["point", "comma"] | None = None
    query: str | None = None
    details: bool = False

    def __post_init__(self) -> None:
        for name in self.mapping:
            if name not in OF_SUBSCRIPTIONS:
                field_named(name, (*ORDER_FIELDS, *DETAIL_FIELDS))
        if self.date_order is not None and self.date_order not in DATE_ORDERS:
            raise UnknownName("date order", self.date_order, DATE_ORDERS)
        if self.decimal is not None and self.decimal not in DECIMAL_MARKS:
            raise UnknownName("decimal mark", self.decimal, DECIMAL_MARKS)
        if self.zero_amount not in ZERO_AMOUNTS:
            raise UnknownName("treatment of zero amounts", self.zero_amount, ZERO_AMOUNTS)


@dataclass(frozen=True)
class Intake:
    """What was read: the receipt, the as-of day, and whether the source says what was paid."""

    receipt: Receipt
    as_of: dt.date
    has_money: bool


@dataclass(frozen=True)
class Uncounted:
    """What was read, but for its customers: who groups the orders by them anyway need not count them.

    The `draft` of the receipt has no customers yet.
    """

    draft: Receipt
    as_of: dt.date
    has_money: bool

    def counted(self, customers: int) -> Intake:
        """Return the same with the number of customers who placed the orders of the receipt."""
        return Intake(replace(self.draft, customers=customers), self.as_of, self.has_money)


def read_orders(engine: Engine, orders: object, options: ReadOptions, *, today: dt.date, progress: Progress) -> Intake:
    """Read as `read_uncounted` does, and count the customers."""
    read = read_uncounted(engine, orders, options, today=today, progress=progress)
    with progress.step("count the customers") as counted:
        intake = read.counted(customers_of_orders(engine, read.draft.orders))
        counted.text = f"{intake.receipt.customers:,} customers"
    return intake


def read_uncounted(
    engine: Engine, orders: object, options: ReadOptions, *, today: dt.date, progress: Progress
) -> Uncounted:
    """Read `orders` into the engine's tables `orders`, `refunds` and `quarantine` (`contract.tables`).

    `orders` is a path to a file or folder, the address of a database, a dataframe or relation, or a list of them.
    Raises `InputError` where they cannot be used as they are, with what to do.
    """
    check_timezone(engine, options.timezone)
    with progress.step("read the orders") as counted, TemporaryDirectory(prefix="regulars-") as scratch:
        reading = Reading(engine, options.mapping, Path(scratch))
        found, plans, staged = _read_in(reading, orders, options, today)
        kept = keeping(plans)
        as_of = options.as_of or _last_sale(engine) or today
        _mark_later_rows(engine, as_of)
        quarantine(engine, staged)
        refuse_changed(reading.stamps)
        groups = groups_of(engine)
        refuse_without_sales(groups)
        counted.text = f"{sum(group.rows for group in groups.values()):,} rows"
    has_money = plans[0].judgement.has_money
    currency, currency_notes = single_currency(engine) if kept.currency and has_money else (None, ())
    with progress.step("match the refunds") as counted:
        has_refunds = match_refunds(engine, kept)
        if has_refunds:
            groups = with_matches(engine, groups)
        counted.text = _refunds_counted(groups)
    with progress.step("sum the lines to orders") as counted:
        each = each_line_is_an_order(engine, kept)
        notes = (*found.notes, *currency_notes, *_notes(engine, kept, each=each))
        if options.details:
            make_order_details(engine, kept)
        make_orders(engine, kept, each=each)
        make_refunds(engine, has_refunds=has_refunds)
        draft = _draft(engine, plans, groups, currency, notes)
        counted.text = "1 order" if draft.orders == 1 else f"{draft.orders:,} orders"
    return Uncounted(draft, as_of, has_money)


def _read_in(
    reading: Reading, orders: object, options: ReadOptions, today: dt.date
) -> tuple[Found, list[Planned], list[Staged]]:
    """Read every row; again where the rows show letters or numbers that the first of them did not."""
    engine, found = reading.engine, parts_of(reading, orders, options.query)
    refuse_subscriptions(found.parts, options.mapping)
    with looked_for(engine, found.parts):
        plans = _plan(engine, found, options, today)
        staged = stage(engine, plans)
        if (other := _in_their_letters(reading, found, staged)) is not found:
            found, plans = other, _plan(engine, other, options, today)
            staged = stage(engine, plans)
        if _unreadable_amounts(engine) and (closer := looked_at_closely(engine, plans, options.decimal)) != plans:
            plans = closer
            staged = stage(engine, plans)
    return found, plans, staged


def _in_their_letters(reading: Reading, found: Found, staged: Sequence[Staged]) -> Found:
    """Return the parts with those anew that turned out to be Windows-1252."""
    anew = {
        place: part
        for place, read in enumerate(staged)
        if read.left_out and (part := in_windows_letters(reading, found.parts[place])) is not None
    }
    if not anew:
        return found
    names = ", ".join(part.name for part in anew.values())
    note = f"Not UTF-8, read as Windows-1252: {names}. Look whether letters with accents are right."
    return Found(tuple(anew.get(place, part) for place, part in enumerate(found.parts)), (*found.notes, note))


def _refunds_counted(groups: Groups) -> str:
    of_orders, without = (
        groups[rule.code].rows if rule.code in groups else 0 for rule in (REFUND_OF_AN_ORDER, REFUND_WITHOUT_ITS_ORDER)
    )
    return f"{of_orders:,} of {of_orders + without:,} rows" if of_orders + without else "there are none"


def check_timezone(engine: Engine, name: str) -> None:
    """Raise `InputError` for a time zone that does not exist."""
    known = [zone for (zone,) in engine.rows("select name from pg_timezone_names()")] if name != "UTC" else [name]
    if name not in known:
        raise InputError(
            f"unknown time zone {name!r}{suggestion(name, known)}; write it as in Europe/Berlin or America/New_York"
        )


def parts_of(reading: Reading, orders: object, query: str | None) -> Found:
    """Return the parts of what the caller gave, in order."""
    given: Sequence[object] = orders if isinstance(orders, list | tuple) else [orders]
    refuse_query_without_database(given, query)
    parts: list[Part] = []
    notes: list[str] = []
    for one in given:
        if isinstance(one, str) and is_address(one):
            parts.append(database_part(reading.engine, address_of(one), query, len(parts) + 1))
        elif isinstance(one, str | Path):
            found = files_at(reading, Path(one), len(parts) + 1)
            parts += found.parts
            notes += found.notes
        else:
            parts.append(frame_part(reading.engine, one, len(parts) + 1))
    if not parts:
        raise InputError(
            " ".join(("there are no orders to read.", *notes, "Give a file or table with at least one row"))
        )
    return Found(tuple(parts), tuple(notes))


def _plan(engine: Engine, found: Found, options: ReadOptions, today: dt.date) -> list[Planned]:
    dates = DateReading(options.timezone, options.date_order)
    last_day = options.as_of or today
    return plan(
        engine,
        found.parts,
        options.mapping,
        dates=dates,
        last_day=last_day,
        zero_amount=options.zero_amount,
        decimal=options.decimal,
        details=options.details,
    )


def _unreadable_amounts(engine: Engine) -> bool:
    return engine.rows(f"select count(*) from {LINES} where rule = {UNREADABLE_AMOUNT.code}") != [(0,)]


def _last_sale(engine: Engine) -> dt.date | None:
    last: dt.date | None = engine.rows(f"select max(moment)::date from {LINES} where rule = {SALE.code}")[0][0]
    return last


def _mark_later_rows(engine: Engine, as_of: dt.date) -> None:
    """Put rows dated after the as-of day in quarantine, which the reading could not: the day was not known yet."""
    others = f"{NO_DATE.code}, {UNREADABLE_DATE.code}, {AFTER_AS_OF.code}"
    later = f"moment >= {literal(str(as_of))}::date + 1 and rule not in ({others})"
    if engine.rows(f"select count(*) from {LINES} where {later}") != [(0,)]:
        engine.execute(f"update {LINES} set rule = {AFTER_AS_OF.code} where {later}")


def _notes(engine: Engine, kept: Keeping, *, each: bool) -> tuple[str, ...]:
    last = _last_sale(engine)
    return (
        *(repeated_lines(engine, kept) if not (each and kept.order_id) else ()),
        *alike_customers(engine),
        *(incomplete_last_day(engine, kept, last) if last is not None else ()),
    )


def _draft(
    engine: Engine, plans: list[Planned], groups: Groups, currency: str | None, notes: tuple[str, ...]
) -> Receipt:
    has_money = plans[0].judgement.has_money
    orders, first, last = engine.rows(f"select count(*) filter ({BUYS}), min(order_date), max(order_date) from orders")[
        0
    ]
    amounts = [group.amount for group in groups.values() if group.amount is not None]
    return Receipt(
        sources=tuple(dict.fromkeys(planned.part.name for planned in plans)),
        columns=columns_read(plans),
        rows_read=sum(group.rows for group in groups.values()),
        amount_read=sum(amounts, Decimal(0)) if has_money else None,
        lines=receipt_lines(groups, has_money=has_money),
        orders=orders,
        customers=0,
        first_day=str(first),
        last_day=str(last),
        currency=currency,
        has_money=has_money,
        notes=notes,
    )
