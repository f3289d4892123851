"""Steps of long work, with what they counted and how long they took.

Whoever watches gives a `Watcher`; the work only says where it is.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Step:
    """One finished step: its name, its seconds, the peak memory of the process so far, what it counted.

    `processor_seconds` are those of all threads: on a busy machine they say more than the clock.
    """

    name: str
    seconds: float
    processor_seconds: float
    peak_megabytes: float
    counted: str


class Watcher(Protocol):
    """Whoever is told about steps: a terminal, a log, nobody."""

    def started(self, name: str) -> None:
        """A step begins."""

    def reached(self, share: float, seconds_left: float | None) -> None:
        """The running step has done this share of its present pass; None where it is too early to say how long yet."""

    def finished(self, step: Step) -> None:
        """A step is done."""


class Silent:
    """Tells nobody."""

    def started(self, name: str) -> None:
        """Do nothing."""

    def reached(self, share: float, seconds_left: float | None) -> None:
        """Do nothing."""

    def finished(self, step: Step) -> None:
        """Do nothing."""


# Before that, an estimate of the time left would jump about.
_SECONDS_TO_JUDGE = 2.0
_SHARE_TO_JUDGE = 0.03


@dataclass
class Counted:
    """What a running step has counted so far, in words ("541,909 rows")."""

    text: str = ""


@dataclass
class Progress:
    """Collects the steps of one run and tells the watcher about each."""

    watcher: Watcher = field(default_factory=Silent)
    steps: list[Step] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[Counted]:
        """Time one step; the block may set `.text` to say what it counted."""
        self.watcher.started(name)
        counted = Counted()
        begun, busy = time.perf_counter(), time.process_time()
        yield counted
        seconds, processor = time.perf_counter() - begun, time.process_time() - busy
        done = Step(name, seconds, processor, peak_megabytes(), counted.text)
        self.steps.append(done)
        self.watcher.finished(done)

    def reached(self, share: float, seconds: float) -> None:
        """Hear that the running step has done `share` of a pass over the data in so many seconds."""
        early = seconds < _SECONDS_TO_JUDGE or share < _SHARE_TO_JUDGE
        self.watcher.reached(share, None if early else seconds * (1.0 - share) / share)


def peak_megabytes() -> float:
    """Return the largest resident memory of this process so far, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3
