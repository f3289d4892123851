"""The physical lines of a text file, whatever stands in them: for finding rows again, and for reading with patience."""

from __future__ import annotations

from pathlib import Path

from regulars.engines.base import Engine, literal
from regulars.sources.text import TextFile

BROKEN = "broken_lines"


def lines_of(engine: Engine, file: TextFile) -> str:
    """Return a SQL relation (line, text) of the file's lines, numbered from 1; text is null for an empty one.

    Lines that are not UTF-8 are left out and listed in the temporary table `BROKEN` (line, content).
    """
    engine.execute(f"drop table if exists {BROKEN}_noted")
    engine.execute(f"drop table if exists {BROKEN}_scans")
    noting = f", store_rejects = true, rejects_table = '{BROKEN}_noted', rejects_scan = '{BROKEN}_scans'"
    engine.rows(f"select count(*) from {raw_lines(file, noting)}")
    engine.execute(
        f"""
        create or replace temp table {BROKEN} as
        select line, ltrim(any_value(csv_line), chr(10)) as content from {BROKEN}_noted group by line
        """
    )
    counted = f"(select row_number() over () as place, text from {raw_lines(file)})"
    if engine.rows(f"select count(*) from {BROKEN}") == [(0,)]:
        return f"(select place as line, text from {counted})"
    return f"(select line, text from {among_the_others(counted, 'place', BROKEN)})"


def raw_lines(file: TextFile, noting: str = ", ignore_errors = true") -> str:
    """Return a SQL relation (text) of the file's lines in order, without those that are not UTF-8."""
    return (
        f"read_csv({path_literal(file.path)}, delim = '', quote = '', escape = '', strict_mode = false, "
        f"header = false, auto_detect = false, compression = '{packing(file)}', "
        f"columns = {{'text': 'VARCHAR'}}{noting})"
    )


def among_the_others(relation: str, key: str, left_out: str) -> str:
    """Return `relation` with the column `line`: where the row stands once the lines in `left_out` are counted too.

    `key` counts only what is not in `left_out` (column line). The i-th line left out, s, has s - i
    others before it, so it stands before the k-th other if s - i < k.
    """
    return f"""(
        select counted.*, counted.{key} + coalesce(gap.number, 0) as line
        from {relation} counted
        asof left join (
            select line - number as others, max(number) as number
            from (select line, row_number() over (order by line) as number from {left_out})
            group by others
        ) gap on counted.{key} > gap.others
    )"""


def path_literal(path: Path) -> str:
    """Return `path` as SQL text in which no character stands for others, as * would.

    >>> path_literal(Path("a[1]*.csv"))
    "'a[[]1][*].csv'"
    """
    return literal("".join(f"[{letter}]" if letter in "[*?" else letter for letter in str(path)))


def packing(file: TextFile) -> str:
    """Return the compression as the engine calls it."""
    return "gzip" if file.gzipped else "none"
