"""The physical lines of a text file, whatever stands in them: for finding rows again, and for reading with patience."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from regulars.contract.rules import NOT_UTF8, UNREADABLE_ROW
from regulars.engines.base import Engine, literal
from regulars.sources.text import TextFile

BROKEN = "broken_lines"
# A delimiter that no file has; none at all would be a zero byte, which some have.
_NO_MARK = "\x01\x02\x03\x04"

Look = Callable[[Engine, str], None]


def lines_of(engine: Engine, file: TextFile, look: Look | None = None) -> str:
    """Return a SQL relation (line, text) of the file's lines, numbered from 1; text is null for an empty one.

    Lines that are not UTF-8 or far too long are left out and listed in the temporary table `BROKEN` (line, rule,
    content).
    `look` is called with the relation while that is found out, which spares reading the file once more.
    """
    seen = look or _count_lines
    engine.execute(f"drop table if exists {BROKEN}_noted")
    engine.execute(f"drop table if exists {BROKEN}_scans")
    noting = f", store_rejects = true, rejects_table = '{BROKEN}_noted', rejects_scan = '{BROKEN}_scans'"
    seen(engine, _counted(raw_lines(file, noting), "line"))
    engine.execute(
        f"""
        create or replace temp table {BROKEN} as
        select line, ltrim(any_value(csv_line), chr(10)) as content,
            case when bool_or(error_type = 'INVALID ENCODING') then {NOT_UTF8.code} else {UNREADABLE_ROW.code}
            end as rule
        from {BROKEN}_noted group by line
        """
    )
    if engine.rows(f"select count(*) from {BROKEN}") == [(0,)]:
        return _counted(raw_lines(file), "line")
    # The lines after a broken one were numbered too low.
    counted = _counted(raw_lines(file), "place")
    lines = among_the_others(engine, counted, key="place", columns="text", left_out=BROKEN)
    seen(engine, lines)
    return lines


def among_the_others(engine: Engine, relation: str, *, key: str, columns: str, left_out: str) -> str:
    """Return `columns` of a relation and `line`: where a row stands once the lines in `left_out` are counted too.

    `key` counts only what is not in `left_out` (column line). The i-th line left out, s, has s - i
    others before it, so it stands before the k-th other if s - i < k.
    """
    number, last = engine.rows(f"select count(*), coalesce(max(line), 0) from {left_out}")[0]
    if number == last:  # none at all, or the header alone
        return f"(select {columns}, {key} + {number} as line from {relation})"
    return f"""(
        select {columns}, {key} + coalesce(gap.number, 0) as line
        from {relation} counted
        asof left join (
            select line - number as others, max(number) as number
            from (select line, row_number() over (order by line) as number from {left_out})
            group by others
        ) gap on counted.{key} > gap.others
    )"""


def raw_lines(file: TextFile, noting: str = ", ignore_errors = true") -> str:
    """Return a SQL relation (text) of the file's lines in order, without those that are not UTF-8."""
    return (
        f"read_csv({path_literal(file.path)}, delim = {literal(_NO_MARK)}, quote = '', escape = '', "
        f"strict_mode = false, header = false, auto_detect = false, compression = '{packing(file)}', "
        f"columns = {{'text': 'VARCHAR'}}{noting})"
    )


@contextmanager
def joins_as_written(engine: Engine) -> Iterator[None]:
    """Let joins keep the table on their right in memory, which the caller knows to be the smaller one.

    The engine takes any CSV file for one of 42 rows, and would keep all its text in memory.
    """
    engine.execute("set disabled_optimizers = 'join_order,build_side_probe_side'")
    try:
        yield
    finally:
        engine.execute("reset disabled_optimizers")


def path_literal(path: Path) -> str:
    """Return `path` as SQL text in which no character stands for others, as * would.

    >>> path_literal(Path("a[1]*.csv"))
    "'a[[]1][*].csv'"
    """
    return literal("".join(f"[{letter}]" if letter in "[*?" else letter for letter in str(path)))


def packing(file: TextFile) -> str:
    """Return the compression as the engine calls it."""
    return "gzip" if file.gzipped else "none"


def _counted(lines: str, name: str) -> str:
    return f"(select row_number() over () as {name}, text from {lines})"


def _count_lines(engine: Engine, lines: str) -> None:
    engine.rows(f"select count(*) from {lines}")
