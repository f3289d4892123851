"""regulars charts [NAME]: the charts that can be drawn, or the page of one."""

from __future__ import annotations

import sys
from typing import Annotated

import typer


def charts(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Show the page of this chart.")] = None,
) -> None:
    """List the charts, or show the page of one."""
    from regulars.app.catalogue import chart_page, charts_list  # noqa: PLC0415 - the mathematics loads a second

    sys.stdout.write(charts_list() if name is None else chart_page(name))
