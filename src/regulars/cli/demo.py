"""regulars demo: a simulated shop with a known truth, and a run over it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from regulars.cli.terminal import say, watching
from regulars.progress import Progress

if TYPE_CHECKING:
    from regulars.app.demo import Demo


def demo(
    *,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the files.")] = Path("regulars-demo"),
    seed: Annotated[int, typer.Option(metavar="N", help="Another seed is another shop.")] = 0,
    customers: Annotated[int, typer.Option(metavar="N", help="How many customers come in three years.")] = 4_000,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print run.json and the comparison on stdout, and nothing else there.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,  # noqa: ARG001 - `main` looks for it
) -> None:
    """Simulate a shop with a known truth, write its files, and value its customers."""
    found = _demo(out, seed, customers, quiet=quiet)
    if as_json:
        from regulars.app.demo import account  # noqa: PLC0415 - loaded by now

        sys.stdout.buffer.write(account(found, out))
    elif not quiet:
        _say_summary(found, out)


def _demo(out: Path, seed: int, customers: int, *, quiet: bool) -> Demo:
    with watching(quiet=quiet) as watcher:
        from regulars.app.demo import demo as make  # noqa: PLC0415 - the engine loads when a run starts
        from regulars.app.value import local_today  # noqa: PLC0415 - as above
        from regulars.sources.simulated.plan import Plan  # noqa: PLC0415 - as above

        plan = Plan(customers=customers, seed=seed)
        return make(plan, out, today=local_today(), progress=Progress(watcher))


def _say_summary(found: Demo, out: Path) -> None:
    from regulars.app.demo import SHOP_FOLDER, summary  # noqa: PLC0415 - loaded by now
    from regulars.app.summary import summary as summary_of_run  # noqa: PLC0415 - as above

    forecast, *others = summary_of_run(found.written.valuation)
    files = [
        ("Files", f"{', '.join(found.written.files)} in {out}"),
        ("The shop", f"{', '.join(found.shop_files)} in {out / SHOP_FOLDER}"),
    ]
    for label, text in [forecast, *summary(found), *others, *files]:
        say(f"{label}: {text}")
