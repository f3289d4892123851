"""The folder of the simulated shop appears whole or not at all, and never in the place of somebody else's.

It is built beside its place and moved there by two renames, the earlier shop out and the new one in.
A demo that was killed leaves a hidden folder behind, which the next one clears away.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from regulars.errors import InputError
from regulars.sources.simulated.files import TRUTH, TRUTH_FACTS
from regulars.sources.simulated.truth import SHOP

_NEW, _EARLIER = "new", "earlier"


@contextmanager
def placed(shop: Path) -> Iterator[Path]:
    """Give an empty folder; when the block ends well it stands as `shop`, else everything is as before.

    Raises `InputError` where `shop` is something that no demo made, or its parent cannot be written.
    """
    shop = shop.resolve()
    _check(shop)
    made = not shop.parent.exists()
    home = _home(shop)
    held = os.open(home, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        (home / _NEW).mkdir()
        yield home / _NEW
        _swap(home, shop)
    finally:
        shutil.rmtree(home, ignore_errors=True)
        os.close(held)
        if made:
            with suppress(OSError):  # it holds files, as it should
                shop.parent.rmdir()


def is_simulated(shop: Path) -> bool:
    """Return whether the folder `shop` was made by a demo: its truth says so."""
    try:
        facts = json.loads((shop / TRUTH / TRUTH_FACTS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(facts, dict) and facts.get("what") == SHOP


def _check(shop: Path) -> None:
    if shop.parent.exists() and not shop.parent.is_dir():
        raise InputError(f"the output folder {str(shop.parent)!r} is a file; give another name to --out")
    if (shop.exists() or shop.is_symlink()) and not is_simulated(shop):
        raise InputError(f"{str(shop)!r} is there already and holds no simulated shop; give another --out")


def _home(shop: Path) -> Path:
    """Make the folder to build in, beside the place of the shop so that a rename suffices."""
    prefix = f".{shop.name}.regulars-"
    try:
        shop.parent.mkdir(parents=True, exist_ok=True)
        _clear(shop.parent, prefix)
        return Path(tempfile.mkdtemp(prefix=prefix, dir=shop.parent))
    except OSError as error:
        raise InputError(
            f"cannot write to the output folder {str(shop.parent)!r}: {error.strerror}; give another --out"
        ) from error


def _clear(parent: Path, prefix: str) -> None:
    """Remove what killed demos left behind; a folder that another demo holds stays."""
    for remains in parent.glob(f"{prefix}*"):
        held = os.open(remains, os.O_RDONLY)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(remains, ignore_errors=True)
        except BlockingIOError:
            continue
        finally:
            os.close(held)


def _swap(home: Path, shop: Path) -> None:
    earlier = shop.exists()
    if earlier:
        shop.rename(home / _EARLIER)
    try:
        (home / _NEW).rename(shop)
    except BaseException:
        if earlier:
            (home / _EARLIER).rename(shop)
        raise
