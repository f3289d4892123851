"""The files of a run appear together or not at all.

They are built in a folder beside DIR and moved when all are whole. `run.json` leaves first and
arrives last, so wherever it stands, its hashes hold for the files around it. A run that fails
puts the earlier files back; a run that was killed in the middle of the moves leaves its folder
behind, and the next run puts the earlier files back from there.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from regulars.errors import InputError

RUN_FILE = "run.json"
CUSTOMERS_FILE = "customers.parquet"
REPORT_FILE = "report.html"
PDF_FILE = "report.pdf"
QUARANTINE_FILE = "quarantine.csv"

# In the order in which they arrive.
NAMES = (CUSTOMERS_FILE, REPORT_FILE, PDF_FILE, QUARANTINE_FILE, RUN_FILE)
# Earlier files on their way out of DIR; the second name says that all of them are out and new ones may be in.
_LEAVING = "leaving"
_LEFT = "left"
_MARK = ".regulars-"


@contextmanager
def published(out: Path) -> Iterator[Path]:
    """Give an empty folder to build in; when the block ends well, its files replace the earlier ones in `out`.

    Only the names in `NAMES` are moved, replaced or removed. Raises `InputError` when `out` cannot be
    a folder to write in.
    """
    out = Path(os.path.realpath(out))  # `Path.resolve` fails where links lead in a circle
    _check(out)
    home = _home(out)
    _recover(home, out)
    # Its name is known before it is made: a stop may come between the two.
    folder, held = home / f"{_prefix(out)}{secrets.token_hex(8)}", None
    try:
        folder.mkdir(mode=0o700)
        held = _lock(folder)
        yield folder
        _publish(folder, out)
    finally:
        if not _names_in(folder / _LEAVING) and not _names_in(folder / _LEFT):
            shutil.rmtree(folder, ignore_errors=True)
        if held is not None:
            os.close(held)


def fingerprint(path: Path) -> dict[str, str | int]:
    """Return the size in bytes and the SHA-256 of a file."""
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def _check(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise InputError(f"the output folder {str(out)!r} is a file; give another name to --out")
    for name in NAMES:
        if (out / name).is_dir():
            raise InputError(f"{str(out / name)!r} is a folder where a file is to be written; give another --out")


def _home(out: Path) -> Path:
    """Return the folder from which files can be moved into `out`: its parent, or `out` where that is a mount."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if not out.exists() or _can_move(out.parent, out):
            _try(out.parent)
            return out.parent
        _try(out)
    except OSError as error:
        raise InputError(
            f"cannot write to the output folder {str(out)!r}: {error.strerror}; give another --out"
        ) from error
    return out


def _can_move(home: Path, out: Path) -> bool:
    """Whether a file made in `home` can be renamed into `out`; a container's volume refuses."""
    try:
        with tempfile.TemporaryDirectory(prefix=_MARK, dir=home) as probe:
            moved = out / Path(probe).name
            (Path(probe) / "probe").touch()
            (Path(probe) / "probe").rename(moved)
            moved.unlink()
    except OSError:
        return False
    return True


def _try(folder: Path) -> None:
    tempfile.TemporaryDirectory(prefix=_MARK, dir=folder).cleanup()


def _prefix(out: Path) -> str:
    return f".{out.name}{_MARK}"


def _lock(folder: Path) -> int:
    """Hold `folder` as long as this process lives; raises `BlockingIOError` when another one holds it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle


def _recover(home: Path, out: Path) -> None:
    """Clear what killed runs left behind; one killed between the moves gives the earlier files back."""
    for remains in home.iterdir():
        if not remains.name.startswith(_prefix(out)) or not remains.is_dir():
            continue
        try:
            held = _lock(remains)
        except OSError:
            continue  # a run at work
        if not (out / RUN_FILE).exists():
            _take_back(remains, out)
        shutil.rmtree(remains, ignore_errors=True)
        os.close(held)


def _publish(folder: Path, out: Path) -> None:
    for name in _names_in(folder):
        _sync(folder / name)
    out.mkdir(exist_ok=True)
    turn = os.open(out, os.O_RDONLY)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX)  # two runs into one folder move one after the other
        _move_all(folder, out)
    finally:
        os.close(turn)


def _move_all(folder: Path, out: Path) -> None:
    try:
        (folder / _LEAVING).mkdir()
        for name in reversed(_names_in(out)):
            _move(out / name, folder / _LEAVING / name)
        (folder / _LEAVING).rename(folder / _LEFT)
        for name in _names_in(folder):
            _move(folder / name, out / name)
        _sync(out)
    except BaseException:
        _take_back(folder, out)
        raise
    shutil.rmtree(folder / _LEFT)


def _take_back(folder: Path, out: Path) -> None:
    """Give `out` its earlier files again; safe to repeat when it is cut short itself."""
    if (folder / _LEFT).is_dir():
        for name in reversed(_names_in(out)):
            (out / name).unlink()
        (folder / _LEFT).rename(folder / _LEAVING)
    for name in _names_in(folder / _LEAVING):
        _move(folder / _LEAVING / name, out / name)


def _move(source: Path, target: Path) -> None:
    source.replace(target)


def _names_in(folder: Path) -> list[str]:
    return [name for name in NAMES if (folder / name).is_file()]


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
