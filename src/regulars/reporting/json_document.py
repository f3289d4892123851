"""A report for machines: each sentence, and each number beside the text that a reader sees.

Whatever is a field of the report is in here under its name, so a new kind of block needs no line in
this file. JSON has no infinities and no NaN: such a number is null beside the dash that is shown for it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math
from decimal import Decimal
from typing import Any

from regulars.reporting.document import Caption, Report, Row, Table

SCHEMA_VERSION = 1

Content = dict[str, Any]


def content(report: Report) -> Content:
    """Return the report as what JSON can hold; a table has its `values` and, in the same order, their `texts`."""
    return {"schema_version": SCHEMA_VERSION, **_fields(report)}


def to_json(report: Report) -> str:
    """Return the report as readable JSON."""
    return json.dumps(content(report), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def plain(value: Any) -> Any:
    """Return what JSON can hold of a value: no NaN, no infinity, dates as YYYY-MM-DD.

    >>> plain((1, float("nan"), dt.date(2011, 12, 9), Decimal("1.5")))
    [1, None, '2011-12-09', 1.5]
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _fields(value)
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float | Decimal):
        return float(value) if math.isfinite(value) else None
    return value


def _fields(thing: Any) -> Content:
    if isinstance(thing, Table):
        return _table(thing)
    kind = {"kind": thing.kind} if hasattr(thing, "kind") else {}
    text = {"text": thing.text} if isinstance(thing, Caption) else {}
    values = {field.name: getattr(thing, field.name) for field in dataclasses.fields(thing)}
    return {**kind, **text, **{name: plain(value) for name, value in values.items() if not callable(value)}}


def _table(table: Table) -> Content:
    return {
        "kind": table.kind,
        "title": table.title,
        "columns": [{"title": column.title, "numeric": column.numeric} for column in table.columns],
        "rows": [_row(row, texts) for row, texts in table.texts()],
        "note": table.note,
        "wide": table.wide,
    }


def _row(row: Row, texts: list[str]) -> Content:
    return {"values": plain(row.cells), "texts": texts, "sums": row.sums}
