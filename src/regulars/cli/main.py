"""The command `regulars`: one file per command, one exit status per kind of ending.

0: done. 2: the input or the options are wrong. 1: anything else. 130: stopped by Ctrl-C.
Nothing heavy is imported before a command needs it, so that `--help` answers at once.
"""

from __future__ import annotations

import signal
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from regulars.cli.models import models
from regulars.cli.run import run
from regulars.cli.sources import sources
from regulars.cli.terminal import complain, say
from regulars.errors import InputError, NotApplicable, RegularsError

COMMANDS = (run, models, sources)

DONE, FAILED, WRONG, STOPPED, ENDED = 0, 1, 2, 130, 143

# typer names only some of its usage errors in public; this is the class that all of them share.
UsageError = typer.BadParameter.__mro__[1]

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
        say_as_is(context.get_help())


def say_as_is(text: str) -> None:
    """Write several lines of our own to stdout."""
    sys.stdout.write(text + "\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    signal.signal(signal.SIGTERM, _end)
    try:
        status = app(args=given, prog_name="regulars", standalone_mode=False)
        sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001 - the last door: every ending becomes a status and a sentence
        if "--debug" in given:
            traceback.print_exc()
        return _ending(error)
    return status if isinstance(status, int) else DONE


def _ending(error: BaseException) -> int:
    status, sentence = _verdict(error)
    if sentence:
        complain(f"regulars: {sentence}")
    return status


def _verdict(error: BaseException) -> tuple[int, str]:
    match error:
        case SystemExit():
            return (error.code if isinstance(error.code, int) else FAILED), ""
        case KeyboardInterrupt() | typer.Abort():
            return STOPPED, ""
        case InputError() | NotApplicable():
            return WRONG, str(error)
        case UsageError():
            return WRONG, f"{error.format_message().rstrip('.')}; see regulars --help"
        case RegularsError():
            return FAILED, str(error)
        case BrokenPipeError():
            return FAILED, ""
        case OSError():
            return FAILED, f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}"
        case MemoryError():
            return FAILED, "out of memory; use a machine with more, or fewer --threads"
        case _:
            return FAILED, f"something unexpected happened: {type(error).__name__}: {error}; --debug shows where"


def _end(*_: object) -> NoReturn:
    """Turn the polite request to end into an ordinary ending, so that nothing is left behind."""
    raise SystemExit(ENDED)
