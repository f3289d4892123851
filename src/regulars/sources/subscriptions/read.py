"""From a file of contracts to the table of those that count, a quarantine and a receipt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from regulars.contract.receipt import Receipt
from regulars.contract.rules import CONTRACT, OVERLAPPING, RULES, UNREADABLE_AMOUNT
from regulars.contract.subscriptions import SUBSCRIPTION_FIELDS
from regulars.contract.tables import SUBSCRIPTIONS
from regulars.engines.base import Engine, literal
from regulars.errors import InputError
from regulars.progress import Progress
from regulars.sources.damage import looked_for, refuse_changed
from regulars.sources.dates import DateReading
from regulars.sources.files import Found, Reading
from regulars.sources.parts import Part
from regulars.sources.quarantine import quarantine
from regulars.sources.read import ReadOptions, check_timezone, parts_of
from regulars.sources.receipts import Groups, groups_of, receipt_lines, single_currency
from regulars.sources.staging import LINES, Staged, stage_part
from regulars.sources.subscriptions.judge import KEPT, judged
from regulars.sources.subscriptions.plans import SubscriptionPlan, looked_at_closely, subscription_plans


@dataclass(frozen=True)
class SubscriptionIntake:
    """What was read of contracts: the receipt and the as-of day. The table `subscriptions` stands in the engine."""

    receipt: Receipt
    as_of: dt.date


def read_subscriptions(
    engine: Engine, given: object, options: ReadOptions, *, today: dt.date, progress: Progress
) -> SubscriptionIntake:
    """Read contracts into the engine's tables `subscriptions` and `quarantine` (`contract.tables`).

    The as-of day is the last start or end not after today, unless `options` names one; an end after it is not known
    yet. Raises `InputError` where they cannot be used as they are, with what to do.
    """
    check_timezone(engine, options.timezone)
    with progress.step("read the contracts") as counted, TemporaryDirectory(prefix="regulars-") as scratch:
        reading = Reading(engine, options.mapping, Path(scratch))
        found = parts_of(reading, given, options.query)
        last_day = options.as_of or today
        with looked_for(engine, found.parts):
            plans = _plans(engine, found, options, last_day)
            staged = _stage(engine, plans)
            if _unreadable_amounts(engine):
                closer = looked_at_closely(engine, plans, options.decimal)
                plans, staged = (closer, _stage(engine, closer)) if closer != plans else (plans, staged)
        _mark_overlapping(engine)
        quarantine(engine, staged)
        refuse_changed(reading.stamps)
        groups = groups_of(engine)
        _refuse_without_contracts(groups)
        as_of = options.as_of or _last_event(engine, today)
        currency, currency_notes = single_currency(engine)
        later = _make_subscriptions(engine, as_of)
        notes = (*found.notes, *currency_notes, *_notes(plans, later, as_of))
        receipt = _receipt(engine, plans, groups, currency, notes)
        counted.text = f"{receipt.rows_read:,} rows"
    return SubscriptionIntake(receipt, as_of)


def _plans(engine: Engine, found: Found, options: ReadOptions, last_day: dt.date) -> list[SubscriptionPlan]:
    return subscription_plans(
        engine,
        found.parts,
        options.mapping,
        dates=DateReading(options.timezone, options.date_order),
        last_day=last_day,
        zero_amount=options.zero_amount,
        decimal=options.decimal,
    )


def _stage(engine: Engine, plans: Sequence[SubscriptionPlan]) -> list[Staged]:
    columns = ", ".join(f"{name} {kind}" for name, kind in KEPT.items())
    engine.execute(f"create or replace table {LINES} ({columns})")
    return [stage_part(engine, plan.part, _judging(plan)) for plan in plans]


def _judging(plan: SubscriptionPlan) -> Callable[[Part], str]:
    return lambda part: judged(replace(plan, part=part))


def _unreadable_amounts(engine: Engine) -> bool:
    return engine.rows(f"select count(*) from {LINES} where rule = {UNREADABLE_AMOUNT.code}") != [(0,)]


def _mark_overlapping(engine: Engine) -> None:
    """Quarantine the later of two rows that hold one contract of one customer at one time."""
    engine.execute(
        f"""
        update {LINES} set rule = {OVERLAPPING.code}
        where rowid in (
            select row
            from (
                select row, started,
                    max(until) over (
                        partition by customer_id, track order by started, row
                        rows between unbounded preceding and 1 preceding
                    ) as before
                from (
                    select rowid as row, customer_id, track, started,
                        coalesce(ended, 'infinity'::date) as until
                    from {LINES} where rule = {CONTRACT.code}
                )
            )
            where started < before
        )
        """
    )


def _last_event(engine: Engine, today: dt.date) -> dt.date:
    """Return the last day on which a contract began or ended, not after today."""
    last = engine.rows(
        f"""
        select greatest(max(started), max(ended) filter (ended <= {literal(str(today))}::date))
        from {LINES} where rule = {CONTRACT.code}
        """
    )[0][0]
    return last if isinstance(last, dt.date) else today


def _make_subscriptions(engine: Engine, as_of: dt.date) -> int:
    """Make the table `subscriptions`, and return how many ends after the as-of day were taken for not known yet."""
    day = f"{literal(str(as_of))}::date"
    valid = f"rule = {CONTRACT.code}"
    later = engine.rows(f"select count(*) from {LINES} where {valid} and ended > {day}")[0][0]
    engine.execute(
        f"""
        create or replace table {SUBSCRIPTIONS.name} as
        select customer_id, track, plan, started, case when ended <= {day} then ended end as ended,
            amount, months, days
        from {LINES} where {valid}
        """
    )
    return int(later)


def _refuse_without_contracts(groups: Groups) -> None:
    if CONTRACT.code in groups:
        return
    if not groups:
        raise InputError("there are no rows to read; give a file or table with at least one contract")
    counts = ", ".join(f"{groups[rule.code].rows:,} {rule.name}" for rule in RULES if rule.code in groups)
    raise InputError(f"no row holds a contract that counts: {counts}; the columns may be mapped wrongly, see --map")


def _notes(plans: Sequence[SubscriptionPlan], later: int, as_of: dt.date) -> tuple[str, ...]:
    monthly = [plan.part.name for plan in plans if "billing_period" not in plan.layout]
    notes = []
    if monthly:
        notes.append(
            f"No column of {', '.join(monthly)} says how often a contract is paid and renewed; a month is assumed. "
            "If it is not, add a column with the billing period."
        )
    if later:
        notes.append(
            f"{later:,} contracts end after {as_of.isoformat()}, which a run as of that day does not know: they count "
            "as running. Give a later --as-of where those ends have come."
        )
    return tuple(notes)


def _receipt(
    engine: Engine, plans: Sequence[SubscriptionPlan], groups: Groups, currency: str | None, notes: tuple[str, ...]
) -> Receipt:
    contracts, customers, first, last = engine.rows(
        f"""
        select count(*), count(distinct customer_id), min(started), greatest(max(started), max(ended))
        from {SUBSCRIPTIONS.name}
        """
    )[0]
    amounts = [group.amount for group in groups.values() if group.amount is not None]
    return Receipt(
        sources=tuple(dict.fromkeys(plan.part.name for plan in plans)),
        columns=_columns_read(plans),
        rows_read=sum(group.rows for group in groups.values()),
        amount_read=sum(amounts, Decimal(0)),
        lines=receipt_lines(groups, has_money=True),
        orders=contracts,
        customers=customers,
        first_day=str(first),
        last_day=str(last),
        currency=currency,
        has_money=True,
        notes=notes,
    )


def _columns_read(plans: Sequence[SubscriptionPlan]) -> dict[str, str]:
    names: dict[str, dict[str, None]] = {}
    for plan in plans:
        for field, place in plan.layout.items():
            names.setdefault(field, {})[plan.part.columns[place]] = None
    return {field.name: " / ".join(names[field.name]) for field in SUBSCRIPTION_FIELDS if field.name in names}
