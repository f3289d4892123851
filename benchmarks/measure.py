"""What a whole process costs: wall clock, processor time and peak memory, in pairs A B A B."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Command = list[str]


@dataclass(frozen=True)
class Usage:
    """Wall seconds, processor seconds (user and system, all threads), peak resident memory in MB, what it printed."""

    seconds: float
    processor_seconds: float
    megabytes: float
    printed: str = ""


class ProcessFailed(Exception):
    """A measured process failed or took longer than it was given."""


class NotMeasured(Exception):
    """A row lacks something that is not this project's: public data, the other package."""


def run(command: Command, *, limit: float) -> Usage:
    """Run `command` to its end and return what it cost; raises `ProcessFailed`."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=err, env=_environment(), start_new_session=True)
        stop = threading.Timer(limit, os.killpg, (process.pid, signal.SIGKILL))
        stop.start()
        # wait4 and not wait: only it returns the peak memory of this one process.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        stop.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        printed, complaint = out.read().decode(), err.read().decode(errors="replace")
    name = " ".join(Path(part).name for part in command[:3])
    if process.returncode == -signal.SIGKILL and seconds >= limit:
        raise ProcessFailed(f"{name}: not done after {limit:,.0f} s")
    if process.returncode:
        raise ProcessFailed(f"{name}: exit status {process.returncode}: {complaint.strip()[-500:]}")
    return Usage(seconds, usage.ru_utime + usage.ru_stime, _megabytes(usage.ru_maxrss), printed)


def in_pairs(first: Command, second: Command, *, times: int, limit: float) -> tuple[Usage, Usage]:
    """Run the two commands in turn, `times` times each, and return the medians of both."""
    pairs = [(run(first, limit=limit), run(second, limit=limit)) for _ in range(times)]
    return median([one for one, _ in pairs]), median([other for _, other in pairs])


def median(usages: list[Usage]) -> Usage:
    """Return the median of each figure, and what the last run printed."""

    def of(figure: Callable[[Usage], float]) -> float:
        return statistics.median(figure(usage) for usage in usages)

    return Usage(
        of(lambda usage: usage.seconds),
        of(lambda usage: usage.processor_seconds),
        of(lambda usage: usage.megabytes),
        usages[-1].printed,
    )


def _environment() -> dict[str, str]:
    """Return this environment, but with compiled modules kept: else every start compiles the libraries anew."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _megabytes(maximum: int) -> float:
    """Return ru_maxrss, which is bytes on macOS and kilobytes elsewhere, in MB."""
    return maximum / 1e6 if sys.platform == "darwin" else maximum / 1e3
