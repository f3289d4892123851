"""SQLite: a value may be of any type in any row, and a text of any bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote

from regulars.errors import InputError
from regulars.sources.addresses import Address
from regulars.sources.drivers import Driver

if TYPE_CHECKING:
    from adbc_driver_manager import AdbcDatabase

_MARK = b"SQLite format 3\x00"


class SQLite(Driver):
    """A file of SQLite, opened so that it cannot be written."""

    tables: ClassVar[str] = (
        "select name from sqlite_master where type in ('table', 'view') and name not like 'sqlite@_%' escape '@'"
    )

    @staticmethod
    def database(address: Address) -> AdbcDatabase:
        """Return the database; raises `InputError` for a file that is none, which the driver calls a lack of memory."""
        import adbc_driver_sqlite  # noqa: PLC0415 - an extra, loaded when it is needed

        try:
            with address.path.open("rb") as file:
                head = file.read(len(_MARK))
        except OSError as error:
            raise InputError(f"cannot open {str(address.path)!r}: {error.strerror}; check who may read it") from error
        if head not in {b"", _MARK}:
            raise InputError(f"{address.name} is no SQLite database, or an encrypted one; give the database itself")
        return adbc_driver_sqlite.connect(f"file:{quote(str(address.path.resolve()))}?mode=ro")

    def as_text(self, column: str) -> str:
        """Return the bytes of the text in hexadecimal digits, none for null.

        The driver settles the type of a column by its first rows, where it must not find nulls only.
        """
        return f"hex(cast({column} as text))"

    def as_copied(self, column: str) -> str:
        r"""Return the text of the bytes; those that are no UTF-8 are written such as \xE9."""
        bytes_of_it = f"unhex({column}::varchar)"
        return f"nullif(coalesce(try(decode({bytes_of_it})), {bytes_of_it}::varchar), '')"

    def settle(self) -> None:
        """Do nothing: a failed query leaves nothing behind."""
