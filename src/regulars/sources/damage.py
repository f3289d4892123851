"""Files that are not whole: cut short on the way, damaged on a disk, or still being written.

The engine notices most of it, but says so in its own words and does not look at the checksum of a packed
file; that is looked at beside the reading.
"""

from __future__ import annotations

import mmap
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from regulars.engines.base import Engine
from regulars.errors import InputError, RunFailed, Unreadable
from regulars.sources.encodings import NOT_WHOLE, not_whole, opened
from regulars.sources.parts import Part
from regulars.sources.textpart import TextPart

STRETCH = 8 * 1024**2
LINE_ENDS = (b"\n", b"\r")

Stamp = tuple[int, int] | None


@contextmanager
def looked_for(engine: Engine, parts: Sequence[Part]) -> Iterator[None]:
    """Raise `InputError` with the name of the file if one of `parts`, which the block reads, is damaged."""
    texts = [part for part in parts if isinstance(part, TextPart)]
    for part in texts:
        if part.has_lines and not part.file.gzipped:
            _refuse_endless(part.name, _stretches_of(part.file.path))
    packed = [part for part in texts if part.file.gzipped]
    stop = Event()
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="checksums") as beside:
        checks = [beside.submit(_check, part, stop) for part in packed]
        try:
            yield
        except (Unreadable, RunFailed, *NOT_WHOLE) as error:
            for check in checks:
                check.result()
            if isinstance(error, Unreadable):
                raise InputError(_named(engine, parts, error)) from error
            raise
        except BaseException:
            stop.set()
            raise
        for check in checks:
            check.result()


def refuse_changed(stamps: Mapping[Path, Stamp]) -> None:
    """Raise `InputError` if a file is not what it was when reading began: it is read more than once."""
    changed = [path.name for path, stamp in stamps.items() if stamp_of(path) != stamp]
    if changed:
        raise InputError(
            f"{', '.join(changed)} changed while it was read; wait until it is written to its end, and run again"
        )


def stamp_of(path: Path) -> Stamp:
    """Return the size of a file and when it was changed last."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def damaged(name: str, error: Exception) -> str:
    """Return the sentence for a file that the engine could not read to its end."""
    return f"{name} is damaged, or was cut short: {error}; export it again, or download it again"


def _check(part: TextPart, stop: Event) -> None:
    """Unpack a file to its end, where its length and checksum stand."""
    try:
        with opened(part.file.path) as file:
            stretches = iter(lambda: b"" if stop.is_set() else file.read(STRETCH), b"")
            if part.has_lines:
                _refuse_endless(part.name, (_has_line_end(stretch) or len(stretch) < STRETCH for stretch in stretches))
            else:
                deque(stretches, maxlen=0)
    except NOT_WHOLE as error:
        raise InputError(not_whole(part.name, error)) from error


def _refuse_endless(name: str, stretches: Iterable[bool]) -> None:
    """Raise `InputError` where a stretch of the file holds no line end: the engine passes over such a line silently."""
    for number, has_line_end in enumerate(stretches):
        if not has_line_end:
            begins, length = (size * STRETCH // 1024**2 for size in (number, 1))
            raise InputError(
                f"{name} has a line of more than {length} MB, which is no row of orders; "
                f"look {begins:,} MB after its start for what broke the export"
            )


def _stretches_of(path: Path) -> Iterator[bool]:
    """Yield for each stretch of a file whether it holds a line end; one is found without reading on."""
    if path.stat().st_size < STRETCH:
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for start in range(0, len(content) - STRETCH + 1, STRETCH):
            yield any(content.find(end, start, start + STRETCH) >= 0 for end in LINE_ENDS)


def _has_line_end(stretch: bytes) -> bool:
    return any(end in stretch for end in LINE_ENDS)


def _named(engine: Engine, parts: Sequence[Part], error: Unreadable) -> str:
    names = [part.name for part in parts if _is_damaged(engine, part)] or [part.name for part in parts]
    return damaged(" or ".join(names), error)


def _is_damaged(engine: Engine, part: Part) -> bool:
    try:
        engine.rows(f"select count(columns(*)) from {part.rows}")
    except Unreadable:
        return True
    return False
