"""How is the expected value spread over the customers: many alike, or few that carry the rest?"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from regulars.errors import NotApplicable
from regulars.reporting import formats
from regulars.reporting.charts.chart import Chart
from regulars.reporting.document import Column, Figure, Row, Table
from regulars.reporting.measure import Measure, ranking
from regulars.reporting.study import Study
from regulars.reporting.theme import Theme
from regulars.valuation.valuation import ValueDistribution

NAME = "value-over-customers"
_WIDTH = 240
_FEW_BANDS = 24
_TALL_BAR, _LOW_BAR = 22, 16


def value_over_customers(distribution: ValueDistribution, measure: Measure, name_of_value: str) -> Figure:
    """Return the number of customers in each band of value; the distribution must have at least one band."""
    bands = _bands(distribution)
    customers = [int(number) for number in distribution.customers]
    title = f"Customers by {measure.heading(name_of_value.lower())}"
    return Figure(
        name=NAME,
        title=title,
        finding=_finding(bands, customers, measure.heading(name_of_value)),
        table=_table(title, measure.heading(name_of_value), bands, customers),
        specification=lambda theme: _bars(bands, customers, theme),
    )


def _bands(distribution: ValueDistribution) -> list[str]:
    edges = distribution.edges.tolist()
    last = max(abs(edge) for edge in edges)
    return [formats.band(low, high, last) for low, high in itertools.pairwise(edges)]


def _finding(bands: list[str], customers: list[int], heading: str) -> str:
    fullest, total = int(np.argmax(customers)), sum(customers)
    if total == 0:
        return f"{heading}: no customer to show."
    return (
        f"{heading} of {formats.counted(total, 'customer')} in {formats.counted(len(bands), 'band')}. "
        f"The fullest band is {bands[fullest]}, with {formats.counted(customers[fullest], 'customer')} "
        f"({formats.share(customers[fullest] / total)})."
    )


def _table(title: str, heading: str, bands: list[str], customers: list[int]) -> Table:
    total = max(sum(customers), 1)
    return Table(
        title=title,
        columns=(
            Column(heading, numeric=False),
            Column("Customers", formats.count),
            Column("Share of customers", formats.share),
        ),
        rows=tuple(Row((band, number, number / total)) for band, number in zip(bands, customers, strict=True)),
    )


def _bars(bands: list[str], customers: list[int], theme: Theme) -> dict[str, Any]:
    values = [
        {"order": order, "band": band, "customers": number, "label": formats.count(number)}
        for order, (band, number) in enumerate(zip(bands, customers, strict=True))
    ]
    axis = {"domain": False, "ticks": False, "labelPadding": 8}
    text = {"type": "text", "align": "left", "dx": 4, "color": theme.ink, "fontSize": 13}
    return {
        "width": _WIDTH,
        "height": {"step": _TALL_BAR if len(bands) <= _FEW_BANDS else _LOW_BAR},
        "config": theme.config(),
        "data": {"values": values},
        "encoding": {
            "x": {"field": "customers", "type": "quantitative", "axis": None},
            "y": {"field": "band", "type": "nominal", "title": None, "sort": {"field": "order"}, "axis": axis},
        },
        "layer": [
            {"mark": {"type": "bar", "color": theme.actual}},
            {"mark": text, "encoding": {"text": {"field": "label", "type": "nominal"}}},
        ],
    }


def _figure(study: Study) -> Figure:
    measure = Measure.of(study.valuation)
    distribution = study.valuation.spread()
    if not distribution.customers.sum():
        raise NotApplicable("there is no customer whose value could be shown")
    return value_over_customers(distribution, measure, ranking(study.valuation))


VALUE_OVER_CUSTOMERS = Chart(NAME, __doc__, _figure)
