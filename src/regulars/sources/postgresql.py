"""PostgreSQL: everything in one transaction that cannot write."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from regulars.sources.addresses import Address
from regulars.sources.drivers import Driver

if TYPE_CHECKING:
    from adbc_driver_manager import AdbcDatabase

SECONDS_TO_CONNECT = 10
_SETTINGS = (
    "set transaction read only",
    "set local datestyle = 'ISO, YMD'",
    "set local timezone = 'UTC'",
    "set local bytea_output = 'hex'",
)


class PostgreSQL(Driver):
    """A PostgreSQL server."""

    tables: ClassVar[str] = """
        select case table_schema when 'public' then '' else table_schema || '.' end || table_name as name
        from information_schema.tables where table_schema not in ('pg_catalog', 'information_schema')
        """

    @staticmethod
    def database(address: Address) -> AdbcDatabase:
        """Return the database; a host that does not answer is given up after a while."""
        import adbc_driver_postgresql  # noqa: PLC0415 - an extra, loaded when it is needed

        uri = f"postgresql://{address.rest}"
        if "connect_timeout=" not in uri:
            uri += f"{'&' if '?' in uri else '?'}connect_timeout={SECONDS_TO_CONNECT}"
        return adbc_driver_postgresql.connect(uri)

    def as_text(self, column: str) -> str:
        """Return the text that the server writes."""
        return f"{column}::text"

    def as_copied(self, column: str) -> str:
        """Return the text as it came."""
        return column

    def settle(self) -> None:
        """Open a transaction; after an error the server would ignore whatever follows in the old one."""
        from adbc_driver_manager import AdbcStatement  # noqa: PLC0415 - as above

        self.connection.set_autocommit(False)
        self.connection.rollback()
        for setting in _SETTINGS:
            with AdbcStatement(self.connection) as statement:
                statement.set_sql_query(setting)
                statement.execute_update()
