"""How the numbers of an axis or a legend are written: as everywhere in the report."""

from __future__ import annotations

from typing import Any

_PERCENT = "format(100 * datum.value, '.3~f') + '\\u00a0%'"
# Thousands are separated; only from 100,000 on are they counted in k, M, G.
_NUMBER = "abs(datum.value) >= 100000 ? format(datum.value, '.3~s') : format(datum.value, ',.3~f')"


def labels(*, percent: bool = False) -> dict[str, Any]:
    """Return the part of an axis or a legend that writes its numbers, shares as percentages."""
    return {"labelExpr": _PERCENT if percent else _NUMBER}


def along(*, percent: bool = False) -> dict[str, Any]:
    """Return an axis of numbers from left to right."""
    return {"grid": False, "tickCount": 6, "labelFlush": False, **labels(percent=percent)}
