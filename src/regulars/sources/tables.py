"""Parquet files and the tables of the caller: columns with names and types, rows with numbers."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.engines.base import Engine
from regulars.sources.parts import REFUSED, SHOWN, Part, numbered, renamed

SAMPLE_ROWS = 50


@dataclass(frozen=True)
class TablePart(Part):
    """A Parquet file or an attached table; `relation` is what SQL reads it from."""

    title: str
    relation: str
    kinds: dict[str, str]

    @property
    def name(self) -> str:
        """What receipt and quarantine call it."""
        return self.title

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of its columns."""
        return tuple(self.kinds)

    @property
    def types(self) -> tuple[str, ...]:
        """SQL types of its columns."""
        return tuple(self.kinds.values())

    @property
    def rows(self) -> str:
        """A SQL relation of its rows, columns c1, c2 and so on."""
        return f"(select {renamed(self.columns)} from {self.relation})"

    def sample(self, engine: Engine, position: int) -> tuple[str, ...]:
        """Return the first texts of one column (position from 0)."""
        column = numbered(position)
        query = f"select {column}::varchar from {self.rows} where {column} is not null limit {SAMPLE_ROWS}"
        return tuple(text for (text,) in engine.rows(query))

    def quarantine(self, engine: Engine, file: int) -> None:
        """Add the refused rows to those shown, as JSON under the names of their columns."""
        engine.execute(
            f"""
            insert into {SHOWN}
            select {file}, row, rule, to_json(content)
            from (select row_number() over () as row, given as content from {self.relation} given)
            join {REFUSED} using (row)
            """
        )
