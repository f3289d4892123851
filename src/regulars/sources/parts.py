"""A part of an intake: one file or one table of the caller, and what reading it takes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from regulars.engines.base import Engine, quoted

# What `quarantine` is told (row, rule): the refused rows, numbered from 1 in the order in which the part was read.
REFUSED = "refused_rows"
# Where it shows them (file, line, rule, content).
SHOWN = "quarantined_rows"


class Part(ABC):
    """One file or table; its columns are read as c1, c2, … in their own order."""

    @property
    @abstractmethod
    def name(self) -> str:
        """What receipt and quarantine call it."""

    @property
    @abstractmethod
    def columns(self) -> tuple[str, ...]:
        """Names of its columns."""

    @property
    @abstractmethod
    def types(self) -> tuple[str, ...]:
        """SQL types of its columns."""

    @property
    @abstractmethod
    def rows(self) -> str:
        """A SQL relation of its rows, columns c1, c2 and so on."""

    @abstractmethod
    def sample(self, engine: Engine, position: int) -> tuple[str, ...]:
        """Return the first texts of one column (position from 0)."""

    @abstractmethod
    def quarantine(self, engine: Engine, file: int) -> None:
        """Add the rows in `REFUSED` and those left out to `SHOWN`, under the number `file`."""

    @property
    def points_may_group(self) -> bool:
        """Whether the part was written where a comma is usually the decimal mark."""
        return False

    def left_out(self, engine: Engine) -> bool:
        """Return whether `rows` had to leave rows out when it was read last."""
        return False

    def misread(self, engine: Engine) -> bool:
        """Return whether rows were swallowed when `rows` was read last, so that `patient` must read them."""
        return False

    @property
    def has_patience(self) -> bool:
        """Whether there is another, slower way to read the part, which never fails or swallows."""
        return False

    def patient(self, engine: Engine) -> Part:
        """Return the part that reads the same rows in that way."""
        return self


def numbered(position: int) -> str:
    """Return the name under which the column at `position` (from 0) is read.

    >>> numbered(0)
    'c1'
    """
    return f"c{position + 1}"


def renamed(columns: Iterable[str]) -> str:
    """Return a select list that reads columns by the names they are numbered with.

    >>> renamed(["id", 'a"b'])
    '"id" as c1, "a""b" as c2'
    """
    return ", ".join(f"{quoted(column)} as {numbered(position)}" for position, column in enumerate(columns))
