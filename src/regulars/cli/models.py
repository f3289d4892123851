"""regulars models [NAME]: the models that can be fitted, or the page of one."""

from __future__ import annotations

import sys
from typing import Annotated

import typer


def models(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Show the page of this model.")] = None,
) -> None:
    """List the models, or show the page of one."""
    from regulars.app.catalogue import model_page, models_list  # noqa: PLC0415 - the mathematics loads a second

    sys.stdout.write(models_list() if name is None else model_page(name))
