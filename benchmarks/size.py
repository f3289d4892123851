"""Run regulars over 10^5 to 10^8 orders: time and memory by step, as a table and as a picture.

    python benchmarks/size.py [--largest CUSTOMERS] [--picture FILE.svg]

Exports of the simulated shop, two of five orders by a new customer, are made where they are not there yet.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import vl_convert

from environment import CACHE, HERE
from measure import Usage, run
from panel import CONFIG, panel
from rows import LIMIT, SIDES, exported, sized_run
from run import machine, table

# Customers and the memory that the run is granted.
SIZES = ((40_000, "2GB"), (400_000, "2GB"), (4_000_000, "4GB"), (8_000_000, "4GB"), (40_000_000, "8GB"))


@dataclass(frozen=True)
class Measured:
    """One size: its orders, the limit of memory, what run and scan cost, and the steps that run.json names."""

    orders: int
    memory: str
    usage: Usage
    scan: Usage
    steps: list[dict[str, Any]]


def main() -> None:
    """Measure each size once, print the tables, draw the picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--largest", type=int, default=SIZES[-1][0], help="leave out exports of more customers")
    parser.add_argument("--picture", type=Path, default=HERE.parent / "docs" / "size.svg")
    options = parser.parse_args()
    found = [measured(customers, memory) for customers, memory in SIZES if customers <= options.largest]
    print(machine(), end="\n\n")
    print(table(by_size(found)), end="\n\n")
    print(table(by_step(found[-1])))
    drawn = vl_convert.vegalite_to_svg(picture(found), allowed_base_urls=[])
    options.picture.write_text(drawn + "\n", encoding="utf-8")


def measured(customers: int, memory: str) -> Measured:
    """Run over one export, and scan it."""
    source, orders = exported(customers)
    print(f"measuring {orders:,} orders …", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        usage = run(sized_run(source, Path(folder), memory), limit=LIMIT)
        account = json.loads((Path(folder) / "ours" / "run.json").read_text(encoding="utf-8"))
    scan = run([sys.executable, str(SIDES / "duckdb_scan.py"), str(source)], limit=LIMIT)
    return Measured(orders, memory, usage, scan, account["run"]["steps"])


def by_size(found: list[Measured]) -> list[tuple[str, ...]]:
    """Return the rows of a table with one size each."""
    headings = ("orders", "--memory-limit", "peak memory, MB", "seconds", "CPU seconds", "one scan, CPU seconds")
    return [
        headings,
        *(
            (
                f"{size.orders:,}", size.memory, f"{size.usage.megabytes:,.0f}", f"{size.usage.seconds:,.1f}",
                f"{size.usage.processor_seconds:,.1f}", f"{size.scan.processor_seconds:,.1f}",
            )
            for size in found
        ),
    ]  # fmt: skip


def by_step(size: Measured) -> list[tuple[str, ...]]:
    """Return the rows of a table with the steps of one size, each beside one scan of the file."""
    scan = size.scan.processor_seconds
    return [
        ("step", "seconds", "CPU seconds", "scans", "peak memory so far, MB"),
        *(
            (
                step["name"], f"{step['seconds']:,.1f}", f"{step['processor_seconds']:,.1f}",
                f"{step['processor_seconds'] / scan:.1f}", f"{step['peak_megabytes']:,.0f}",
            )
            for step in size.steps
        ),
    ]  # fmt: skip


def picture(found: list[Measured]) -> dict[str, Any]:
    """Return the Vega-Lite specification: CPU seconds and peak memory by orders, on logarithmic axes."""
    return {
        "config": CONFIG,
        "hconcat": [
            _panel("CPU seconds", found, lambda usage: usage.processor_seconds),
            _panel("Peak memory, MB", found, lambda usage: usage.megabytes),
        ],
    }


def _panel(title: str, found: list[Measured], figure: Callable[[Usage], float]) -> dict[str, Any]:
    colours = {"domain": ["Run", "One scan of the file"], "range": ["#1a5fb4", "#b3530a"]}
    points = [
        {"orders": size.orders, "figure": figure(usage), "what": what}
        for size in found
        for what, usage in zip(colours["domain"], (size.usage, size.scan), strict=True)
    ]
    return panel(title, points, "orders", ticks=4, colours=colours)


if __name__ == "__main__":
    main()
