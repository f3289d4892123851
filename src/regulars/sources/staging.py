"""Reads every part once: each row judged, the values that are needed of it kept in one table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from regulars.contract.rules import codes
from regulars.engines.base import Engine
from regulars.errors import InputError
from regulars.sources.columns import Layout, layout_of
from regulars.sources.dates import DateReading, is_short, order_of_dates
from regulars.sources.judge import Judgement, Keeping, judged
from regulars.sources.parts import REFUSED, Part, numbered

LINES = "judged_lines"
ID_FIELDS = ("customer_id", "order_id")


@dataclass(frozen=True)
class Planned:
    """A part with the columns of its fields and the way its rows are judged."""

    part: Part
    layout: Layout
    judgement: Judgement


@dataclass(frozen=True)
class Staged:
    """A part that was read: `rows` rows of `LINES` from `first_row` are its own; `left_out` says if there are more."""

    part: Part
    first_row: int
    rows: int
    left_out: bool


def plan(
    engine: Engine,
    parts: Sequence[Part],
    mapping: Mapping[str, str],
    *,
    dates: DateReading,
    last_day: dt.date,
    zero_amount: str,
) -> list[Planned]:
    """Return how each part is read; raises `InputError` where a field has no column or dates are ambiguous."""
    layouts = [(part, layout_of(part.name, part.columns, mapping)) for part in parts]
    has_money = _has_money(layouts)
    orders = _date_orders(engine, layouts, dates)
    return [
        Planned(
            part,
            layout,
            Judgement(
                DateReading(dates.timezone, orders.get(part.columns, dates.order)),
                last_day,
                zero_amount,
                has_money,
                _whole_ids(engine, part, layout),
            ),
        )
        for part, layout in layouts
    ]


def keeping(plans: Sequence[Planned]) -> Keeping:
    """Return which columns must be kept for these parts."""
    known = {field for planned in plans for field in planned.layout}
    return Keeping(
        order_id="order_id" in known,
        product="product_id" in known or "product_name" in known,
        currency="currency" in known,
    )


def stage(engine: Engine, plans: Sequence[Planned]) -> list[Staged]:
    """Read every part into `LINES`, in order."""
    kept = keeping(plans)
    columns = ", ".join(f"{name} {kind}" for name, kind in kept.types.items())
    engine.execute(f"create or replace table {LINES} ({columns})")
    return [_stage(engine, planned, kept) for planned in plans]


def refuse(engine: Engine, staged: Staged) -> bool:
    """Make the table `REFUSED` of a part's quarantined rows; return whether it holds any or rows were left out."""
    first, end = staged.first_row, staged.first_row + staged.rows
    engine.execute(
        f"""
        create or replace temp table {REFUSED} as
        select rowid - {first} + 1 as row, rule
        from {LINES}
        where rowid >= {first} and rowid < {end} and rule in ({", ".join(map(str, codes("quarantined")))})
        """
    )
    return staged.left_out or engine.rows(f"select count(*) from {REFUSED}") != [(0,)]


def _stage(engine: Engine, planned: Planned, kept: Keeping) -> Staged:
    """Read one part; again and more patiently, if it turns out that rows were swallowed."""
    first, part = _count(engine), planned.part
    if not _insert(engine, part, planned, kept):
        part = part.patient(engine)
        _insert(engine, part, planned, kept)
    return Staged(part, first, _count(engine) - first, part.left_out(engine))


def _insert(engine: Engine, part: Part, planned: Planned, kept: Keeping) -> bool:
    """Read the rows of `part`; return False and leave nothing behind if it must be read more patiently."""
    engine.execute("begin")
    try:
        engine.execute(f"insert into {LINES} {judged(part, planned.layout, planned.judgement, kept)}")
        misread = part.misread(engine)
    except BaseException as error:
        engine.execute("rollback")
        if isinstance(error, InputError) and part.has_patience:
            return False
        raise
    engine.execute("rollback" if misread else "commit")
    return not misread


def _count(engine: Engine) -> int:
    return int(engine.rows(f"select count(*) from {LINES}")[0][0])


def _has_money(layouts: Sequence[tuple[Part, Layout]]) -> bool:
    """Return whether the parts say what was paid; raises `InputError` if some do and some do not."""
    paid = {part.name: "amount" in layout or {"quantity", "unit_price"} <= set(layout) for part, layout in layouts}
    if len(set(paid.values())) > 1:
        without = [name for name, has in paid.items() if not has]
        raise InputError(
            f"{', '.join(without)} has neither an amount nor quantity and unit price, and other files have; "
            "name the column with --map amount=COLUMN or leave the file out"
        )
    return all(paid.values())


def _date_orders(
    engine: Engine, layouts: Sequence[tuple[Part, Layout]], dates: DateReading
) -> dict[tuple[str, ...], str | None]:
    """Return the order of day and month per set of columns: files with one header come from one program."""
    if dates.order is not None:
        return {}
    short: dict[tuple[str, ...], list[tuple[Part, str]]] = {}
    for part, layout in layouts:
        place = layout["ordered_at"]
        if not part.types[place].startswith(("DATE", "TIMESTAMP")) and is_short(part.sample(engine, place)):
            short.setdefault(part.columns, []).append((part, numbered(place)))
    return {columns: _date_order(engine, alike) for columns, alike in short.items()}


def _date_order(engine: Engine, parts: Sequence[tuple[Part, str]]) -> str | None:
    texts = " union all ".join(f"select {column}::varchar as date from {part.rows}" for part, column in parts)
    name = parts[0][0].name
    return order_of_dates(engine, f"({texts})", name if len(parts) == 1 else f"{name} and the files like it")


def _whole_ids(engine: Engine, part: Part, layout: Layout) -> frozenset[str]:
    """Return the id fields of which every value is such as '17850.0': whole numbers that a float column held."""
    return frozenset(field for field in ID_FIELDS if field in layout and _is_whole(engine, part, layout[field]))


def _is_whole(engine: Engine, part: Part, place: int) -> bool:
    sample = part.sample(engine, place)
    if not sample or not all(text.endswith(".0") for text in sample):
        return False
    text = f"{numbered(place)}::varchar"
    others = f"select count(*) from {part.rows} where not regexp_full_match({text}, '\\d+\\.0') and trim({text}) <> ''"
    return engine.rows(others) == [(0,)]
