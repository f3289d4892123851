"""The rows that could not be used, with file, line and reason. A second pass, made only over files that hold some."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.contract.tables import QUARANTINE
from regulars.engines.base import Engine
from regulars.sources.staging import Staged, refuse


def quarantine(engine: Engine, staged: Sequence[Staged]) -> None:
    """Make the table `quarantine`."""
    engine.execute(f"create or replace table {QUARANTINE.name} ({QUARANTINE.definition})")
    for part in staged:
        if refuse(engine, part):
            part.part.quarantine(engine)
