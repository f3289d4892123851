"""How new customers differ in one trait, as the model sees them: shares in bands, for the two charts of traits."""

from __future__ import annotations

import itertools

from regulars.reporting import formats
from regulars.reporting.charts.bands import bands
from regulars.reporting.document import Column, Figure, Row, Table
from regulars.valuation.differences import Differences


def shares_by_trait(
    name: str, title: str, differences: Differences, *, heading: str, finding: str, percent: bool
) -> Figure:
    """Return the shares of new customers in bands of a trait, which is a chance where `percent` is true."""
    edges, shares = differences.edges.tolist(), differences.share.tolist()
    write = formats.rate if percent else _number
    names = [f"{write(low)} to {write(high)}" for low, high in itertools.pairwise(edges)]
    beyond = [("more", differences.beyond)] if differences.beyond > 0.0 else []
    return Figure(
        name=name,
        title=title,
        finding=finding,
        table=Table(
            title=title,
            columns=(Column(heading, numeric=False), Column("Share of new customers", formats.share)),
            rows=tuple(Row(cells) for cells in (*zip(names, shares, strict=True), *beyond)),
        ),
        specification=lambda theme: bands(edges, shares, heading, theme, percent=(percent, True)),
    )


def _number(edge: float) -> str:
    return formats.significant(edge, 3).removesuffix(".0") if edge % 1.0 else formats.fixed(edge, 0)
