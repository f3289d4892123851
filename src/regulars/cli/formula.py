"""regulars formula: the textbook numbers side by side, and what each leaves out."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer


def formula(
    order_value: Annotated[float, typer.Option(metavar="AMOUNT", help="What an order brings.")],
    frequency: Annotated[float, typer.Option(metavar="NUMBER", help="Orders per customer and year.")],
    *,
    lifespan: Annotated[float | None, typer.Option(metavar="YEARS", help="How long a customer stays.")] = None,
    margin: Annotated[float | None, typer.Option(metavar="RATE", help="The share kept; 0.4 is 40 %.")] = None,
    cac: Annotated[float | None, typer.Option(metavar="AMOUNT", help="Cost of acquiring one customer.")] = None,
    churn: Annotated[float | None, typer.Option(metavar="RATE", help="Share of customers who leave in a year.")] = None,
    retention: Annotated[float | None, typer.Option(metavar="RATE", help="Share who stay; instead of --churn.")] = None,
    discount: Annotated[float | None, typer.Option(metavar="RATE", help="Per year, with --churn or so.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,  # noqa: ARG001 - `main` looks for it
) -> None:
    """Show the textbook formulas at the same inputs, side by side, and what each leaves out."""
    from regulars.app import formula as textbook  # noqa: PLC0415 - only here

    answer = textbook.formula(
        order_value,
        frequency,
        lifespan,
        margin=margin,
        cac=cac,
        churn=churn,
        retention=retention,
        discount=discount,
    )
    sys.stdout.write(
        json.dumps(answer.to_json(), indent=2, ensure_ascii=False) + "\n" if as_json else textbook.as_text(answer)
    )
