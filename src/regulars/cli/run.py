"""regulars run ORDERS...: value every customer and write the files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from regulars.app.request import AS_GIVEN, BASES, DATE_ORDERS, DECIMAL_MARKS, ENGINES, ZERO_AMOUNTS, Request
from regulars.cli.terminal import say, watching
from regulars.errors import HoldsSubscriptions, InputError
from regulars.periods import date_of
from regulars.progress import Progress

if TYPE_CHECKING:
    from regulars.app.run import Written
    from regulars.app.subscriptions import WrittenSubscriptions


def run(
    orders: Annotated[
        list[str],
        typer.Argument(metavar="ORDERS", help="Files (see regulars sources), folders of them, a database's address."),
    ],
    *,
    query: Annotated[
        str | None, typer.Option(metavar="SQL", help="What to read from a database: one SELECT statement.")
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Value as of this day; default: the last order not after today."),
    ] = None,
    horizon: Annotated[int, typer.Option(metavar="DAYS", help="How far to look ahead.")] = 365,
    unit: Annotated[str, typer.Option(metavar="day|week", help="Time unit of the fit's parameters.")] = "week",
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=COLUMN", help="Name a column, or its position from 1; repeatable."),
    ] = None,
    date_order: Annotated[
        str | None, typer.Option(metavar="|".join(DATE_ORDERS), help="When a file can be read two ways.")
    ] = None,
    decimal: Annotated[
        str | None, typer.Option(metavar="|".join(DECIMAL_MARKS), help="When numbers can be read two ways.")
    ] = None,
    timezone: Annotated[str, typer.Option(metavar="NAME", help="The business's time zone.")] = "UTC",
    zero_amount: Annotated[
        str, typer.Option(metavar="|".join(ZERO_AMOUNTS), help="What to do with orders of value zero.")
    ] = "exclude",
    model: Annotated[str, typer.Option(metavar="auto|NAME", help="See regulars models.")] = "auto",
    margin: Annotated[
        float | None, typer.Option(metavar="RATE", help="Multiply every value by this; 0.4 is 40 %.")
    ] = None,
    discount: Annotated[float, typer.Option(metavar="RATE", help="Per year, for clv and residual_value.")] = 0.10,
    basis: Annotated[
        str | None, typer.Option(metavar="NAME", help=f"What an amount means: {', '.join(BASES)}; default: {AS_GIVEN}.")
    ] = None,
    interval: Annotated[float, typer.Option(metavar="LEVEL", help="Level of the intervals, equal-tailed.")] = 0.8,
    cac: Annotated[
        float | None, typer.Option(metavar="AMOUNT", help="Cost of acquiring one customer, for LTV:CAC.")
    ] = None,
    engine: Annotated[str, typer.Option(metavar="|".join(ENGINES), help="Where the queries run.")] = "duckdb",
    threads: Annotated[int | None, typer.Option(metavar="N", help="Default: all processors.")] = None,
    memory_limit: Annotated[str | None, typer.Option(metavar="SIZE", help="For the whole run, such as 4GB.")] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the files.")] = Path("regulars-out"),
    no_report: Annotated[bool, typer.Option("--no-report", help="Write no report.html.")] = False,
    pdf: Annotated[bool, typer.Option("--pdf", help="Write report.pdf too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print run.json on stdout, and nothing else there.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")] = False,
    seed: Annotated[int, typer.Option(metavar="N", help="Of what is simulated.")] = 0,
    time_budget: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="After so long no further model is tried on the past.")
    ] = None,
    learners: Annotated[bool, typer.Option("--learners", help="Try boosted trees too, beside the models.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,  # noqa: ARG001 - `main` looks for it
) -> None:
    """Value every customer in ORDERS."""
    request = Request(
        query=query,
        as_of=None if as_of is None else date_of(as_of),
        horizon=horizon,
        unit=unit,
        mapping=mapping_of(mapping or []),
        date_order=date_order,
        decimal=decimal,
        timezone=timezone,
        zero_amount=zero_amount,
        model=model,
        margin=margin,
        discount=discount,
        declared_basis=basis,
        interval=interval,
        cac=cac,
        engine=engine,
        threads=threads,
        memory_limit=memory_limit,
        seed=seed,
        time_budget=time_budget,
        learners=learners,
    )
    written = _run(orders, request, out, report=not no_report, pdf=pdf, quiet=quiet)
    if as_json:
        sys.stdout.buffer.write(written.account)
    elif not quiet:
        _say_summary(written, out)


def mapping_of(texts: list[str]) -> dict[str, str]:
    """Return the fields with their columns from texts like FIELD=COLUMN; a column may hold "=" itself.

    >>> mapping_of(["customer_id=Client", "amount=a=b"])
    {'customer_id': 'Client', 'amount': 'a=b'}
    """
    mapping: dict[str, str] = {}
    for text in texts:
        name, equals, column = text.partition("=")
        if not (equals and name.strip() and column):
            raise InputError(f"--map wants FIELD=COLUMN, such as customer_id=Client, got {text!r}")
        if mapping.setdefault(name.strip(), column) != column:
            raise InputError(f"--map names two columns for {name.strip()}: {mapping[name.strip()]!r} and {column!r}")
    return mapping


def _run(
    orders: list[str], request: Request, out: Path, *, report: bool, pdf: bool, quiet: bool
) -> Written | WrittenSubscriptions:
    with watching(quiet=quiet) as watcher:
        from regulars.app.run import run as write_run  # noqa: PLC0415 - the engine loads when a run starts
        from regulars.app.value import local_today  # noqa: PLC0415 - as above

        today, progress = local_today(), Progress(watcher)
        try:
            return write_run(orders, request, out, report=report, pdf=pdf, today=today, progress=progress)
        except HoldsSubscriptions:
            from regulars.app.subscriptions import run_subscriptions  # noqa: PLC0415 - only where there are contracts

            return run_subscriptions(orders, request, out, report=report, pdf=pdf, today=today, progress=progress)


def _say_summary(written: Written | WrittenSubscriptions, out: Path) -> None:
    from regulars.app.run import Written  # noqa: PLC0415 - loaded by now
    from regulars.app.subscriptions import summary as summary_of_contracts  # noqa: PLC0415 - as above
    from regulars.app.summary import summary  # noqa: PLC0415 - as above

    lines = summary(written.valuation) if isinstance(written, Written) else summary_of_contracts(written.valuation)
    for label, text in [*lines, ("Files", f"{', '.join(written.files)} in {out}")]:
        say(f"{label}: {text}")
