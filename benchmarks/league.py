"""Hold the league: regulars on its own against lifetimes, boosted trees and plain rules on public sets.

    python benchmarks/league.py [SET ...] [--learners] [--draws N] [--data FOLDER] [--out FILE]

Prints each promise with yes or no and, where every set was asked for, writes docs/league.md, or
docs/league-learners.md with --learners.
Ends with status 1 where a promise is not held.
"""

from __future__ import annotations

import argparse
import sys
import time
from importlib.metadata import version
from pathlib import Path

from contest.bootstrap import DRAWS
from contest.page import page
from contest.results import SetResult, result_of
from contest.sets import SPLITS
from contest.verdicts import verdicts
from environment import HERE
from run import processor

SEED = 0
DOCS = HERE.parent / "docs"


def main() -> int:
    """Hold the league on the sets asked for and return 1 where a promise is not held."""
    names = [split.name for split in SPLITS]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"of {', '.join(names)}; default: all")
    parser.add_argument("--draws", type=int, default=DRAWS, help="draws of the paired bootstrap (default 1,000)")
    parser.add_argument("--data", type=Path, default=HERE.parents[1] / "shared" / "data", help="folder of the sets")
    parser.add_argument("--out", type=Path, help="where to write the page; default: docs/ where all are held")
    parser.add_argument("--learners", action="store_true", help="let boosted trees compete inside regulars too")
    options = parser.parse_args()
    unknown = sorted(set(options.sets) - set(names))
    if unknown:
        parser.error(f"unknown set {', '.join(unknown)}; known: {', '.join(names)}")
    chosen = [split for split in SPLITS if not options.sets or split.name in options.sets]
    results = [_held(split.name, options) for split in chosen]
    standing = DOCS / ("league-learners.md" if options.learners else "league.md")
    target = options.out or (standing if len(chosen) == len(SPLITS) else None)
    if target is not None:
        target.write_text(page(results, machine(), learners=options.learners), encoding="utf-8")
    found = verdicts(results)
    for verdict in found:
        print({True: "yes", False: "NO ", None: "?  "}[verdict.holds], verdict.promise)
        for reason in verdict.reasons:
            print(f"      {reason}")
    return int(any(verdict.holds is False for verdict in found))


def _held(name: str, options: argparse.Namespace) -> SetResult:
    begun = time.process_time()
    split = next(one for one in SPLITS if one.name == name)
    found = result_of(split, options.data, seed=SEED, draws=options.draws, learners=options.learners)
    print(f"{name}: {time.process_time() - begun:.0f} s of processor time", file=sys.stderr, flush=True)
    return found


def machine() -> str:
    """Name what the league was held with; its figures do not depend on the machine's speed."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("regulars", "duckdb", "numpy", "scipy", "lightgbm"))
    return f"Held with {packages} on {processor()}; seed {SEED}."


if __name__ == "__main__":
    sys.exit(main())
