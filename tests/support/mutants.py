"""Files of orders as people have them, changed by chance: what the fuzzer feeds to the reading.

A mutant is made from a seed and a number alone, so that any of them can be made again.
"""

from __future__ import annotations

import csv
import datetime as dt
import functools
import gzip
import io
import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pandas as pd

Cells = list[list[str]]

HEADERS = (
    ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"],
    ["order_id", "sku", "item", "qty", "date", "price", "customer"],
    ["Order ID", "SKU", "Product Name", "Quantity", "Created at", "Unit Price", "Email"],
)
AMOUNTS = (
    "1e300",
    "NaN",
    "inf",
    "-1e15",
    "",
    " ",
    "x",
    "1.234,56",
    "1,234.56",
    "€5",
    "(3.50)",
    "4.5-",
    "0",
    "0x10",
    "١٢",
)
DATES = (
    *(
        "1900-01-01",
        "9999-12-31",
        "0000-00-00",
        "",
        "soon",
        "13/01/2011",
        "01/13/2011",
        "45352",
        "1322744400",
        "20111209",
    ),
    *("2011-12-09T10:00:00Z", "2011-12-09 10:00:00 +0300", "Dec 9, 2011", "2011-02-30", "2099-01-01", "-1", "1e9"),
)
TEXTS = (
    *("", " ", "NULL", "nan", "007", "=1+1", "@x", "'7", '"', '""', 'a"b', "a,b", "a;b", "a\tb", "a|b", "two\nlines"),
    *(
        "a\r\nb",
        "é",
        "日本",
        "😀",
        "\ufeffx",
        "\u2028",
        "\0",
        "1.03293E+19",
        "17850.0",
        "x" * 5000,
        "'; drop table x; --",
    ),
)
PIECES = (
    b"\0",
    b"\xff",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b'"',
    b",",
    b";",
    b"\t",
    b"\r",
    b"\n",
    b"\r\n",
    b"\x1a",
    b"\xed\xa0\x80",
)
PARTS = (
    b"PAR1",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"{",
    b"[",
    b"}",
    b"]",
    b"\\",
    b"'",
    b" ",
    b"9" * 400,
    b"a" * 3000,
    b"\xc3",
)


@dataclass(frozen=True)
class Mutant:
    """A file: its name and bytes, and how many rows of data it has where that can be told without our reader."""

    kind: str
    name: str
    content: bytes
    rows: int | None


def lines_of_the_example(example: Path) -> Cells:
    """Return some hundred lines of a real shop as texts."""
    frame = pd.read_parquet(example).iloc[::1900].head(100)
    columns = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"]
    return [["" if pd.isna(cell) else str(cell) for cell in row] for row in frame[columns].itertuples(index=False)]


def mutant(lines: Cells, samples: Sequence[Path], seed: int, number: int) -> Mutant:
    """Return mutant `number` of `seed`: made of some of `lines`, or of one of the real `samples`, and changed."""
    draw = random.Random(f"{seed}-{number}")  # noqa: S311 - chance, no secret
    if samples and draw.random() < 0.1:
        made = _sample(draw, draw.choice(samples))
    else:
        made = draw.choices((_text, _json, _workbook, _parquet), (6, 2, 1, 1))[0](draw, _changed(draw, lines))
    for _ in range(draw.choice((0, 0, 1, 1, 1, 2, 5))):
        made = _broken(draw, made)
    if draw.random() < 0.1:
        made = Mutant(f"{made.kind} gz", f"{made.name}.gz", gzip.compress(made.content, mtime=0), made.rows)
        made = _broken(draw, made) if draw.random() < 0.4 else made
    return made


def _changed(draw: random.Random, lines: Cells) -> Cells:
    """Return some of the lines under a header, a few of their cells replaced by odd ones."""
    rows = [list(row) for row in draw.sample(lines, draw.randrange(0, 30))]
    for row in rows:
        row[4] = f"2011-{draw.randrange(1, 13):02d}-{draw.randrange(1, 29):02d} {row[4][11:]}".strip()
    for _ in range(draw.choice((0, 0, 1, 3, 10))):
        if rows:
            place = draw.randrange(7)
            odd = DATES if place == 4 else AMOUNTS if place in {3, 5} else TEXTS
            draw.choice(rows)[place] = draw.choice(odd)
    if rows and draw.random() < 0.1:
        order = draw.choice(("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%y", "%Y%m%d", "%d %b %Y"))
        for row in rows:
            row[4] = _date_as(row[4], order)
    return [list(draw.choice(HEADERS)), *rows]


def _date_as(text: str, form: str) -> str:
    try:
        return dt.datetime.fromisoformat(text).strftime(form)
    except ValueError:
        return text


def _text(draw: random.Random, cells: Cells) -> Mutant:
    delimiter, end = draw.choice(",,,;\t|"), draw.choice(("\n", "\n", "\r\n", "\r"))
    buffer = io.StringIO(newline="")
    quotes_all = draw.choice((False, True))
    style = functools.partial(csv.writer, buffer, delimiter=delimiter, lineterminator=end)
    writer = style(quoting=csv.QUOTE_ALL) if quotes_all else style(quoting=csv.QUOTE_MINIMAL)
    writer.writerows(cells)
    encoding = draw.choice(("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252"))
    content = buffer.getvalue().encode(encoding, errors="replace")
    name = draw.choice(("orders.csv", "orders.csv", "orders.tsv", "orders.txt", "orders.xlsx", "orders.parquet"))
    # A cell of several lines is one row, but Python's writer does not quote the line ends of another computer.
    told = "\0" not in buffer.getvalue() and not (end == "\r" and "\n" in buffer.getvalue())
    return Mutant(f"text {encoding}", name, content, len(cells) - 1 if told else None)


def _json(draw: random.Random, cells: Cells) -> Mutant:
    header, *rows = cells
    objects = [dict(zip(header, row, strict=True)) for row in rows]
    array = draw.random() < 0.4
    indent = draw.choice((None, 1)) if array else None
    text = json.dumps(objects, indent=indent) if array else "".join(json.dumps(each) + "\n" for each in objects)
    return Mutant("json array" if array else "json lines", "orders.json", text.encode(), len(rows))


def _workbook(draw: random.Random, cells: Cells) -> Mutant:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in cells:
        sheet.append([_typed(draw, openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", cell)) for cell in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return Mutant("xlsx", "orders.xlsx", buffer.getvalue(), None)


def _typed(draw: random.Random, text: str) -> str | float:
    return float(text) if re.fullmatch(r"-?\d{1,9}(\.\d+)?", text) and draw.random() < 0.7 else text


def _parquet(draw: random.Random, cells: Cells) -> Mutant:
    header, *rows = cells
    frame = pd.DataFrame(rows, columns=header, dtype="object")
    if draw.random() < 0.5:
        frame[header[5]] = pd.to_numeric(frame[header[5]], errors="coerce")
    buffer = io.BytesIO()
    frame.to_parquet(buffer, compression=draw.choice(("snappy", "zstd", "none")))
    return Mutant("parquet", draw.choice(("orders.parquet", "orders.csv")), buffer.getvalue(), len(rows))


def _sample(draw: random.Random, path: Path) -> Mutant:
    return Mutant("sample", path.name, path.read_bytes()[:200_000], None)


def _broken(draw: random.Random, made: Mutant) -> Mutant:
    """Return the file with its bytes changed; how many rows it has can be told where they hold no quotation marks."""
    content = draw.choice(_WAYS)(draw, made.content)
    return Mutant(made.kind, made.name, content, _countable(made, content))


def _countable(made: Mutant, content: bytes) -> int | None:
    """Return the rows of a text without quotation marks whose header is whole: its lines that are not empty."""
    header = re.split(rb"\r\n|\r|\n", made.content, maxsplit=1)[0]
    if made.kind != "text utf-8" or b'"' in content or b"\0" in content or not content.startswith(header):
        return None
    lines = [line for line in re.split(rb"\r\n|\r|\n", content) if line]
    return len(lines) - 1


def _flip(draw: random.Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(draw.choice((1, 1, 4, 40))):
        if changed:
            changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def _insert(draw: random.Random, content: bytes) -> bytes:
    place = draw.randrange(len(content) + 1)
    return content[:place] + draw.choice(PIECES + PARTS) * draw.choice((1, 1, 3)) + content[place:]


def _cut(draw: random.Random, content: bytes) -> bytes:
    return content[: draw.randrange(len(content) + 1)]


def _drop(draw: random.Random, content: bytes) -> bytes:
    place = draw.randrange(len(content) + 1)
    return content[:place] + content[place + draw.randrange(1, 60) :]


def _repeat(draw: random.Random, content: bytes) -> bytes:
    place = draw.randrange(len(content) + 1)
    return content[:place] + content[place : place + draw.randrange(1, 400)] * draw.choice((2, 2, 9)) + content[place:]


def _shuffle_lines(draw: random.Random, content: bytes) -> bytes:
    header, *lines = content.split(b"\n")
    draw.shuffle(lines)
    return b"\n".join([header, *lines])


def _other_delimiter(draw: random.Random, content: bytes) -> bytes:
    one, other = draw.sample((b",", b";", b"\t", b"|", b" "), 2)
    return content.replace(one, other, draw.choice((1, 10, -1)))


def _other_ends(draw: random.Random, content: bytes) -> bytes:
    return content.replace(b"\n", draw.choice((b"\r\n", b"\r", b"\n\n", b"\n\r", b"\r\r\n")), draw.choice((1, 5, -1)))


def _join(draw: random.Random, content: bytes) -> bytes:
    return content + content[: draw.randrange(len(content) + 1)]


_WAYS: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    *(_flip, _insert, _insert, _cut, _drop, _repeat, _shuffle_lines, _other_delimiter, _other_ends, _join),
)
