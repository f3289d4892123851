"""The letters of a text file: UTF-8 as it is; UTF-16 and Windows-1252 are written anew as UTF-8, in a stream.

UTF-16 says so by a mark at its start, or by a zero byte in every second place. Windows-1252, which
spreadsheets write on many computers, has no mark: a file is taken for it if not one of its letters beyond
ASCII is valid UTF-8. A file with some that are and some that are not is UTF-8 with broken lines.
"""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from regulars.errors import InputError

GZIP_MARK = b"\x1f\x8b"
CHUNK = 1 << 20
# What unpacking raises for a file that was cut short or damaged.
NOT_WHOLE = (EOFError, gzip.BadGzipFile, zlib.error)
_MARKS = {codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32", codecs.BOM_UTF16_LE: "utf-16"}
_MARKS[codecs.BOM_UTF16_BE] = "utf-16"
# Five bytes of Windows-1252 stand for nothing; some programs write control letters by them.
_UNDEFINED = {byte: chr(byte) for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}


def encoding_of(head: bytes) -> str | None:
    """Return the encoding that the first bytes of a text show, None where they show none but UTF-8.

    >>> encoding_of("id;é".encode("utf-16")), encoding_of("id;name".encode("utf-16-le")), encoding_of(b"id;name")
    ('utf-16', 'utf-16-le', None)
    """
    for mark, name in _MARKS.items():
        if head.startswith(mark):
            return name
    if len(head) > 3 and not any(head[1:64:2]) and all(head[:64:2]):
        return "utf-16-le"
    if len(head) > 3 and not any(head[:64:2]) and all(head[1:64:2]):
        return "utf-16-be"
    return None


def is_windows(path: Path) -> bool:
    """Return whether the file holds letters beyond ASCII, and in no line are they UTF-8."""
    beyond = False
    with opened(path) as file:
        for line in _lines(file):
            if line.isascii():
                continue
            beyond = True
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                continue
            return False
    return beyond


def as_utf8(path: Path, encoding: str, target: Path, name: str) -> None:
    """Write the text at `path` anew to `target`; raises `InputError` where it is not of that encoding after all."""
    codecs.register_error("regulars-windows", _undefined)
    decoder = codecs.getincrementaldecoder(encoding)("regulars-windows" if encoding == "cp1252" else "strict")
    with opened(path) as source, target.open("w", encoding="utf-8", newline="") as file:
        try:
            while chunk := source.read(CHUNK):
                file.write(decoder.decode(chunk))
            file.write(decoder.decode(b"", final=True))
        except NOT_WHOLE as error:
            raise InputError(not_whole(name, error)) from error
        except UnicodeError as error:
            raise InputError(
                f"{name} begins as {encoding} text and does not go on so ({error}); save it again as CSV (UTF-8)"
            ) from error


def opened(path: Path) -> BinaryIO | gzip.GzipFile:
    """Open a file, unpacking it if it was packed with gzip; raises `InputError` where that is not allowed."""
    try:
        with path.open("rb") as file:
            packed = file.read(len(GZIP_MARK)) == GZIP_MARK
        return gzip.open(path) if packed else path.open("rb")
    except PermissionError as error:
        raise InputError(f"{str(path)!r} may not be read: {error.strerror}; ask its owner for the right to") from error


def not_whole(name: str, error: Exception) -> str:
    """Return the sentence for a packed file that was cut short or damaged."""
    return f"{name} is not a whole gzip file: {error}; pack it again, or download it again"


def _lines(file: BinaryIO | gzip.GzipFile) -> Iterator[bytes]:
    """Yield lines, or pieces of very long ones."""
    while line := file.readline(CHUNK):
        yield line


def _undefined(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return _UNDEFINED[error.object[error.start]], error.start + 1
