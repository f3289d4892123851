"""Files whose columns are parted by a mark: read by the engine in one go, every column as text.

Rows that the engine cannot part into columns are noted by it and land in quarantine. A quotation
mark that never closes swallows rows after it; such a file is read again line by line.
"""

from __future__ import annotations

from dataclasses import dataclass

from regulars.contract.rules import NOT_UTF8, TOO_FEW_OR_MANY_FIELDS, UNREADABLE_ROW
from regulars.engines.base import Engine, literal
from regulars.sources.lines import BROKEN, among_the_others, joins_as_written, lines_of, packing, path_literal
from regulars.sources.parts import REFUSED, SHOWN, numbered
from regulars.sources.patient import PatientPart, patient_part
from regulars.sources.quotes import mark_inner_lines
from regulars.sources.text import TextFile
from regulars.sources.textpart import TextPart

SWALLOWING = "('UNQUOTED VALUE', 'LINE SIZE OVER MAXIMUM')"


@dataclass(frozen=True)
class DelimitedPart(TextPart):
    """A delimited text file."""

    @property
    def rows(self) -> str:
        """A SQL relation of its rows, columns c1, c2 and so on; reading it notes the rows it leaves out."""
        columns = ", ".join(f"'{numbered(place)}': 'VARCHAR'" for place in range(len(self.columns)))
        skipped = max(self.file.header_line - 1, 0)
        return (
            f"read_csv({path_literal(self.file.path)}, auto_detect = false, delim = {literal(self._mark)}, "
            f"quote = '\"', escape = '\"', header = {self.file.header_line > 0}, skip = {skipped}, "
            f"compression = '{packing(self.file)}', columns = {{{columns}}}, store_rejects = true, "
            f"rejects_table = '{self.noted}', rejects_scan = '{self.noted}_scans')"
        )

    def left_out(self, engine: Engine) -> bool:
        """Return whether `rows` had to leave rows out when it was read last."""
        return engine.rows(f"select count(*) from {self.noted}") != [(0,)]

    def misread(self, engine: Engine) -> bool:
        """Return whether a quotation mark may have swallowed rows: a row that was left out takes several lines."""
        several = r"contains(trim(csv_line, chr(10) || chr(13)), chr(10))"
        swallowed = f"select count(*) from {self.noted} where error_type in {SWALLOWING} or {several}"
        return engine.rows(swallowed) != [(0,)]

    @property
    def has_patience(self) -> bool:
        """That it can be read line by line."""
        return True

    def patient(self, engine: Engine) -> PatientPart:
        """Return the part that reads the same file line by line."""
        return patient_part(engine, self.file, self.number)

    def quarantine(self, engine: Engine, file: int) -> None:
        """Add the refused rows and the rows left out to those shown, with the lines of the file they stand on.

        Where line ends are mixed so that the line of a row is not found, the row is shown without its text.
        """
        lines = lines_of(engine, self.file, look=lambda engine, lines: mark_inner_lines(engine, lines, self._mark))
        self._locate(engine)
        found = f"(select line, text from {lines} union all select line, content from {BROKEN})"
        if engine.rows("select count(*) from inner_lines") == [(0,)]:
            content = f"select line, rule, text from {found} found right join rows_to_show using (line)"
        else:
            content = f"""
                select rows_to_show.line, rule, string_agg(text, chr(10) order by found.line) as text
                from {found} found
                left join inner_lines using (line)
                right join rows_to_show on rows_to_show.line = coalesce(inner_lines.row_line, found.line)
                group by rows_to_show.line, rule order by rows_to_show.line
                """
        with joins_as_written(engine):
            engine.execute(f"insert into {SHOWN} select {file}, line, rule, text from ({content})")

    def _locate(self, engine: Engine) -> None:
        """List the rows to show with the lines they begin on: those left out, and those refused."""
        # The engine numbers rows and empty lines; the lines inside a row are what its count lacks.
        faults = f"({_first_faults(self.noted)})"
        left_out = among_the_others(engine, faults, key="place", columns="rule", left_out="inner_lines")
        engine.execute(f"create or replace temp table rows_left_out as select line, rule from {left_out}")
        engine.execute(
            f"""
            create or replace temp table lines_without_row as
            select line from inner_lines union select line from empty_lines union select line from rows_left_out
            union select {self.file.header_line} where {self.file.header_line} > 0
            """
        )
        refused = among_the_others(engine, REFUSED, key="row", columns="rule", left_out="lines_without_row")
        engine.execute(
            f"""
            create or replace temp table rows_to_show as
            select line, rule from {refused} union all select line, rule from rows_left_out
            """
        )

    @property
    def _mark(self) -> str:
        return self.file.delimiter or ","

    @property
    def noted(self) -> str:
        """The table in which the engine notes the rows it leaves out."""
        return f"rejected_rows_{self.number}"


def delimited_part(engine: Engine, file: TextFile, number: int) -> DelimitedPart:
    """Return the part that reads `file`; what an earlier intake of the same session noted is forgotten."""
    part = DelimitedPart(file, number)
    engine.execute(f"drop table if exists {part.noted}")
    engine.execute(f"drop table if exists {part.noted}_scans")
    return part


def _first_faults(rejects: str) -> str:
    """Return the select of the rows that the engine left out, by its own count; a row may have several faults."""
    wrong_number = TOO_FEW_OR_MANY_FIELDS.code
    return f"""
        select line as place,
            case arg_min(error_type, column_idx)
                when 'MISSING COLUMNS' then {wrong_number} when 'TOO MANY COLUMNS' then {wrong_number}
                when 'INVALID ENCODING' then {NOT_UTF8.code} else {UNREADABLE_ROW.code}
            end as rule
        from {rejects} group by line
        """
