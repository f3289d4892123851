"""regulars metrics [NAME]: the numbers that are computed, or the definition of one."""

from __future__ import annotations

import sys
from typing import Annotated

import typer


def metrics(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Show the definition of this metric.")] = None,
) -> None:
    """List the metrics, or show the definition of one and what goes wrong with it."""
    from regulars.app.metric_pages import metric_page, metrics_list  # noqa: PLC0415 - only here

    sys.stdout.write(metrics_list() if name is None else metric_page(name))
