"""The metrics, one line each, and the page of one; loads nothing heavy."""

from __future__ import annotations

import textwrap

from regulars.metrics.definitions import METRICS

_WIDTH = 100


def metrics_list() -> str:
    """Return a line per metric: its name and its title."""
    width = max(len(name) for name in METRICS.names())
    return "".join(f"{metric.name:<{width}}  {metric.title}\n" for metric in METRICS)


def metric_page(name: str) -> str:
    """Return the page of one metric: what it is, its formula, what goes wrong with it; raises `UnknownName`."""
    metric = METRICS.get(name)
    parts = (
        f"{metric.name}: {metric.title}",
        metric.meaning,
        f"Formula: {metric.formula}",
        f"Unit: {metric.unit}",
        f"What goes wrong: {metric.pitfall}",
        f"Source: {metric.source}",
    )
    return "\n\n".join(textwrap.fill(part, _WIDTH) for part in parts) + "\n"
