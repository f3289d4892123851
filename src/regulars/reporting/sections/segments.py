"""Which groups of customers are there, what are they worth, and what could be tried with each?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from regulars.decisions.rfm import CLASSES, SCALES
from regulars.decisions.segments import SEGMENTS, Segmentation, SegmentSize
from regulars.reporting import captions, formats
from regulars.reporting.charts.segments import segments as chart
from regulars.reporting.document import Block, Column, Paragraph, Row, Section, Table
from regulars.reporting.measure import Measure
from regulars.reporting.shocks_in_words import what_intervals_hold
from regulars.reporting.study import Study
from regulars.valuation.valuation import Interval, Valuation

_FEW_CUSTOMERS = 50
_RULES = (
    "Every customer stands in exactly one segment: the first of the rules below that holds. The rules are "
    "conventions over three scores from 1 to 5; they were not learned from these data. A score compares customers "
    "with each other, so somebody is always low, in a good business too."
)
_MOVES = (
    "The moves are proposals. Whether one brings anything is not measured here: give it to a part of the segment "
    "drawn by lot, keep it from the rest, and compare what both buy."
)
_READING = (
    "Segments without a customer are left out. Alive: the model's probability that a customer has not left for good. "
    "The names follow from the rules alone, so the model may well hold a customer to be alive whom a rule calls lost."
)
_BEYOND = (
    "Where hardly anybody is expected back, nothing at all is likeliest, and the mean, which a rare large value "
    "carries, may lie above the interval."
)
_SCORES = (
    "A score says in which fifth of the customers a customer stands; equals share one score, so with few customers or "
    "many equals some scores are empty (–). Score 1 lies below the lowest start."
)


def segments(study: Study) -> Section:
    """Return the section of the segments."""
    valuation = study.valuation
    return Section(
        name="segments",
        title="Segments",
        caption=captions.forecast(valuation, study.segments.customers, "customer"),
        blocks=tuple(_blocks(study)),
    )


def _blocks(study: Study) -> Iterator[Block]:
    yield Paragraph(_RULES)
    if study.segments.customers < _FEW_CUSTOMERS:
        number = formats.counted(study.segments.customers, "customer")
        yield Paragraph(f"With {number} a score rests on a handful of people at most.", standing="warning")
    yield chart(study)
    yield _sizes(study)
    yield _rules()
    yield Paragraph(_MOVES, standing="note")
    yield _cuts(study)


def _sizes(study: Study) -> Table:
    historic, future = Measure.of(study.valuation), Measure.of_future(study.valuation)
    sizes = [size for size in study.segments.sizes if size.customers]
    total = sum(size.expected for size in sizes)
    around = _intervals(study.valuation, future)
    expected = future.column([size.expected for size in sizes])
    ends = (Column("Low", expected), Column("High", expected)) if around else ()
    return Table(
        title=historic.heading("The segments"),
        columns=(
            Column("Segment", numeric=False),
            Column("Customers", formats.count),
            Column("Share of customers", formats.share),
            Column(historic.historic, historic.column([size.historic_value for size in sizes])),
            Column(future.expected, expected),
            *ends,
            Column("Share of expected", formats.share),
            Column("Alive, on average", formats.share),
        ),
        rows=tuple(_size(size, study.segments.customers, total, around) for size in sizes),
        note=_reading(study.valuation, future, around) if around else _READING,
        wide=True,
    )


def _reading(valuation: Valuation, future: Measure, around: dict[str, Interval]) -> str:
    text = f"{_READING} {what_intervals_hold(valuation, 'segment', money=future.money)}"
    beyond = any(one.expected > one.high for one in around.values())
    return f"{text} {_BEYOND}" if beyond else text


def _intervals(valuation: Valuation, future: Measure) -> dict[str, Interval]:
    """Return the interval of each segment's total by its name: of the value, or of purchases where it has none."""
    found = {one.name: one.value if future.money else one.purchases for one in valuation.segment_totals}
    return {name: interval for name, interval in found.items() if interval is not None}


def _size(size: SegmentSize, customers: int, total: float, around: dict[str, Interval]) -> Row:
    share = size.expected / total if total > 0.0 else None
    interval = around.get(size.segment.name)
    ends = (interval.low, interval.high) if interval else (None, None)
    return Row(
        (
            size.segment.name,
            size.customers,
            size.customers / customers,
            size.historic_value,
            size.expected,
            *(ends if around else ()),
            share,
            size.probability_alive,
        )
    )


def _rules() -> Table:
    titles = ("Segment", "Rule: the first that holds", "Suggested move")
    return Table(
        title="The rules in the order in which they are applied, and one move for each",
        columns=tuple(Column(title, numeric=False) for title in titles),
        rows=tuple(Row((one.name, one.rule, one.move)) for one in SEGMENTS),
        wide=True,
    )


def _cuts(study: Study) -> Table:
    segments, measure = study.segments, Measure.of(study.valuation)
    cuts = segments.cuts
    monetary = [cut for cut in cuts.monetary if isinstance(cut, int | float)]
    headings: tuple[tuple[str, Callable[[Any], str]], ...] = (
        ("Recency: last purchase from", formats.short_day),
        ("Frequency: purchase days from", formats.count),
        (f"Monetary: {measure.heading(measure.historic.lower())} from", measure.column(monetary)),
    )
    return Table(
        title="Where the scores begin among these customers",
        columns=(Column("Score", formats.count, numeric=False), *(Column(*heading) for heading in headings)),
        rows=tuple(
            Row((score, *(_start(segments, scale, score) for scale in SCALES))) for score in range(CLASSES, 1, -1)
        ),
        note=" ".join((_SCORES, *_alike(segments))),
    )


def _start(segments: Segmentation, scale: str, score: int) -> Any:
    """Return where a score begins, None where nobody has it."""
    return getattr(segments.cuts, scale)[score - 2] if score in _scores(segments, scale) else None


def _alike(segments: Segmentation) -> Iterator[str]:
    for scale in SCALES:
        if len(_scores(segments, scale)) == 1:
            yield f"In {scale} nobody can be told apart: everyone has score 3."


def _scores(segments: Segmentation, scale: str) -> set[int]:
    return {getattr(cell, scale) for cell in segments.cells}
