"""The command `regulars`: one file per command.

Exit status 0: done. 2: the input or the options are wrong. 1: anything else. 130: stopped by Ctrl-C.
Nothing heavy is imported before a command needs it, so that `--help` answers at once.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Annotated, NoReturn

import typer

from regulars.cli.charts import charts
from regulars.cli.demo import demo
from regulars.cli.endings import DONE, ending
from regulars.cli.formula import formula
from regulars.cli.metrics import metrics
from regulars.cli.models import models
from regulars.cli.run import run
from regulars.cli.sources import sources
from regulars.cli.terminal import complain, say

COMMANDS = (run, models, sources, charts, demo, metrics, formula)

# Our own threads work on the blocks of histories; threads of BLAS inside them only wait for each other
# (scoring a million customers: 1.2 against 0.7 CPU seconds). It reads this when numpy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

STOPPING = (signal.SIGINT, signal.SIGTERM)

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["--help", "-h"]},
)
for command in COMMANDS:
    app.command()(command)


@app.callback(invoke_without_command=True)
def regulars(
    context: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    """What each customer is worth, how sure that is, and why."""
    if version:
        from importlib.metadata import version as installed  # noqa: PLC0415 - only here

        say(f"regulars {installed('regulars')}")
    elif context.invoked_subcommand is None:
        sys.stdout.write(context.get_help() + "\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    with stoppable() as stops:
        status = _run(given)
    # Libraries answer a signal with errors and statuses of their own; the signal decides.
    return 128 + stops[0] if stops else status


def program() -> NoReturn:
    """Run the command line as a process that ends with it.

    It leaves at once: all files are closed by then, and clearing every object before the system takes the memory
    back keeps the caller waiting for a tenth of a second.
    """
    status = main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, AttributeError):  # a full disk, a closed pipe, or none at all: `main` has said so
            stream.flush()
    os._exit(status)


def _run(arguments: list[str]) -> int:
    try:
        status = app(args=arguments, prog_name="regulars", standalone_mode=False)
        sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001 - the last door: every ending becomes a status and a sentence
        if "--debug" in arguments:
            traceback.print_exc()
        status, sentence = ending(error)
        if sentence:
            complain(f"regulars: {sentence}")
    return status if isinstance(status, int) else DONE


@contextmanager
def stoppable() -> Iterator[list[int]]:
    """Let Ctrl-C and a polite request to end be ordinary endings that leave nothing behind; give their numbers."""
    stops: list[int] = []

    def stop(number: int, _: object) -> NoReturn:
        stops.append(number)
        raise KeyboardInterrupt

    earlier = [signal.signal(number, stop) for number in STOPPING]
    try:
        yield stops
    finally:
        for number, handler in zip(STOPPING, earlier, strict=True):
            signal.signal(number, handler)
