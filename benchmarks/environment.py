"""Each other package in an environment of its own, made from pinned hashes and kept in the cache."""

from __future__ import annotations

import hashlib
import sys
import venv
from pathlib import Path

from measure import NotMeasured, ProcessFailed, run

HERE = Path(__file__).resolve().parent
CACHE = HERE / ".cache"


def lifetimes_python() -> str:
    """Return the interpreter that has lifetimes, making its environment first; raises `NotMeasured` where it cannot."""
    return _python_with("lifetimes")


def pymc_python() -> str:
    """Return the interpreter that has pymc-marketing (1.5 GB), as `lifetimes_python` does."""
    return _python_with("pymc")


def _python_with(name: str) -> str:
    requirements = HERE / f"requirements-{name}.txt"
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    folder = CACHE / f"{name}-{sys.version_info.major}.{sys.version_info.minor}-{wanted}"
    python = folder / "bin" / "python"
    ready = folder / "ready"
    if not ready.exists():
        print(f"Making an environment for {name} in {folder.relative_to(HERE.parent)}", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        install = [str(python), "-m", "pip", "--disable-pip-version-check", "-qq", "install", "--require-hashes"]
        try:
            run([*install, "-r", str(requirements)], limit=1800)
        except ProcessFailed as reason:
            raise NotMeasured(f"no environment for {name} could be made: {reason}") from None
        ready.touch()
    return str(python)
