"""Files that are not whole: cut short on the way, damaged on a disk, or still being written.

The engine notices most of it, but says so in its own words and does not look at the checksum of a packed
file; that is looked at beside the reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from regulars.engines.base import Engine
from regulars.errors import InputError, RunFailed, Unreadable
from regulars.sources.encodings import CHUNK, NOT_WHOLE, not_whole, opened
from regulars.sources.parts import Part
from regulars.sources.textpart import TextPart

Stamp = tuple[int, int] | None


@contextmanager
def looked_for(engine: Engine, parts: Sequence[Part]) -> Iterator[None]:
    """Raise `InputError` with the name of the file if one of `parts`, which the block reads, is damaged."""
    packed = [(part.name, part.file.path) for part in parts if isinstance(part, TextPart) and part.file.gzipped]
    stop = Event()
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="checksums") as beside:
        checks = [beside.submit(_check, name, path, stop) for name, path in packed]
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


def _check(name: str, path: Path, stop: Event) -> None:
    """Unpack a file to its end, where its length and checksum stand."""
    try:
        with opened(path) as file:
            while not stop.is_set() and file.read(CHUNK):
                pass
    except NOT_WHOLE as error:
        raise InputError(not_whole(name, error)) from error


def _named(engine: Engine, parts: Sequence[Part], error: Unreadable) -> str:
    names = [part.name for part in parts if _is_damaged(engine, part)] or [part.name for part in parts]
    return damaged(" or ".join(names), error)


def _is_damaged(engine: Engine, part: Part) -> bool:
    try:
        engine.rows(f"select count(columns(*)) from {part.rows}")
    except Unreadable:
        return True
    return False
