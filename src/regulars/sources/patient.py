"""A delimited file read line by line, because a quotation mark in it is never closed.

A line that is a whole row by itself is one. Lines between such lines are a row if they are one when
taken together; otherwise each of them goes to quarantine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from regulars.contract.rules import TOO_FEW_OR_MANY_FIELDS, UNCLOSED_QUOTE
from regulars.engines.base import Engine, literal
from regulars.sources.lines import BROKEN, lines_of
from regulars.sources.parts import REFUSED, SHOWN, numbered
from regulars.sources.quotes import field_pattern
from regulars.sources.text import TextFile
from regulars.sources.textpart import TextPart

MOST_REPEATS = 1000  # of a part of a pattern, for the engine


@dataclass(frozen=True)
class PatientPart(TextPart):
    """A delimited text file whose rows were told apart by `patient_part`."""

    @property
    def rows(self) -> str:
        """A SQL relation of its rows, columns c1, c2 and so on."""
        mark = self.file.delimiter or ","
        # A mark before the first field, so that every match takes at least one letter.
        found = literal(f"{re.escape(mark)}({field_pattern(mark)})")
        fields = ", ".join(
            f"{_unquoted(f'fields[{place + 1}]')} as {numbered(place)}" for place in range(len(self.columns))
        )
        return (
            f"(select {fields} from (select regexp_extract_all({literal(mark)} || text, {found}, 1) as fields "
            f"from {_table(self.number)} where rule is null order by line))"
        )

    def left_out(self, engine: Engine) -> bool:
        """Return that rows were left out: that is why the file is read so."""
        return True

    def quarantine(self, engine: Engine, file: int) -> None:
        """Add the refused rows and the lines left out to those shown."""
        engine.execute(
            f"""
            insert into {SHOWN}
            select {file}, line, rule, text
            from (
                select line, refused.rule, text
                from (
                    select row_number() over (order by line) as row, line, text
                    from {_table(self.number)} where rule is null
                )
                join {REFUSED} refused using (row)
                union all
                select line, rule, text from {_table(self.number)} where rule is not null
            )
            order by line
            """
        )


def patient_part(engine: Engine, file: TextFile, number: int) -> PatientPart:
    """Return the part that reads `file` line by line, once its rows are told apart."""
    text, together = _is_whole("text", file), _is_whole("together.text", file)
    engine.execute(
        f"""
        create or replace temp table {_table(number)} as
        with judged as (
            select line, text, coalesce({text}, false) as whole
            from {lines_of(engine, file)} where line > {file.header_end}
        ),
        between as (
            select line, text, line - row_number() over (order by line) as gap from judged where not whole
        ),
        together as (
            select gap, min(line) filter (text is not null) as line,
                trim(string_agg(coalesce(text, ''), chr(10) order by line), chr(10)) as text
            from between group by gap
        )
        select line, text, null::utinyint as rule from judged where whole
        union all
        select line, text, null from together where {text}
        union all
        select between.line, between.text,
            case when contains(together.text, '"') then {UNCLOSED_QUOTE.code} else {TOO_FEW_OR_MANY_FIELDS.code} end
        from between join together using (gap)
        where between.text is not null and not {together}
        union all
        select line, content, rule from {BROKEN} where line > {file.header_end}
        """
    )
    return PatientPart(file, number)


def _is_whole(text: str, file: TextFile) -> str:
    """Return the condition that a text is one row of as many fields as the file has columns."""
    mark = file.delimiter or ","
    field, others = field_pattern(mark), len(file.columns) - 1
    if others <= MOST_REPEATS:
        return f"regexp_full_match({text}, {literal(rf'(?:{field}{re.escape(mark)}){{{others}}}{field}')})"
    fields, marked = literal(f"{re.escape(mark)}(?:{field})"), f"{literal(mark)} || {text}"
    left = f"regexp_replace({marked}, {fields}, '', 'g')"
    return f"({left} = '' and len(regexp_extract_all({marked}, {fields})) = {len(file.columns)})"


def _table(number: int) -> str:
    return f"patient_lines_{number}"


def _unquoted(field: str) -> str:
    """Return the expression for a field without the quotation marks around and within it; null if it is empty."""
    return (
        f"nullif(case when starts_with({field}, '\"') then replace({field}[2:-2], '\"\"', '\"') else {field} end, '')"
    )
