"""What a shop knows of its customers besides their orders: attributes, with the moment each was recorded or without.

With a recorded-at column an attribute is the last one recorded by the origin, and can know nothing later. Without
one it is what stands there today, and nobody can see from the table whether it was so at the origin: a country was, a
loyalty tier was not. Such columns are judged by what they do (`learners.undated`).
"""

from __future__ import annotations

from dataclasses import dataclass

from regulars.engines.base import Engine, quoted
from regulars.errors import InputError
from regulars.valuation.features.feature import AsOf, Columns, Feature
from regulars.valuation.histories import make_purchase_days

KNOWN = "days_of_attributes"
NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL", "BOOLEAN", "U")

STATEMENT = """
with people as (
    select distinct customer_id from {known} where purchase
),
ranked as (
    select cast(customer_id as varchar) as customer_id, {names},
        row_number() over (partition by customer_id order by {latest}) as place
    from {table} where {recorded}
)
select {values}
from people p left join ranked r on p.customer_id = r.customer_id and r.place = 1
order by p.customer_id
"""


@dataclass(frozen=True)
class Attributes:
    """A table with a column `customer_id`, its columns that are attributes, and the one that says when each was so."""

    table: str
    columns: tuple[str, ...]
    recorded_at: str | None = None


def attributes(given: Attributes) -> Feature:
    """Return the feature of a table of attributes; a customer without one has no number, or an empty text.

    Computing it raises `InputError` for a column that is not there, and for two undated rows of one customer.
    """
    undated = () if given.recorded_at else given.columns
    return Feature(given.table, lambda engine, as_of: _columns(engine, given, as_of), undated)


def _columns(engine: Engine, given: Attributes, as_of: AsOf) -> Columns:
    types = engine.columns_of(quoted(given.table))
    wanted = (*given.columns, *([given.recorded_at] if given.recorded_at else []))
    for column in ("customer_id", *wanted):
        if column not in types:
            raise InputError(f"the table {given.table!r} has no column {column!r}; it has {', '.join(types)}")
    if given.recorded_at is None:
        _one_row_each(engine, given.table)
    make_purchase_days(engine, as_of.origin, keep_zero=as_of.keep_zero, table=KNOWN, record=as_of.record)
    try:
        return engine.arrays(_statement(given, types), {"origin": as_of.origin} if given.recorded_at else {})
    finally:
        engine.execute(f"drop table {quoted(KNOWN)}")


def _statement(given: Attributes, types: dict[str, str]) -> str:
    names = ", ".join(quoted(column) for column in given.columns)
    recorded = quoted(given.recorded_at) if given.recorded_at else None
    return STATEMENT.format(
        known=quoted(KNOWN),
        table=quoted(given.table),
        names=names,
        # The attributes themselves decide between two of the same moment, so that one answer comes out.
        latest=f"{recorded} desc, {names}" if recorded else names,
        recorded=f"cast({recorded} as date) <= $origin" if recorded else "true",
        values=", ".join(_value(column, types[column]) for column in given.columns),
    )


def _value(column: str, kind: str) -> str:
    name = f"r.{quoted(column)}"
    if kind.startswith(NUMBERS) and kind != "UUID":
        return f"cast({name} as double) as {quoted(column)}"
    return f"coalesce(cast({name} as varchar), '') as {quoted(column)}"


def _one_row_each(engine: Engine, table: str) -> None:
    rows, customers = engine.rows(f"select count(*), count(distinct customer_id) from {quoted(table)}")[0]
    if rows != customers:
        raise InputError(
            f"the table {table!r} has {rows:,} rows of {customers:,} customers and no column that says when each was "
            "recorded; name that column, or give one row per customer"
        )
