"""Libraries that not everybody installs: asked for when they are needed, named when they are missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from regulars.errors import RunFailed


def library(name: str, extra: str) -> Any:
    """Return the module `name`; raises `RunFailed` with the command that installs it as an extra of this package.

    >>> library("json", extra="none").dumps([1])
    '[1]'
    """
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise RunFailed(f"{name} is not installed; install it with: pip install 'regulars[{extra}]'") from error
