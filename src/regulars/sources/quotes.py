"""Which lines of a text file lie inside quotation marks, so that one row of the file is several lines.

A line without a quotation mark leaves things as they are. A line with one maps "outside" and
"inside" each to one of the two, so the state before every line follows from two running counts: the
last line that decides by itself, and how often the state was swapped since.
"""

from __future__ import annotations

import re

from regulars.engines.base import Engine, literal


def field_pattern(delimiter: str) -> str:
    """Return the pattern of one whole field: quoted, plain, or empty; only a quoted one goes over lines."""
    mark = re.escape(delimiter)
    return rf'(?:"(?:[^"]|"")*"|[^"{mark}\n][^{mark}\n]*|)'


def mark_inner_lines(engine: Engine, lines: str, delimiter: str) -> None:
    """Make two temporary tables from the relation `lines` (line, text).

    `inner_lines` (line, row_line) holds the lines that begin inside quotation marks, and the line
    their row begins on; `empty_lines` (line) the empty ones that do not.
    """
    field, mark = field_pattern(delimiter), re.escape(delimiter)
    open_end = rf'(?:{field}{mark})*"(?:[^"]|"")*'
    engine.execute(
        f"""
        create or replace temp table telling_lines as
        with marked as (
            select line, text is null as empty,
                coalesce(regexp_full_match(text, {literal(open_end)}), false) as opens,
                coalesce(regexp_full_match(text, {literal(rf'(?:[^"]|"")*(?:"{mark}{open_end})?')}), true) as stays
            from {lines}
            where text is null or contains(text, '"')
        ),
        decided as (
            select *, count(*) filter (opens = stays) over (order by line) as decision
            from marked
        )
        select line, empty,
            (coalesce(bool_or(opens and stays) over decision, false)::integer
                + count(*) filter (opens and not stays) over (decision order by line)) % 2 = 1 as open_after
        from decided
        window decision as (partition by decision)
        """
    )
    engine.execute(
        """
        create or replace temp table inner_lines as
        with opened as (
            select line as row_line, lead(line) over (order by line) as closing_line, open_after,
                lag(open_after, 1, false) over (order by line) as open_before
            from telling_lines
        ),
        inner_parts as (
            select unnest(generate_series(row_line + 1, coalesce(closing_line, row_line))) as line,
                case when open_before then null else row_line end as begins
            from opened where open_after
        )
        select line, last_value(begins ignore nulls) over (order by line) as row_line
        from inner_parts
        """
    )
    engine.execute(
        """
        create or replace temp table empty_lines as
        select line from telling_lines where empty and line not in (select line from inner_lines)
        """
    )
