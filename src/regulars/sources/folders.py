"""What lies in a folder: the files that may hold orders, and everything else by its name."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from regulars.errors import InputError


@dataclass(frozen=True)
class Listing:
    """The files to read, by their names within the folder, and the names of what is passed over."""

    files: dict[str, Path]
    passed: list[str]


def listing_of(folder: Path, is_read: Callable[[Path], bool]) -> Listing:
    """Return what lies in `folder` and in the folders inside, but not what is hidden.

    Links to folders are passed over, because they may lead back. Raises `InputError` for a folder that may not
    be listed: what lies in it would be missing.
    """
    found = sorted(_visible(folder))
    read = [path for path in found if path.is_file() and is_read(path)]
    names = {path: path.relative_to(folder).as_posix() for path in found}
    return Listing({names[path]: path for path in read}, [names[path] for path in found if path not in set(read)])


def is_special(path: Path) -> bool:
    """Return whether `path` is a pipe or a device that never ends, which cannot be read twice."""
    return not path.is_file() and not path.is_dir() and path.resolve() != Path(os.devnull)


def _visible(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder, onerror=_refuse):
        folders[:] = [name for name in folders if not _is_hidden(name)]
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        yield from (Path(place) / name for name in (*files, *links) if not _is_hidden(name))


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "_"))


def _refuse(error: OSError) -> NoReturn:
    raise InputError(
        f"the folder {str(error.filename)!r} cannot be listed: {error.strerror}; ask its owner for the right to"
    ) from error
