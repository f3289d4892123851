"""Databases: the result of one query, copied into the engine, so that every pass sees the same rows in one order."""

from __future__ import annotations

import re
from collections.abc import Sequence

from regulars.engines.base import Engine, literal, quoted
from regulars.errors import InputError
from regulars.sources.addresses import Address
from regulars.sources.drivers import Driver, connected
from regulars.sources.postgresql import PostgreSQL
from regulars.sources.sqlite import SQLite
from regulars.sources.tables import TablePart

TABLES_SHOWN = 20

_DRIVERS: dict[str, type[Driver]] = {"sqlite": SQLite, "postgresql": PostgreSQL}
_NO_SUCH_TABLE = r"no such table|relation .* does not exist|Table with name"
_ADVICE = (
    (r"\block|already attached", "close what holds it, or read a copy of the file"),
    (r"Permission denied", "check who may read it"),
    (r"version number", "install a newer duckdb, which can read the file"),
    (r"not a valid DuckDB|not a database|malformed|enough bytes", "give a whole database file"),
    (r"", "check --query, which is one SELECT over its tables"),
)


def database_part(engine: Engine, address: Address, query: str | None, number: int) -> TablePart:
    """Return the part that reads the result of `query`; raises `InputError` with what the database said."""
    table = f"given_table_{number}"
    asked = (query or "").strip().rstrip(";")
    if address.kind in _DRIVERS:
        _copy_by_driver(engine, address, asked, table)
    else:
        _copy_own(engine, address, asked, table)
    return TablePart(address.name, table, engine.columns_of(table))


def _copy_own(engine: Engine, address: Address, query: str, table: str) -> None:
    """Copy from a file in the engine's own format."""
    tables: list[str] = []
    try:
        with engine.within(address.path):
            tables = _own_tables(engine)
            if query:
                engine.execute(f"create or replace temp table {quoted(table)} as from query({literal(query)})")
    except InputError as error:
        raise InputError(_unread(address, str(error), tables)) from error
    if not query:
        raise InputError(_wanting_a_query(address, tables))


def _own_tables(engine: Engine) -> list[str]:
    found = engine.rows(
        """
        select if(table_schema = 'main', '', table_schema || '.') || table_name as name
        from information_schema.tables where table_catalog = current_database() order by name
        """
    )
    return [name for (name,) in found]


def _copy_by_driver(engine: Engine, address: Address, query: str, table: str) -> None:
    with connected(_DRIVERS[address.kind], address) as driver:
        try:
            if query:
                driver.copy(engine, query, table)
                return
            tables = _tables(engine, driver)
        except InputError as error:
            tables = _tables(engine, driver) if re.search(_NO_SUCH_TABLE, str(error)) else []
            raise InputError(_unread(address, str(error), tables)) from None
    raise InputError(_wanting_a_query(address, tables))


def _tables(engine: Engine, driver: Driver) -> list[str]:
    driver.settle()
    driver.copy(engine, driver.tables, "given_tables")
    return [name for (name,) in engine.rows("select name from given_tables order by name")]


def _unread(address: Address, why: str, tables: Sequence[str]) -> str:
    said = re.sub(r"^(?:\w+ )+Error: |\. See also \S+", "", why).rstrip(".!")
    known = f" ({_listed(tables)})" if tables and re.search(_NO_SUCH_TABLE, why) else ""
    advice = next(advice for pattern, advice in _ADVICE if re.search(pattern, why))
    return f"{address.name} cannot be read: {said}{known}; {advice}"


def _wanting_a_query(address: Address, tables: Sequence[str]) -> str:
    if not tables:
        return f"{address.name} holds no tables that can be read; give another database, or orders in a file"
    return f'{address.name} is a database and needs --query, such as "select * from {tables[0]}"; {_listed(tables)}'


def _listed(tables: Sequence[str]) -> str:
    more = len(tables) - TABLES_SHOWN
    names = ", ".join(tables[:TABLES_SHOWN]) + (f" and {more:,} more" if more > 0 else "")
    return f"its only table is {names}" if len(tables) == 1 else f"its tables are {names}"
