"""How a command ends: one exit status per kind of ending, and at most one sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer

from regulars.errors import InputError, NotApplicable, RegularsError

DONE, FAILED, WRONG, STOPPED = 0, 1, 2, 130

# typer names only some of its usage errors in public; this is the class that all of them share.
_UsageError = typer.BadParameter.__mro__[1]


def ending(error: BaseException) -> tuple[int, str]:
    """Return the exit status for what ended a command, and the sentence to say, empty for none.

    >>> ending(InputError("no such file: orders.csv"))
    (2, 'no such file: orders.csv')
    """
    if isinstance(error, SystemExit):
        return (error.code if isinstance(error.code, int) else FAILED), ""
    return next((status, sentence(error)) for kind, status, sentence in _ENDINGS if isinstance(error, kind))


def _usage(error: Any) -> str:
    return f"{error.format_message().rstrip('.')}; see regulars --help"


def _system(error: Any) -> str:
    return f"{error.strerror or error}" + (f": {error.filename}" if error.filename else "")


def _nothing(_: BaseException) -> str:
    return ""


def _unexpected(error: BaseException) -> str:
    return f"something unexpected happened: {type(error).__name__}: {error}; --debug shows where"


# The first kind that fits holds.
_ENDINGS: tuple[tuple[type[BaseException], int, Callable[[BaseException], str]], ...] = (
    (KeyboardInterrupt, STOPPED, _nothing),
    (typer.Abort, STOPPED, _nothing),
    (_UsageError, WRONG, _usage),
    (InputError, WRONG, str),
    (NotApplicable, WRONG, str),
    (RegularsError, FAILED, str),
    (BrokenPipeError, FAILED, _nothing),
    (OSError, FAILED, _system),
    (MemoryError, FAILED, lambda _: "out of memory; use a machine with more of it, or --memory-limit"),
    (BaseException, FAILED, _unexpected),
)
