"""Time regulars against lifetimes 0.11.3 and print one table of ratios.

    python benchmarks/run.py [row ...] [--quick] [--times N] [--data FOLDER]

Both sides run in this one call, in turn, on this machine and the same files. Whole runs count
the whole process: starting Python, reading, fitting, scoring, writing. `--quick` uses small
data to see that everything runs; its ratios say nothing.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from environment import HERE
from measure import NotMeasured, ProcessFailed
from rows import ROWS, Cost, Required, Row, Settings

HEADINGS = (
    "row", "what", "data", "against", "regulars", "other", "times faster", "memory, MB", "other, MB", "share", "asked",
    "held",
)  # fmt: skip


def main() -> int:
    """Measure the rows asked for, print the table, and return 1 where a requirement is missed or a side fails."""
    names = [row.name for row in ROWS]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", metavar="row", help=f"of {', '.join(names)}; default: all")
    parser.add_argument("--quick", action="store_true", help="small data, once: does everything run?")
    parser.add_argument("--times", type=int, default=3, help="pairs of whole runs to take the median of (default 3)")
    parser.add_argument("--data", type=Path, default=HERE.parents[1] / "shared" / "data", help="folder with cdnow/")
    options = parser.parse_args()
    unknown = sorted(set(options.rows) - set(names))
    if unknown:
        parser.error(f"unknown row {', '.join(unknown)}; known: {', '.join(names)}")
    settings = Settings(options.quick, 1 if options.quick else options.times, options.data)
    chosen = [row for row in ROWS if not options.rows or row.name in options.rows]
    results = [measured(row, settings) for row in chosen]
    print(machine(), end="\n\n")
    print(table([HEADINGS, *(result.cells for result in results)]))
    for result in results:
        if result.remark:
            print(f"\n{result.cells[0]}: {result.remark}")
    if settings.quick:
        print("\nQuick: small data, measured once. The ratios say nothing; run without --quick.")
    return int(any(result.missed for result in results))


@dataclass(frozen=True)
class Result:
    """One line of the table, what is said below it (what went wrong, a file's size), whether something was missed."""

    cells: tuple[str, ...]
    remark: str = ""
    missed: bool = False


def measured(row: Row, settings: Settings) -> Result:
    """Measure one row."""
    print(f"measuring {row.name} …", file=sys.stderr, flush=True)
    try:
        data, ours, other = row.measure(settings)
    except (NotMeasured, ProcessFailed) as reason:
        cells = (row.name, row.title, "not measured", row.other, *[""] * 6, asked(row.required), "")
        return Result(cells, str(reason), missed=isinstance(reason, ProcessFailed))
    judged = row.required != Required() and not settings.quick
    held = holds(row.required, ours, other)
    held_in_words = ("yes" if held else "no") if judged else ""
    cells = (
        row.name, row.title, data, row.other, spent(ours), spent(other), f"{other.seconds / ours.seconds:.1f}",
        memory(ours), memory(other), share(ours, other), asked(row.required), held_in_words,
    )  # fmt: skip
    return Result(cells, page(ours, other), missed=judged and not held)


def holds(required: Required, ours: Cost, other: Cost) -> bool:
    """Say whether one row's requirement is met."""
    return (
        (required.faster is None or other.seconds >= required.faster * ours.seconds)
        and (required.seconds is None or ours.seconds <= required.seconds)
        and (required.megabytes is None or (ours.megabytes or 0.0) <= required.megabytes)
        and (required.memory is None or (ours.megabytes or 0.0) <= required.memory * (other.megabytes or 0.0))
        and (required.more_seconds is None or ours.seconds - other.seconds <= required.more_seconds)
        and (required.page_megabytes is None or (ours.page_megabytes or 0.0) <= required.page_megabytes)
        and (required.effective is None or (ours.effective or 0.0) >= required.effective)
    )


def asked(required: Required) -> str:
    """Return the requirement in words."""
    parts = [
        f"{required.faster:g} times faster" if required.faster else "",
        f"at most {required.memory:g} of the memory" if required.memory else "",
        f"at most {required.megabytes:,.0f} MB" if required.megabytes else "",
        f"at most {_clock(required.seconds)}" if required.seconds else "",
        f"at most {required.more_seconds:g} s more" if required.more_seconds else "",
        f"{required.effective:,.0f} effective draws" if required.effective else "",
        f"file at most {required.page_megabytes:g} MB" if required.page_megabytes else "",
    ]
    return ", ".join(part for part in parts if part)


def _clock(seconds: float) -> str:
    return f"{seconds:g} s" if seconds >= 1 else f"{seconds * 1000:g} ms"


def spent(cost: Cost) -> str:
    """Return seconds or milliseconds, beside them processor seconds, effective draws or the log-likelihood."""
    clock = f"{cost.seconds:.2f} s" if cost.seconds >= 1 else f"{cost.seconds * 1000:.1f} ms"
    if cost.processor_seconds is not None:
        return f"{clock} (CPU {cost.processor_seconds:.1f} s)"
    if cost.effective is not None:
        return f"{clock} ({cost.effective:,.0f} effective draws)"
    return clock if cost.log_likelihood is None else f"{clock} (LL {cost.log_likelihood:.3f})"


def memory(cost: Cost) -> str:
    """Return the peak memory, or nothing for a fit inside a process."""
    return "" if cost.megabytes is None else f"{cost.megabytes:,.0f}"


def page(ours: Cost, other: Cost) -> str:
    """Say what a report weighs and how many seconds it took, or nothing where none was written."""
    if ours.page_megabytes is None:
        return ""
    return f"the file weighs {ours.page_megabytes:.2f} MB and took {ours.seconds - other.seconds:.2f} s more"


def share(ours: Cost, other: Cost) -> str:
    """Return our peak memory as a share of the other's, where both are whole processes."""
    return f"{ours.megabytes / other.megabytes:.2f}" if ours.megabytes and other.megabytes else ""


def table(rows: list[tuple[str, ...]]) -> str:
    """Return rows of cells as a Markdown table whose columns line up.

    >>> print(table([("a", "b"), ("1", "long")]))
    | a | b    |
    | - | ---- |
    | 1 | long |
    """
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    ruled = [rows[0], tuple("-" * width for width in widths), *rows[1:]]
    return "\n".join("| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in ruled)


def processor() -> str:
    """Name the processor and count its cores."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    return f"{model}, {os.cpu_count()} cores"


def machine() -> str:
    """Name the machine and what ran on it, and say how busy it was."""
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in ("regulars", "duckdb", "numpy", "scipy"))
    return (
        f"{processor()}, {gigabytes:.0f} GiB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}; load at the end {os.getloadavg()[0]:.1f}\n"
        f"{packages}; against lifetimes 0.11.3 (benchmarks/requirements-lifetimes.txt)"
    )


if __name__ == "__main__":
    sys.exit(main())
