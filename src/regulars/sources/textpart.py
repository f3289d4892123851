"""What all ways of reading a text file have in common: its columns, all of them text."""

from __future__ import annotations

from abc import ABC
from dataclasses import dataclass

from regulars.engines.base import Engine
from regulars.sources.parts import Part
from regulars.sources.text import TextFile


@dataclass(frozen=True)
class TextPart(Part, ABC):
    """A text file; `number` tells the tables made for one file from those of another."""

    file: TextFile
    number: int

    @property
    def name(self) -> str:
        """What receipt and quarantine call it."""
        return self.file.name

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of its columns."""
        return self.file.columns

    @property
    def types(self) -> tuple[str, ...]:
        """All text."""
        return ("VARCHAR",) * len(self.columns)

    @property
    def has_lines(self) -> bool:
        """Whether its rows stand on lines."""
        return True

    @property
    def points_may_group(self) -> bool:
        """Whether semicolons part the columns, as they do where the comma is taken."""
        return self.file.delimiter == ";"

    def sample(self, engine: Engine, position: int) -> tuple[str, ...]:
        """Return the first texts of one column (position from 0)."""
        return self.file.sample(position)
