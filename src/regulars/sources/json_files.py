"""JSON: an object per line (JSON lines), or one array of objects. Every value is read as text, 007 stays 007.

Columns are the keys of the first objects; those of an object inside an object are called such as customer.id.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regulars.contract.rules import NOT_UTF8, UNREADABLE_ROW
from regulars.engines.base import Engine, literal
from regulars.errors import InputError
from regulars.sources.lines import BROKEN, joins_as_written, lines_of, packing, path_literal, raw_lines
from regulars.sources.parts import REFUSED, SHOWN, numbered
from regulars.sources.tables import TablePart
from regulars.sources.text import SAMPLE_ROWS, TextFile, head_of
from regulars.sources.textpart import TextPart

Object = dict[str, Any]


@dataclass(frozen=True)
class JsonLinesPart(TextPart):
    """A file with a JSON object on each line."""

    @property
    def rows(self) -> str:
        """A SQL relation of its rows, columns c1, c2 and so on."""
        lines = f"(select row_number() over () as line, text from {raw_lines(self.file)})"
        fields = ", ".join(
            f"json_extract_string(text, {literal(_pointer(name))}) as {numbered(place)}"
            for place, name in enumerate(self.columns)
        )
        return f"(select {fields} from {_filled(lines)} where {_IS_OBJECT})"

    def left_out(self, engine: Engine) -> bool:
        """Return whether some lines are not UTF-8, or no JSON objects."""
        unfit = f"select count(*) from {_filled(lines_of(engine, self.file))} where not {_IS_OBJECT}"
        return engine.rows(unfit) != [(0,)] or engine.rows(f"select count(*) from {BROKEN}") != [(0,)]

    def quarantine(self, engine: Engine, file: int) -> None:
        """Add the refused rows and the lines left out to those shown."""
        lines = _filled(lines_of(engine, self.file))
        content = f"""
            select line, rule, text
            from (select row_number() over () as row, line, text from {lines} where {_IS_OBJECT})
            join {REFUSED} using (row)
            union all select line, {UNREADABLE_ROW.code}, text from {lines} where not {_IS_OBJECT}
            union all select line, {NOT_UTF8.code}, content from {BROKEN}
            order by line
            """
        with joins_as_written(engine):
            engine.execute(f"insert into {SHOWN} select {file}, line, rule, text from ({content})")


def json_part(engine: Engine, name: str, path: Path, number: int) -> JsonLinesPart | TablePart | None:
    """Return the part that reads the JSON at `path`, None if it is empty; raises `InputError` for other JSON."""
    raw, gzipped = head_of(path)
    text = raw.decode("utf-8-sig", errors="replace").lstrip()
    if not text:
        return None
    if text.startswith("["):
        return _array(engine, name, TextFile(name, path, gzipped, None, 0, _columns(name, text[1:], ","), ()))
    columns = _columns(name, text, "")
    head = tuple(tuple(_at(each, column) for column in columns) for each in _objects(text, ""))
    return JsonLinesPart(TextFile(name, path, gzipped, None, 0, columns, head), number)


def is_json(head: bytes) -> bool:
    r"""Return whether a file that begins so holds JSON objects.

    >>> is_json(b' {"id": 7}'), is_json(b'[ {"id"'), is_json(b'[red],date'), is_json(b'{id}')
    (True, True, False, False)
    """
    text = "".join(head.decode("utf-8-sig", errors="replace").split())
    return text.startswith(('{"', '[{"'))


def _array(engine: Engine, name: str, file: TextFile) -> TablePart:
    kinds = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in file.columns)
    relation = (
        f"read_json({path_literal(file.path)}, format = 'array', columns = {{{kinds}}}, "
        f"compression = '{packing(file)}')"
    )
    try:
        engine.rows(f"select count(*) from {relation}")
    except InputError as error:
        raise InputError(f"{name} is no whole array of JSON objects: {error}") from error
    return TablePart(name, relation, dict.fromkeys(file.columns, "VARCHAR"))


def _columns(name: str, text: str, parting: str) -> tuple[str, ...]:
    lines = parting == ""
    names = [key for each in _objects(text, parting) for key in (_keys(each) if lines else each)]
    if not names:
        raise InputError(f"{name} begins as JSON, and its first object cannot be read; give an object per line")
    return tuple(dict.fromkeys(names))


def _objects(text: str, parting: str) -> Iterator[Object]:
    """Yield the first whole objects in a text."""
    decoder, rest = json.JSONDecoder(), text
    for _ in range(SAMPLE_ROWS):
        try:
            found, end = decoder.raw_decode(rest.lstrip().removeprefix(parting).lstrip())
        except ValueError:
            return
        rest = rest.lstrip().removeprefix(parting).lstrip()[end:]
        if isinstance(found, dict):
            yield found


def _keys(found: Object) -> Iterator[str]:
    for key, value in found.items():
        yield from (f"{key}.{inner}" for inner in value) if isinstance(value, dict) else (key,)


def _at(found: Object, column: str) -> str:
    """Return the value of a column as text, empty where there is none."""
    outer, _, inner = column.partition(".")
    value = found.get(column, (found.get(outer) or {}).get(inner) if isinstance(found.get(outer), dict) else None)
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)


def _pointer(column: str) -> str:
    r"""Return the JSON pointer of a column.

    >>> _pointer("customer.id"), _pointer("a/b~c")
    ('/customer/id', '/a~1b~0c')
    """
    return "/" + "/".join(key.replace("~", "~0").replace("/", "~1") for key in column.split(".", 1))


def _filled(lines: str) -> str:
    return f"(select line, text from {lines} where trim(text) <> '')"


_IS_OBJECT = "coalesce(json_valid(text) and json_type(case when json_valid(text) then text end) = 'OBJECT', false)"
