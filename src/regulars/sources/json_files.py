"""JSON: an object per line (JSON lines), one array of objects, or objects one after another over many lines.

Every value is read as text, 007 stays 007. Columns are the keys of the first objects; those of an object inside
an object are called such as customer.id. An object that names a key twice says two things and is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from regulars.contract.rules import UNREADABLE_ROW
from regulars.engines.base import Engine, literal
from regulars.errors import InputError
from regulars.sources.encodings import encoding_of
from regulars.sources.lines import BROKEN, joins_as_written, lines_of, packing, path_literal, raw_lines
from regulars.sources.parts import REFUSED, SHOWN, numbered
from regulars.sources.text import HEAD_BYTES, LONG_HEAD_BYTES, SAMPLE_ROWS, TextFile, head_of
from regulars.sources.textpart import TextPart

Object = dict[str, Any]
Form = Literal["newline_delimited", "array", "unstructured"]


@dataclass(frozen=True)
class JsonPart(TextPart):
    """A file of JSON objects, each of them a row; what the quarantine calls its line is its number, unless a line."""

    form: Form

    @property
    def has_lines(self) -> bool:
        """Whether its rows stand on lines."""
        return self.form == "newline_delimited"

    @property
    def rows(self) -> str:
        """A SQL relation of its rows, columns c1, c2 and so on."""
        fields = ", ".join(f"{_value(name)} as {numbered(place)}" for place, name in enumerate(self.columns))
        # Null where it is no row, and not only left out: the engine may extract before it looks at the condition.
        texts = f"(select case when {_IS_ROW} then text end as text from {self._texts})"
        return f"(select {fields} from {texts} where text is not null)"

    def left_out(self, engine: Engine) -> bool:
        """Return whether some lines are not UTF-8, or no JSON objects."""
        unfit = f"select count(*) from {self._all_texts(engine)} where not {_IS_ROW}"
        return engine.rows(unfit) != [(0,)] or engine.rows(f"select count(*) from {BROKEN}") != [(0,)]

    def quarantine(self, engine: Engine, file: int) -> None:
        """Add the refused rows and those left out to those shown."""
        texts = self._all_texts(engine)
        content = f"""
            select line, rule, text
            from (select row_number() over () as row, line, text from {texts} where {_IS_ROW})
            join {REFUSED} using (row)
            union all select line, {UNREADABLE_ROW.code}, text from {texts} where not {_IS_ROW}
            union all select line, rule, content from {BROKEN}
            order by line
            """
        with joins_as_written(engine):
            engine.execute(f"insert into {SHOWN} select {file}, line, rule, text from ({content})")

    @property
    def _texts(self) -> str:
        """A SQL relation (line, text) of what may be rows."""
        if self.form == "newline_delimited":
            return _filled(f"(select row_number() over () as line, text from {raw_lines(self.file)})")
        objects = (
            f"read_json_objects({path_literal(self.file.path)}, format = {literal(self.form)}, "
            f"compression = {literal(packing(self.file))})"
        )
        return f"(select row_number() over () as line, json::varchar as text from {objects})"

    def _all_texts(self, engine: Engine) -> str:
        """Return `_texts` with the lines numbered as they stand in the file, what is not UTF-8 noted in `BROKEN`."""
        if self.form == "newline_delimited":
            return _filled(lines_of(engine, self.file))
        engine.execute(f"create or replace temp table {BROKEN} (line bigint, rule utinyint, content varchar)")
        return self._texts


def json_part(name: str, path: Path, number: int) -> JsonPart | None:
    """Return the part that reads the JSON at `path`, None if it is empty; raises `InputError` for other JSON."""
    for size in (HEAD_BYTES, LONG_HEAD_BYTES):
        raw, gzipped = head_of(path, size)
        text = raw.decode("utf-8-sig", errors="replace").lstrip()
        if not text:
            return None
        form = _form(text)
        found = list(_objects(text, form))
        if found:
            columns = tuple(dict.fromkeys(key for each in found for key in _keys(each)))
            head = tuple(tuple(_at(each, column) for column in columns) for each in found)
            return JsonPart(TextFile(name, path, gzipped, None, 0, columns, head), number, form)
    raise InputError(f"{name} begins as JSON, and none of its first objects can be read; give an object per line")


def is_json(head: bytes) -> bool:
    r"""Return whether a file that begins so holds JSON objects.

    >>> is_json(b' {"id": 7}'), is_json(b'[ {"id"'), is_json(b'[red],date'), is_json(b'{id}')
    (True, True, False, False)
    """
    text = "".join(head.decode(encoding_of(head) or "utf-8-sig", errors="replace").split())
    return text.startswith(('{"', '[{"'))


def _form(text: str) -> Form:
    """Return how the objects of a file follow each other, by how it begins."""
    if text.startswith("["):
        return "array"
    first = next(_parted(text), None)
    return "newline_delimited" if first is None or "\n" not in text[: first[1]] else "unstructured"


def _objects(text: str, form: Form) -> Iterator[Object]:
    """Yield the first objects in a text, without those that are damaged or cut."""
    if form == "newline_delimited":
        lines = text.splitlines()[: 2 * SAMPLE_ROWS]
        found = [value for line in lines for value, _ in _parted(line)]
    else:
        found = [value for value, _ in _parted(text.removeprefix("["))]
    yield from [value for value in found if isinstance(value, dict)][:SAMPLE_ROWS]


def _parted(text: str) -> Iterator[tuple[Any, int]]:
    """Yield the first values in a text, parted by commas or by nothing, with the places where they end."""
    decoder, place = json.JSONDecoder(), 0
    for _ in range(SAMPLE_ROWS):
        while text[place : place + 1] and text[place] in " \t\r\n,":
            place += 1
        try:
            found, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            return
        yield found, place


def _keys(found: Object) -> Iterator[str]:
    for key, value in found.items():
        yield from (f"{key}.{inner}" for inner in value) if isinstance(value, dict) else (key,)


def _at(found: Object, column: str) -> str:
    """Return the value of a column as text, empty where there is none."""
    outer, _, inner = column.partition(".")
    value = found.get(column, (found.get(outer) or {}).get(inner) if isinstance(found.get(outer), dict) else None)
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)


def _value(column: str) -> str:
    r"""Return the SQL expression for the text of a column: of that key, or of the key inside an object.

    >>> _value("a/b~c")
    "json_extract_string(text, '/a~1b~0c')"
    >>> _value("customer.id")
    "coalesce(json_extract_string(text, '/customer.id'), json_extract_string(text, '/customer/id'))"
    """
    paths = [[column]] if "." not in column else [[column], column.split(".", 1)]
    found = [f"json_extract_string(text, {literal(_pointer(path))})" for path in paths]
    return found[0] if len(found) == 1 else f"coalesce({', '.join(found)})"


def _pointer(path: list[str]) -> str:
    return "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in path)


def _filled(lines: str) -> str:
    return f"(select line, text from {lines} where trim(text) <> '')"


_KEYS = "json_keys(text)"
_IS_ROW = (
    "case when json_valid(text) and json_type(text) = 'OBJECT' "
    f"then len({_KEYS}) = len(list_distinct({_KEYS})) else false end"
)
