"""Every error of the package: what happened, what was there, what to do.

Three kinds are kept apart, because a caller treats them differently: the input or
an option is wrong (`InputError`, exit status 2), a question does not apply to this
model or these data (`NotApplicable`), and something failed on the way
(`RunFailed`, exit status 1).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class RegularsError(Exception):
    """Base of every error raised on purpose by this package."""


class InputError(RegularsError):
    """The data or an option cannot be used as given; the message says what to do."""


class HoldsSubscriptions(InputError):
    """What was given for orders holds contracts with a start and an end; the message says where they are welcome."""


class Unreadable(InputError):
    """The engine could not read what it was given to its end; the message is the engine's, without a file's name."""


class NotApplicable(RegularsError):
    """The question has no answer for this model or these data; the message says why."""


class RunFailed(RegularsError):
    """Something outside the input went wrong: a full disk, a lost file, no memory."""


class UnknownName(InputError):
    """A name that nothing is registered under, answered with the names that are."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        super().__init__(f"unknown {kind} {name!r}{suggestion(name, names)}; known: {', '.join(names)}")


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return ``" (did you mean 'x'?)"`` for the closest known name, or nothing.

    >>> suggestion("bgnbd", ["bg-nbd", "pareto-nbd"])
    " (did you mean 'bg-nbd'?)"
    """
    close = difflib.get_close_matches(name, list(known), n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""
