"""What any engine that runs our SQL can do, and the one function that quotes identifiers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Arrays = Mapping[str, NDArray[np.generic]]

Parameters = Sequence[object] | Mapping[str, object]


def quoted(identifier: str) -> str:
    """Return `identifier` as a quoted SQL name, whatever characters it holds.

    >>> quoted('a"; drop table orders; --')
    '"a""; drop table orders; --"'
    """
    return '"' + identifier.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return `text` as a quoted SQL string, for the few places that take no parameter.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


class Engine(Protocol):
    """One session on an engine: tables live in it until it is closed."""

    @property
    def threads(self) -> int:
        """Number of threads that queries and mathematics may use."""
        ...

    def execute(self, sql: str, parameters: Parameters = ()) -> None:
        """Run a statement that returns nothing."""

    def rows(self, sql: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a small result as Python values."""
        ...

    def arrays(self, sql: str, parameters: Parameters = ()) -> dict[str, NDArray[Any]]:
        """Return the columns of a result as NumPy arrays; a null in a float column is NaN."""
        ...

    def columns_of(self, relation: str) -> dict[str, str]:
        """Return the column names of a table, view or table function with their types."""
        ...

    def load(self, table: str, columns: Arrays) -> None:
        """Create `table` from arrays of equal length, replacing an earlier one."""

    def attach(self, name: str, frame: object) -> None:
        """Make a dataframe or relation of the caller readable under `name`."""

    def copy_stream(self, table: str, select: str, opened: Callable[[], object], stop: Callable[[], None]) -> None:
        """Make the temporary `table` of what `select` takes from the stream of batches that `opened` returns.

        `opened` runs beside this thread, as the copying does; `stop` ends either from this one.
        """

    def within(self, path: Path) -> AbstractContextManager[None]:
        """Let the names in the SQL of the block be those of a file in the engine's own format, which is only read."""
        ...

    def write_parquet(self, query: str, path: Path) -> None:
        """Write the result of `query` to a Parquet file."""

    def write_csv(self, query: str, path: Path) -> None:
        """Write the result of `query` to a CSV file with a header."""

    def close(self) -> None:
        """Release everything; the session cannot be used afterwards."""
