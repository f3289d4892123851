"""Which groups of customers ask for different treatment, by rules that anyone can read and check.

The rules stand in order and the first that holds names the customer, so everyone is in exactly one segment.
They are conventions over the scores of `rfm`, learned from nothing: a move is a proposal, and whether it brings
anything shows only when some customers, drawn by lot, do not get it.
"""

from __future__ import annotations

from dataclasses import dataclass

from regulars.decisions.rfm import CLASSES, Cell, Cuts, cells, cuts, forget_cuts
from regulars.engines.base import Engine

ANY = (1, CLASSES)


@dataclass(frozen=True)
class Scored:
    """What a rule looks at: the three scores, and whether a customer bought on more than one day."""

    recency: int
    frequency: int
    monetary: int
    repeat: bool


@dataclass(frozen=True)
class Segment:
    """One segment: the scores from and to which it reaches, whether its customers came back, and what to try."""

    name: str
    move: str
    recency: tuple[int, int] = ANY
    frequency: tuple[int, int] = ANY
    monetary: tuple[int, int] = ANY
    repeat: bool | None = None

    def holds(self, cell: Cell | Scored) -> bool:
        """Whether the customers of a cell fulfil the rule."""
        scores = ((self.recency, cell.recency), (self.frequency, cell.frequency), (self.monetary, cell.monetary))
        within = all(low <= score <= high for (low, high), score in scores)
        return within and self.repeat in {None, cell.repeat}

    @property
    def rule(self) -> str:
        """The rule in words.

        >>> SEGMENTS[3].rule
        'bought on one day, recency 4 or 5'
        """
        came_back = {None: [], True: ["bought on two days or more"], False: ["bought on one day"]}[self.repeat]
        scales = (("recency", self.recency), ("frequency", self.frequency), ("monetary", self.monetary))
        return ", ".join([*came_back, *(f"{name} {_scores(*ends)}" for name, ends in scales if ends != ANY)])


SEGMENTS: tuple[Segment, ...] = (
    Segment("Champions", "Thank them: early access, a personal contact.", (4, 5), (4, 5), (4, 5), repeat=True),
    Segment("Loyal", "Ask for a review or a recommendation.", (3, 5), (4, 5), repeat=True),
    Segment("Promising", "Show what goes with their last purchase.", (4, 5), repeat=True),
    Segment("New", "Welcome them; give a reason for a second purchase.", (4, 5), repeat=False),
    Segment("Cannot lose them", "Call or write personally; ask what went wrong.", (1, 2), (4, 5), (4, 5), repeat=True),
    Segment("At risk", "Remind them of what they used to buy.", (1, 2), (3, 5), repeat=True),
    Segment("Needs attention", "Send a reminder before they are gone.", (3, 3), repeat=True),
    Segment("Tried once", "Ask how the first purchase went; one reminder.", (2, 3), repeat=False),
    Segment("Hibernating", "Write on rare occasions, at low cost.", (1, 2), repeat=True),
    Segment("Lost", "Spend nothing on them beyond a yearly letter.", (1, 1), repeat=False),
)


@dataclass(frozen=True)
class SegmentSize:
    """A segment with its customers; `expected` is within the horizon, P(alive) is their mean, None without any."""

    segment: Segment
    customers: int
    historic_value: float
    expected: float
    probability_alive: float | None


@dataclass(frozen=True)
class Segmentation:
    """All segments in the order of their rules, the scores they were made of, and where each score begins."""

    sizes: tuple[SegmentSize, ...]
    cells: tuple[Cell, ...]
    cuts: Cuts

    @property
    def customers(self) -> int:
        """How many customers the segments hold together."""
        return sum(size.customers for size in self.sizes)


def segmented(engine: Engine, expectation: str) -> Segmentation:
    """Return the segments of the customers in `customer_values`, with sums of the column `expectation`."""
    where = cuts(engine)
    forget_cuts(engine)
    return segmentation(cells(engine, where, expectation), where)


def segmentation(scored: tuple[Cell, ...], where: Cuts) -> Segmentation:
    """Return the segments of customers who are counted by their scores."""
    return Segmentation(tuple(_size(segment, scored) for segment in SEGMENTS), scored, where)


def segment_of(cell: Cell) -> Segment:
    """Return the first segment whose rule holds."""
    return next(segment for segment in SEGMENTS if segment.holds(cell))


def _size(segment: Segment, scored: tuple[Cell, ...]) -> SegmentSize:
    members = [cell for cell in scored if segment_of(cell) is segment]
    customers = sum(cell.customers for cell in members)
    return SegmentSize(
        segment,
        customers,
        sum(cell.historic_value for cell in members),
        sum(cell.expected for cell in members),
        sum(cell.alive for cell in members) / customers if customers else None,
    )


def _scores(low: int, high: int) -> str:
    if low == high:
        return str(low)
    return f"{low} or {high}" if high == low + 1 else f"{low} to {high}"
