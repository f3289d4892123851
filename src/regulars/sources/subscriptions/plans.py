"""How each part of contracts is read: its columns, the order of day and month, how numbers are written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from regulars.engines.base import Engine
from regulars.errors import InputError
from regulars.sources.columns import Layout
from regulars.sources.dates import DateReading, is_short, order_of_dates
from regulars.sources.numbers import PLAIN, NumberReading, is_plain, reading_of
from regulars.sources.parts import Part, numbered
from regulars.sources.subscriptions.billing import load_periods
from regulars.sources.subscriptions.columns import subscription_layout

NUMBERS = ("price", "monthly_price", "quantity")
# A column of more different texts than this is no billing period.
MOST_WORDINGS = 1_000


@dataclass(frozen=True)
class SubscriptionPlan:
    """A part with the columns of its fields and how their texts are read. `last_day` ends what a run may know."""

    part: Part
    layout: Layout
    dates: DateReading
    numbers: NumberReading
    last_day: dt.date
    zero_amount: str


def subscription_plans(
    engine: Engine,
    parts: Sequence[Part],
    mapping: Mapping[str, str],
    *,
    dates: DateReading,
    last_day: dt.date,
    zero_amount: str,
    decimal: str | None,
) -> list[SubscriptionPlan]:
    """Return how each part is read; raises `InputError` where a field has no column or a value has two readings."""
    layouts = [subscription_layout(part, mapping) for part in parts]
    _load_billing_periods(engine, parts, layouts)
    return [
        SubscriptionPlan(
            part,
            layout,
            DateReading(dates.timezone, dates.order or _date_order(engine, part, layout)),
            _numbers(engine, part, layout, decimal),
            last_day,
            zero_amount,
        )
        for part, layout in zip(parts, layouts, strict=True)
    ]


def looked_at_closely(engine: Engine, plans: Sequence[SubscriptionPlan], decimal: str | None) -> list[SubscriptionPlan]:
    """Return the plans once all numbers of the parts were looked at, and not the first of them alone."""
    return [replace(plan, numbers=_read_numbers(engine, plan.part, plan.layout, decimal)) for plan in plans]


def _date_order(engine: Engine, part: Part, layout: Layout) -> str | None:
    places = [layout[field] for field in ("started_at", "ended_at") if part.types[layout[field]] == "VARCHAR"]
    if not any(is_short(part.sample(engine, place)) for place in places):
        return None
    texts = " union all ".join(f"select {numbered(place)}::varchar as date from {part.rows}" for place in places)
    return order_of_dates(engine, f"({texts})", part.name)


def _numbers(engine: Engine, part: Part, layout: Layout, decimal: str | None) -> NumberReading:
    """Return how the numbers of a part are written: plainly, unless the first of them say otherwise."""
    grouped = part.points_may_group
    if all(is_plain(part.sample(engine, place), points_may_group=grouped) for place in _text_numbers(part, layout)):
        return PLAIN
    return _read_numbers(engine, part, layout, decimal)


def _read_numbers(engine: Engine, part: Part, layout: Layout, decimal: str | None) -> NumberReading:
    columns = [numbered(place) for place in _text_numbers(part, layout)]
    if not columns:
        return PLAIN
    grouped = part.points_may_group
    return reading_of(engine, part.rows, columns, part.name, decimal=decimal, points_may_group=grouped)


def _text_numbers(part: Part, layout: Layout) -> list[int]:
    """Return the places of the fields that hold numbers written as text."""
    return [layout[field] for field in NUMBERS if field in layout and part.types[layout[field]] == "VARCHAR"]


def _load_billing_periods(engine: Engine, parts: Sequence[Part], layouts: Sequence[Layout]) -> None:
    texts: set[str] = set()
    for part, layout in zip(parts, layouts, strict=True):
        if "billing_period" in layout:
            column = numbered(layout["billing_period"])
            query = f"select distinct {column}::varchar as wording from {part.rows} limit {MOST_WORDINGS + 1}"
            found = [wording for (wording,) in engine.rows(query) if wording is not None]
            if len(found) > MOST_WORDINGS:
                name = part.columns[layout["billing_period"]]
                raise InputError(f"{part.name}: the column {name!r} holds no billing periods; see --map billing_period")
            texts.update(found)
    load_periods(engine, texts)
