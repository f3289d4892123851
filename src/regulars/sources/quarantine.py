"""The rows that could not be used, with file, line and reason. A second pass, made only over files that hold some."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from regulars.contract.rules import RULES
from regulars.contract.tables import QUARANTINE
from regulars.engines.base import Engine, literal
from regulars.sources.parts import REFUSED, SHOWN
from regulars.sources.staging import Staged, refuse


def quarantine(engine: Engine, staged: Sequence[Staged]) -> None:
    """Make `quarantine`, its rows in no particular order.

    A view: of twelve million rows dated after the as-of day, the names of file and rule would take more
    memory than the rows.
    """
    engine.execute(f"create or replace table {SHOWN} (file USMALLINT, line BIGINT, rule UTINYINT, content VARCHAR)")
    for number, part in enumerate(staged, start=1):
        if refuse(engine, part):
            part.part.quarantine(engine, number)
    engine.execute(f"drop table if exists {REFUSED}")
    engine.execute(
        f"""
        create or replace view {QUARANTINE.name} as
        select {_listed(part.part.name for part in staged)}[file] as file, line,
            {_listed(rule.name for rule in RULES)}[rule + 1] as reason, content
        from {SHOWN}
        """
    )


def _listed(names: Iterable[str]) -> str:
    return f"[{', '.join(literal(name) for name in names)}]"
