"""regulars sources: what orders can be read from."""

from __future__ import annotations

import sys


def sources() -> None:
    """List what orders can be read from."""
    from regulars.app.catalogue import sources_list  # noqa: PLC0415 - the engine loads when it is asked for

    sys.stdout.write(sources_list())
