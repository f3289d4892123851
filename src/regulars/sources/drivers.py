"""What the drivers of databases share: they hand over the result of a query in batches (ADBC).

Every value is taken as the text that the database writes for it, and read as the text of a file is: the drivers
know only some types, take the type of a loosely typed column from its first rows, and round numbers that stand
among texts. Casting in the database is no slower.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, ClassVar

from regulars.engines.base import Engine, quoted
from regulars.errors import InputError, RunFailed
from regulars.sources.addresses import Address

if TYPE_CHECKING:
    from adbc_driver_manager import AdbcConnection, AdbcDatabase

# What a driver and the engine put before the sentence of the database, and how the database calls an error.
_BEFORE = re.compile(
    r".*(?:Failed to \w+ query(?: '.*')?|could not begin COPY|[Ff]ailed to (?:connect|open)|\[PGRES_\w+\]|"
    r"stream registered as '\w+' failed): |Invalid Input Error: "
)
_LEVEL = re.compile(r"^(?:\[\w+\] )?(?:[^\W\d_]+: +)?")


class Driver(ABC):
    """A connection to one database, which is only read."""

    tables: ClassVar[str]  # the query that lists the tables, column `name`

    def __init__(self, address: Address, connection: AdbcConnection) -> None:
        self.address = address
        self.connection = connection

    @staticmethod
    @abstractmethod
    def database(address: Address) -> AdbcDatabase:
        """Return what a connection is opened to."""

    @abstractmethod
    def as_text(self, column: str) -> str:
        """Return the database's expression for a column as text or bytes."""

    @abstractmethod
    def as_copied(self, column: str) -> str:
        """Return the engine's expression for the text of what `as_text` gave."""

    @abstractmethod
    def settle(self) -> None:
        """Prepare for a query, also after one that failed."""

    def copy(self, engine: Engine, query: str, table: str) -> None:
        """Copy the result of `query` into a temporary table of the engine.

        Raises `InputError` with the sentence of the database where it refuses.
        """
        self._check(query)
        # The line breaks keep a comment at the end of the query from swallowing what follows it.
        self._stream(engine, f"select * from (\n{query}\n) as result limit 0", table, "*")
        names = [quoted(name) for name in engine.columns_of(table)]
        numbers = [f"c{place}" for place in range(len(names))]
        texts = [f"{self.as_text(number)} as {name}" for number, name in zip(numbers, names, strict=True)]
        wrapped = f"with result ({', '.join(numbers)}) as (\n{query}\n) select {', '.join(texts)} from result"
        self._stream(engine, wrapped, table, ", ".join(f"{self.as_copied(name)} as {name}" for name in names))

    def _check(self, query: str) -> None:
        """Let the database see the query as it was given: about one with more around it, it would say other things."""
        from adbc_driver_manager import AdbcStatement, Error, NotSupportedError  # noqa: PLC0415 - an extra, loaded late

        try:
            with AdbcStatement(self.connection) as statement:
                statement.set_sql_query(query)
                statement.prepare()
                with suppress(NotSupportedError):  # SQLite's driver looks at the query before, PostgreSQL's only here
                    statement.execute_schema()
        except Error as error:
            raise self._refusal(error) from None

    def _refusal(self, error: Exception) -> InputError:
        return InputError(self.address.without_secrets(sentence_of(error)))

    def _stream(self, engine: Engine, query: str, table: str, select: str) -> None:
        """Copy what `select` takes from the result of `query`."""
        from adbc_driver_manager import AdbcStatement, Error  # noqa: PLC0415 - as above

        with AdbcStatement(self.connection) as statement:

            def opened() -> object:
                statement.set_sql_query(query)
                return statement.execute_query()[0]

            def stop() -> None:
                with suppress(Error):  # SQLite's driver cannot
                    statement.cancel()

            try:
                engine.copy_stream(table, select, opened, stop)
            except (Error, InputError) as error:
                raise self._refusal(error) from None


@contextmanager
def connected(kind: type[Driver], address: Address) -> Iterator[Driver]:
    """Connect; raises `InputError` where that fails, and `RunFailed` where the driver is not installed."""
    with ExitStack() as open_until_done:
        try:
            from adbc_driver_manager import AdbcConnection, Error  # noqa: PLC0415 - as above

            database = open_until_done.enter_context(_opened(kind, address))
        except ModuleNotFoundError as error:
            raise RunFailed(
                f"reading a {address.kind} database needs {error.name}, which is not installed; "
                "install it with: pip install 'regulars[database]'"
            ) from error
        try:
            driver = kind(address, open_until_done.enter_context(AdbcConnection(database)))
            driver.settle()
        except Error as error:
            raise _no_connection(address, error) from None
        yield driver


def sentence_of(error: Exception) -> str:
    r"""Return what the database said, without what the driver and the engine said about it.

    >>> sentence_of(Exception("INVALID_ARGUMENT: [SQLite] Failed to prepare query: no such table: o\nquery: from o"))
    'no such table: o'
    >>> sentence_of(Exception("IO: [libpq] Failed to execute query: could not begin COPY: ERROR:  division by zero\n"))
    'division by zero'
    """
    line = str(error).splitlines()[0]
    said = _LEVEL.sub("", _BEFORE.sub("", line)) if _BEFORE.match(line) else line
    return re.sub("FATAL: +", "", said)


def _opened(kind: type[Driver], address: Address) -> AdbcDatabase:
    from adbc_driver_manager import Error  # noqa: PLC0415 - as above

    try:
        return kind.database(address)
    except Error as error:
        raise _no_connection(address, error) from None


def _no_connection(address: Address, error: Exception) -> InputError:
    why = address.without_secrets(sentence_of(error))
    return InputError(f"cannot connect to {address.name}: {why}; check the address, and that the database can be used")
