"""The long run of the fuzzer: `make fuzz`, or with --seed, --first and --files for a part of it.

Files that break what must hold are kept; the same seed and number make them again.
"""

from __future__ import annotations

import argparse
import functools
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from fuzzing import ending_of  # noqa: E402 - found by the line above
from mutants import lines_of_the_example, mutant  # noqa: E402 - as above

from regulars.engines.duckdb import DuckDBEngine  # noqa: E402 - as above

say = functools.partial(print, flush=True)  # what was found is seen while the rest still runs

EVERY = 200  # files per session of the engine, so that what one leaves behind cannot pile up


def main() -> int:
    """Run the mutants asked for; return 1 if some of them broke what must hold."""
    options = _options()
    lines = lines_of_the_example(ROOT / "examples" / "online_retail.parquet")
    samples = sorted(path for path in options.samples.rglob("*.*") if path.is_file()) if options.samples else []
    endings: Counter[str] = Counter()
    begun = time.perf_counter()
    numbers = range(options.first, options.first + options.files)
    with tempfile.TemporaryDirectory(prefix="regulars-fuzz-") as folder:
        for start in range(0, len(numbers), EVERY):
            with DuckDBEngine(threads=1, memory_limit="1GB") as engine:
                for number in numbers[start : start + EVERY]:
                    made = mutant(lines, samples, options.seed, number)
                    (options.keep / "last").write_text(f"{options.seed} {number}\n")
                    try:
                        ending = ending_of(engine, made, Path(folder))
                    except Exception as error:  # noqa: BLE001 - each is counted and kept
                        ending = "BROKE"
                        (options.keep / f"{options.seed}-{number}-{made.name}").write_bytes(made.content)
                        say(f"{number} {made.kind}: {type(error).__name__}: {str(error)[:300]}")
                    endings[f"{made.kind}: {ending}"] += 1
                    endings[ending] += 1
            if (start // EVERY) % 5 == 4:
                say(f"{start + EVERY} files, {time.perf_counter() - begun:.0f} s")
    for name, count in sorted(endings.items()):
        say(f"{count:8,} {name}")
    say(f"{len(numbers):,} files of seed {options.seed} in {time.perf_counter() - begun:.0f} s")
    return 1 if endings["BROKE"] else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first file")
    parser.add_argument("--samples", type=Path, help="a folder of real exports, which are changed too")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-out"), help="where files that broke something are kept")
    options = parser.parse_args()
    options.keep.mkdir(parents=True, exist_ok=True)
    return options


if __name__ == "__main__":
    sys.exit(main())
