"""Which segments hold many customers, and which carry the value that is expected?"""

from __future__ import annotations

from typing import Any

from regulars.decisions.segments import SegmentSize
from regulars.errors import NotApplicable
from regulars.reporting import formats
from regulars.reporting.charts.chart import Chart
from regulars.reporting.document import Column, Figure, Row, Table
from regulars.reporting.measure import Measure
from regulars.reporting.study import Study
from regulars.reporting.theme import Theme

NAME = "segments"
_WIDTH = 520
_BAR = 13
_CUSTOMERS = "Share of customers"


def segments(study: Study) -> Figure:
    """Return each segment's share of the customers beside its share of what is expected."""
    sizes = [size for size in study.segments.sizes if size.customers]
    if not sizes:
        raise NotApplicable("there is no customer to put into a segment")
    expected = f"Share of {Measure.of_future(study.valuation).expected.lower()}"
    shares = _shares(sizes)
    return Figure(
        name=NAME,
        title=f"{_CUSTOMERS} and {expected.lower()} by segment",
        finding=_finding(sizes, shares, expected),
        table=_table(sizes, shares, expected),
        specification=lambda theme: _bars(sizes, shares, expected, theme),
        wide=True,
    )


def _shares(sizes: list[SegmentSize]) -> list[tuple[float, float | None]]:
    customers, expected = sum(size.customers for size in sizes), sum(size.expected for size in sizes)
    return [(size.customers / customers, size.expected / expected if expected > 0.0 else None) for size in sizes]


def _finding(sizes: list[SegmentSize], shares: list[tuple[float, float | None]], expected: str) -> str:
    many = max(range(len(sizes)), key=lambda at: shares[at][0])
    largest = (
        f"The largest segment is {sizes[many].segment.name}, with {formats.share(shares[many][0])} of the customers"
    )
    carried = [share for _, share in shares if share is not None]
    if not carried:
        return f"{largest}; nothing is expected of any segment."
    most = carried.index(max(carried))
    what = expected.removeprefix("Share of ")
    if most == many:
        return f"{largest} and {formats.share(carried[most])} of the {what}."
    return f"{largest}; the most {what} is carried by {sizes[most].segment.name}, {formats.share(carried[most])}."


def _table(sizes: list[SegmentSize], shares: list[tuple[float, float | None]], expected: str) -> Table:
    return Table(
        title="Customers and what is expected of them by segment",
        columns=(
            Column("Segment", numeric=False),
            Column("Customers", formats.count),
            Column(_CUSTOMERS, formats.share),
            Column(expected, formats.share),
        ),
        rows=tuple(Row((size.segment.name, size.customers, *share)) for size, share in zip(sizes, shares, strict=True)),
    )


def _bars(
    sizes: list[SegmentSize], shares: list[tuple[float, float | None]], expected: str, theme: Theme
) -> dict[str, Any]:
    values = [
        {"segment": size.segment.name, "series": series, "share": part, "label": formats.share(part)}
        for size, share in zip(sizes, shares, strict=True)
        for series, part in zip((_CUSTOMERS, expected), share, strict=True)
        if part is not None
    ]
    order = [size.segment.name for size in sizes]
    names = list(dict.fromkeys(value["series"] for value in values))
    axis = {"domain": False, "ticks": False, "labelPadding": 8}
    text = {"type": "text", "align": "left", "dx": 4, "color": theme.ink, "fontSize": 12}
    colour = {
        "title": None,
        "legend": {"columnPadding": 28},
        "scale": {"domain": names, "range": [theme.actual, theme.expected][: len(names)]},
    }
    return {
        "width": _WIDTH,
        "height": {"step": _BAR, "for": "offset"},
        "config": theme.config(),
        "data": {"values": values},
        "encoding": {
            "x": {"field": "share", "type": "quantitative", "axis": None},
            "y": {"field": "segment", "type": "nominal", "title": None, "sort": order, "axis": axis},
            "yOffset": {"field": "series", "type": "nominal", "sort": names},
        },
        "layer": [
            {
                "mark": {"type": "bar"},
                "encoding": {"color": {"field": "series", "type": "nominal", **colour}},
            },
            {"mark": text, "encoding": {"text": {"field": "label", "type": "nominal"}}},
        ],
    }


SEGMENTS = Chart(NAME, __doc__, segments)
