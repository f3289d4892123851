"""One number that businesses steer by, defined: what it is, how it is computed, and what goes wrong with it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """The definition of one metric, as it is registered; `pitfall` says where the number misleads."""

    name: str
    title: str
    formula: str
    meaning: str
    pitfall: str
    unit: str
    source: str
