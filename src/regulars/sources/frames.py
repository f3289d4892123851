"""Dataframes and relations of the caller: whatever the engine can attach."""

from __future__ import annotations

from regulars.engines.base import Engine
from regulars.errors import InputError
from regulars.sources.tables import TablePart


def frame_part(engine: Engine, frame: object, number: int) -> TablePart:
    """Return the part that reads `frame`; raises `InputError` where the engine cannot attach it."""
    if frame is None:
        raise InputError("there are no orders; give a path, a pandas, polars or pyarrow table, or a DuckDB relation")
    name = f"given_table_{number}"
    engine.attach(name, frame)
    if hasattr(frame, "read_next_batch"):
        # A reader of record batches can be read once, and refused rows are looked up in a second pass.
        engine.execute(f"create or replace temp table {name}_kept as select * from {name}")
        name = f"{name}_kept"
    return TablePart(_title(frame), name, engine.columns_of(name))


def _title(frame: object) -> str:
    """Return what the receipt calls a table: its library and its kind."""
    library = type(frame).__module__.split(".", 1)[0].lstrip("_")
    return f"{library} {type(frame).__name__}"
