"""Reads every part once: each row judged, the values that are needed of it kept in one table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from regulars.contract.rules import codes
from regulars.engines.base import Engine
from regulars.errors import InputError
from regulars.sources.judge import Keeping, judged
from regulars.sources.parts import REFUSED, Part
from regulars.sources.plans import Planned, keeping

LINES = "judged_lines"


@dataclass(frozen=True)
class Staged:
    """A part that was read: `rows` rows of `LINES` from `first_row` are its own; `left_out` says if there are more."""

    part: Part
    first_row: int
    rows: int
    left_out: bool


def stage(engine: Engine, plans: Sequence[Planned]) -> list[Staged]:
    """Read every part into `LINES`, in order."""
    kept = keeping(plans)
    columns = ", ".join(f"{name} {kind}" for name, kind in kept.types.items())
    engine.execute(f"create or replace table {LINES} ({columns})")
    return [stage_part(engine, planned.part, _judging(planned, kept)) for planned in plans]


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


def _judging(planned: Planned, kept: Keeping) -> Callable[[Part], str]:
    return lambda part: judged(part, planned.layout, planned.judgement, kept)


def stage_part(engine: Engine, part: Part, select: Callable[[Part], str]) -> Staged:
    """Read one part into `LINES` by `select`; again and more patiently, if it turns out that rows were swallowed."""
    first = _count(engine)
    if not _insert(engine, part, select):
        part = part.patient(engine)
        _insert(engine, part, select)
    return Staged(part, first, _count(engine) - first, part.left_out(engine))


def _insert(engine: Engine, part: Part, select: Callable[[Part], str]) -> bool:
    """Read the rows of `part`; return False and leave nothing behind if it must be read more patiently."""
    engine.execute("begin")
    try:
        engine.execute(f"insert into {LINES} {select(part)}")
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
