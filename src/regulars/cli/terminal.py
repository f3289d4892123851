"""What the command line says while it works and when it is done.

Progress and errors go to stderr, results to stdout. A text from the outside (a file name, a
column) never reaches the terminal with control characters in it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from regulars.progress import Silent, Step, Watcher

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID


def say(line: str) -> None:
    """Write one line to stdout."""
    sys.stdout.write(printable(line) + "\n")


def complain(sentence: str) -> None:
    """Write one line to stderr."""
    sys.stderr.write(printable(sentence) + "\n")


def printable(text: str) -> str:
    r"""Return `text` on one line, with control characters written out.

    >>> printable("red \x1b[31m\nnext")
    'red \\x1b[31m\\nnext'
    """
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


@contextmanager
def watching(*, quiet: bool) -> Iterator[Watcher]:
    """Give who is to be told of the steps: a live list on a terminal, plain lines elsewhere, nobody when quiet."""
    if quiet:
        yield Silent()
    elif sys.stderr.isatty():
        with _live_list() as watcher:
            yield watcher
    else:
        yield PlainLines()


class PlainLines:
    """Writes a line to stderr for each finished step."""

    def started(self, name: str) -> None:
        """Do nothing; the line comes when the step is done."""

    def reached(self, share: float, seconds_left: float | None) -> None:
        """Do nothing; a file of plain lines is not to fill with shares."""

    def finished(self, step: Step) -> None:
        """Write the step, what it counted, its seconds."""
        complain(" … ".join(part for part in (step.name, step.counted, f"{step.seconds:.1f} s") if part))
        sys.stderr.flush()


class LiveList:
    """Shows the steps as a list that grows, the running one with a moving mark."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._running: list[TaskID] = []

    def started(self, name: str) -> None:
        """Add a line."""
        self._running.append(self._bars.add_task(printable(name), total=1, counted=""))

    def reached(self, share: float, seconds_left: float | None) -> None:
        """Show on the running line how far its pass over the data is."""
        if self._running:
            counted = "" if seconds_left is None else f"{share:.0%}, {time_left(seconds_left)} left"
            self._bars.update(self._running[-1], counted=counted)

    def finished(self, step: Step) -> None:
        """Complete the line."""
        line = self._running.pop()
        self._bars.update(line, completed=1, counted=printable(step.counted))
        self._bars.stop_task(line)


def time_left(seconds: float) -> str:
    """Write an estimate of seconds no finer than it deserves.

    >>> time_left(3.2), time_left(47), time_left(130)
    ('5 s', '45 s', '2 min')
    """
    return f"{max(5, round(seconds / 5) * 5)} s" if seconds < 90 else f"{seconds / 60:.0f} min"


@contextmanager
def _live_list() -> Iterator[LiveList]:
    from rich.console import Console  # noqa: PLC0415 - rich takes a tenth of a second to load
    from rich.progress import Progress, SpinnerColumn, TextColumn  # noqa: PLC0415 - as above

    columns = (
        SpinnerColumn(finished_text="✓"),
        TextColumn("{task.description}", markup=False),
        TextColumn("{task.fields[counted]}", markup=False, justify="right"),
        TextColumn("{task.elapsed:.1f} s", markup=False, justify="right"),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        yield LiveList(bars)
