"""regulars sources [FIELD]: what orders can be read from, or the page of one field."""

from __future__ import annotations

import sys
from typing import Annotated

import typer


def sources(
    field: Annotated[str | None, typer.Argument(metavar="[FIELD]", help="Show the page of this field.")] = None,
) -> None:
    """List what orders can be read from, or show the page of one field."""
    from regulars.app.catalogue import source_page, sources_list  # noqa: PLC0415 - the engine loads when asked for

    sys.stdout.write(sources_list() if field is None else source_page(field))
