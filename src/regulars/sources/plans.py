"""How each part will be read: its columns, the order of its dates, what its ids were before a float column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from regulars.engines.base import Engine
from regulars.errors import InputError
from regulars.sources.columns import Layout, layout_of
from regulars.sources.dates import DateReading, is_short, order_of_dates
from regulars.sources.details import details_known, fields_read
from regulars.sources.judge import ID_FIELDS, Judgement, Keeping
from regulars.sources.numbers import PLAIN, NumberReading, is_plain, reading_of
from regulars.sources.parts import Part, numbered


@dataclass(frozen=True)
class Planned:
    """A part with the columns of its fields, the way its rows are judged, and whether `order_details` are kept."""

    part: Part
    layout: Layout
    judgement: Judgement
    details: bool = False


def plan(
    engine: Engine,
    parts: Sequence[Part],
    mapping: Mapping[str, str],
    *,
    dates: DateReading,
    last_day: dt.date,
    zero_amount: str,
    decimal: str | None,
    details: bool,
) -> list[Planned]:
    """Return how each part is read; raises `InputError` where a field has no column or a value has two readings."""
    fields = fields_read(mapping, details=details)
    layouts = [layout_of(part.name, part.columns, mapping, fields) for part in parts]
    has_money = _has_money(parts, layouts)
    pairs = [(_settled(engine, part, layout, dates), layout) for part, layout in zip(parts, layouts, strict=True)]
    orders = _date_orders(engine, pairs) if dates.order is None else {}
    return [
        Planned(
            part,
            layout,
            Judgement(
                DateReading(dates.timezone, orders.get(part.columns, dates.order)),
                last_day,
                zero_amount,
                has_money,
                frozenset(
                    field for field in _float_ids(engine, part, layout) if _is_whole(engine, part, layout[field])
                ),
                _numbers(engine, part, layout, decimal) if _has_odd_numbers(engine, part, layout) else PLAIN,
            ),
            details,
        )
        for part, layout in pairs
    ]


def looked_at_closely(engine: Engine, plans: Sequence[Planned], decimal: str | None) -> list[Planned]:
    """Return the plans once all numbers of the parts were looked at whose first rows showed nothing but plain ones."""
    return [
        replace(planned, judgement=replace(planned.judgement, numbers=_numbers(engine, part, planned.layout, decimal)))
        if planned.judgement.numbers == PLAIN and _text_numbers(part := planned.part, planned.layout)
        else planned
        for planned in plans
    ]


def keeping(plans: Sequence[Planned]) -> Keeping:
    """Return which columns must be kept for these parts."""
    known = {field for planned in plans for field in planned.layout}
    return Keeping(
        order_id="order_id" in known,
        product="product_id" in known or "product_name" in known,
        currency="currency" in known or any(planned.judgement.numbers.currency for planned in plans),
        details=details_known(known) if any(planned.details for planned in plans) else (),
    )


def _has_money(parts: Sequence[Part], layouts: Sequence[Layout]) -> bool:
    """Return whether the parts say what was paid; raises `InputError` if some do and some do not."""
    paid = ["amount" in layout or {"quantity", "unit_price"} <= set(layout) for layout in layouts]
    if any(paid) and not all(paid):
        without = ", ".join(part.name for part, has in zip(parts, paid, strict=True) if not has)
        raise InputError(
            f"{without} has neither an amount nor quantity and unit price, and other files have; "
            "name the column with --map amount=COLUMN or leave the file out"
        )
    return all(paid)


def _settled(engine: Engine, part: Part, layout: Layout, dates: DateReading) -> Part:
    """Return the part as it will be read, if all of its rows are needed before: patiently, where rows would be lost."""
    if not (
        (dates.order is None and _has_short_dates(engine, part, layout))
        or _float_ids(engine, part, layout)
        or _has_odd_numbers(engine, part, layout)
    ):
        return part
    try:
        engine.rows(f"select count({numbered(0)}) from {part.rows}")
        misread = part.misread(engine)
    except InputError:
        if not part.has_patience:
            raise
        misread = True
    return part.patient(engine) if misread else part


def _has_short_dates(engine: Engine, part: Part, layout: Layout) -> bool:
    place = layout["ordered_at"]
    return not part.types[place].startswith(("DATE", "TIMESTAMP")) and is_short(part.sample(engine, place))


def _date_orders(engine: Engine, pairs: Sequence[tuple[Part, Layout]]) -> dict[tuple[str, ...], str | None]:
    """Return the order of day and month per set of columns: files with one header come from one program."""
    short: dict[tuple[str, ...], list[tuple[Part, str]]] = {}
    for part, layout in pairs:
        if _has_short_dates(engine, part, layout):
            short.setdefault(part.columns, []).append((part, numbered(layout["ordered_at"])))
    return {columns: _date_order(engine, alike) for columns, alike in short.items()}


def _date_order(engine: Engine, parts: Sequence[tuple[Part, str]]) -> str | None:
    texts = " union all ".join(f"select {column}::varchar as date from {part.rows}" for part, column in parts)
    name = parts[0][0].name
    return order_of_dates(engine, f"({texts})", name if len(parts) == 1 else f"{name} and the files like it")


def _text_numbers(part: Part, layout: Layout) -> list[int]:
    """Return the places of the fields that hold numbers written as text."""
    fields = ("amount",) if "amount" in layout else ("quantity", "unit_price")
    return [layout[field] for field in fields if field in layout and part.types[layout[field]] == "VARCHAR"]


def _has_odd_numbers(engine: Engine, part: Part, layout: Layout) -> bool:
    """Return whether the first numbers of a part are not all such as 1234.56."""
    return not all(
        is_plain(part.sample(engine, place), points_may_group=part.points_may_group)
        for place in _text_numbers(part, layout)
    )


def _numbers(engine: Engine, part: Part, layout: Layout, decimal: str | None) -> NumberReading:
    columns = [numbered(place) for place in _text_numbers(part, layout)]
    return reading_of(engine, part.rows, columns, part.name, decimal=decimal, points_may_group=part.points_may_group)


def _float_ids(engine: Engine, part: Part, layout: Layout) -> list[str]:
    """Return the id fields whose first values are such as '17850.0': a float column may have held them."""
    samples = {field: part.sample(engine, layout[field]) for field in ID_FIELDS if field in layout}
    return [field for field, texts in samples.items() if texts and all(text.endswith(".0") for text in texts)]


def _is_whole(engine: Engine, part: Part, place: int) -> bool:
    """Return whether every id of a column is such as '17850.0', or missing."""
    text = f"{numbered(place)}::varchar"
    others = f"select count(*) from {part.rows} where not regexp_full_match({text}, '\\d+\\.0') and trim({text}) <> ''"
    return engine.rows(others) == [(0,)]
