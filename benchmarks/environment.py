"""The other package in an environment of its own, made from pinned hashes and kept in the cache."""

from __future__ import annotations

import hashlib
import sys
import venv
from pathlib import Path

from measure import NotMeasured, ProcessFailed, run

HERE = Path(__file__).resolve().parent
CACHE = HERE / ".cache"
REQUIREMENTS = HERE / "requirements-lifetimes.txt"


def lifetimes_python() -> str:
    """Return the interpreter that has lifetimes, making its environment first; raises `NotMeasured` where it cannot."""
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]
    folder = CACHE / f"lifetimes-{sys.version_info.major}.{sys.version_info.minor}-{wanted}"
    python = folder / "bin" / "python"
    ready = folder / "ready"
    if not ready.exists():
        print(f"Making an environment for lifetimes in {folder.relative_to(HERE.parent)}", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        install = [str(python), "-m", "pip", "--disable-pip-version-check", "-qq", "install", "--require-hashes"]
        try:
            run([*install, "-r", str(REQUIREMENTS)], limit=1800)
        except ProcessFailed as reason:
            raise NotMeasured(f"no environment for lifetimes could be made: {reason}") from None
        ready.touch()
    return str(python)
