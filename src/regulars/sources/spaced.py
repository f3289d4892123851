"""Text files whose columns are parted by runs of spaces, as statistical programs write them."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.contract.rules import TOO_FEW_OR_MANY_FIELDS
from regulars.engines.base import Engine
from regulars.sources.lines import BROKEN, joins_as_written, lines_of, raw_lines
from regulars.sources.parts import REFUSED, SHOWN, numbered
from regulars.sources.textpart import TextPart


@dataclass(frozen=True)
class SpacedPart(TextPart):
    """A text file of fields parted by spaces."""

    @property
    def rows(self) -> str:
        """A SQL relation of its rows, columns c1, c2 and so on."""
        fields = ", ".join(f"fields[{place + 1}] as {numbered(place)}" for place in range(len(self.columns)))
        lines = f"(select row_number() over () as line, text from {raw_lines(self.file)})"
        return f"(select {fields} from {self._parted(lines)} where {self._fits})"

    def left_out(self, engine: Engine) -> bool:
        """Return whether some lines are not UTF-8, or have more or fewer fields than the file has columns."""
        unfit = f"select count(*) from {self._parted(lines_of(engine, self.file))} where not {self._fits}"
        return engine.rows(unfit) != [(0,)] or engine.rows(f"select count(*) from {BROKEN}") != [(0,)]

    def quarantine(self, engine: Engine, file: int) -> None:
        """Add the refused rows and the lines left out to those shown."""
        parted = self._parted(lines_of(engine, self.file))
        content = f"""
            select line, rule, text
            from (select row_number() over () as row, line, text from {parted} where {self._fits})
            join {REFUSED} using (row)
            union all select line, {TOO_FEW_OR_MANY_FIELDS.code}, text from {parted} where not {self._fits}
            union all select line, rule, content from {BROKEN} where line > {self.file.header_line}
            order by line
            """
        with joins_as_written(engine):
            engine.execute(f"insert into {SHOWN} select {file}, line, rule, text from ({content})")

    def _parted(self, lines: str) -> str:
        """Return the relation `lines` without header and empty lines, its fields in a list."""
        rows = f"line > {self.file.header_line} and trim(text) <> ''"
        return rf"(select line, text, regexp_extract_all(text, '\S+') as fields from {lines} where {rows})"

    @property
    def _fits(self) -> str:
        return f"len(fields) = {len(self.columns)}"
