"""Files whose columns are parted by a mark: read by the engine in one go, every column as text.

Rows that the engine cannot part into columns are noted by it and land in quarantine. A quotation
mark that never closes swallows rows after it; such a file is read again line by line.
"""

from __future__ import annotations

from dataclasses import dataclass

from regulars.contract.rules import NOT_UTF8, TOO_FEW_OR_MANY_FIELDS, UNREADABLE_ROW
from regulars.engines.base import Engine, literal
from regulars.sources.lines import BROKEN, among_the_others, lines_of, packing, path_literal
from regulars.sources.parts import REFUSED, numbered, reason_of
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

    def quarantine(self, engine: Engine) -> None:
        """Add the refused rows and the rows left out to quarantine, with the lines of the file they stand on."""
        lines = lines_of(engine, self.file)
        mark_inner_lines(engine, lines, self._mark)
        self._locate(engine)
        engine.execute(
            f"""
            insert into quarantine
            select {literal(self.name)}, shown.line, shown.reason, string_agg(found.text, chr(10) order by found.line)
            from (
                select line, reason, line as part from rows_to_show
                union all
                select rows_to_show.line, reason, inner_lines.line
                from rows_to_show join inner_lines on rows_to_show.line = inner_lines.row_line
            ) shown
            left join (select line, text from {lines} union all select line, content from {BROKEN}) found
                on found.line = shown.part
            group by shown.line, shown.reason
            order by shown.line
            """
        )

    def _locate(self, engine: Engine) -> None:
        """List the rows to show with the lines they begin on: those left out, and those refused."""
        # The engine numbers rows and empty lines; the lines inside a row are what its count lacks.
        engine.execute(
            f"""
            create or replace temp table rows_left_out as
            select line, rule from {among_the_others(f"({_first_faults(self.noted)})", "place", "inner_lines")}
            """
        )
        engine.execute(
            f"""
            create or replace temp table lines_without_row as
            select line from inner_lines union select line from empty_lines union select line from rows_left_out
            union select {self.file.header_line} where {self.file.header_line} > 0
            """
        )
        engine.execute(
            f"""
            create or replace temp table rows_to_show as
            select line, {reason_of("rule")} as reason from {among_the_others(REFUSED, "row", "lines_without_row")}
            union all
            select line, {reason_of("rule")} from rows_left_out
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
