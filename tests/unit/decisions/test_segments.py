"""Segments by rules: everyone in exactly one, the first rule that holds, and sums that keep what went in."""

from __future__ import annotations

import itertools

import pytest

from regulars.decisions.rfm import Cell, Cuts
from regulars.decisions.segments import SEGMENTS, segment_of, segmentation

SCORES = range(1, 6)
EVERYONE = [
    Cell(recency, frequency, monetary, repeat, 1 + recency, 10.0 * monetary, 2.0 * recency, 0.25 * (1 + recency))
    for recency, frequency, monetary, repeat in itertools.product(SCORES, SCORES, SCORES, (False, True))
]
NOWHERE = Cuts((None,) * 4, (None,) * 4, (None,) * 4)


def test_every_customer_is_in_exactly_one_segment() -> None:
    for cell in EVERYONE:
        holding = [segment for segment in SEGMENTS if segment.holds(cell)]
        assert holding, f"no rule for {cell}"
        assert segment_of(cell) is holding[0]
    sizes = segmentation(tuple(EVERYONE), NOWHERE).sizes
    assert sum(size.customers for size in sizes) == sum(cell.customers for cell in EVERYONE)
    assert sum(size.historic_value for size in sizes) == pytest.approx(sum(cell.historic_value for cell in EVERYONE))
    assert sum(size.expected for size in sizes) == pytest.approx(sum(cell.expected for cell in EVERYONE))


def test_every_rule_catches_somebody() -> None:
    assert {segment_of(cell).name for cell in EVERYONE} == {segment.name for segment in SEGMENTS}


def test_a_rule_in_words_is_the_rule_that_is_applied() -> None:
    for segment in SEGMENTS:
        for cell in EVERYONE:
            assert segment.holds(cell) == holds_in_words(segment.rule, cell)


def holds_in_words(rule: str, cell: Cell) -> bool:
    """Read a rule as a person would."""
    for part in rule.split(", "):
        if part.startswith("bought on"):
            if cell.repeat != (part == "bought on two days or more"):
                return False
        else:
            scale, first, *rest = part.split()
            last = rest[-1] if rest else first
            if not int(first) <= getattr(cell, scale) <= int(last):
                return False
    return True


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ((5, 5, 5, True), "Champions"),
        ((5, 5, 1, True), "Loyal"),
        ((4, 2, 5, True), "Promising"),
        ((5, 3, 3, False), "New"),
        ((1, 5, 5, True), "Cannot lose them"),
        ((1, 4, 2, True), "At risk"),
        ((3, 3, 3, True), "Needs attention"),
        ((3, 3, 3, False), "Tried once"),
        ((2, 1, 5, True), "Hibernating"),
        ((1, 2, 5, False), "Lost"),
    ],
)
def test_what_the_names_mean(cell: tuple[int, int, int, bool], name: str) -> None:
    assert segment_of(Cell(*cell, 1, 1.0, 1.0, 0.5)).name == name


def test_the_mean_chance_of_being_alive_weighs_customers() -> None:
    one, many = Cell(5, 5, 5, True, 1, 0.0, 0.0, 1.0), Cell(5, 4, 4, True, 3, 0.0, 0.0, 0.6)
    champions, *others = segmentation((one, many), NOWHERE).sizes
    assert champions.probability_alive == pytest.approx(1.6 / 4.0)
    assert all(size.customers == 0 and size.probability_alive is None for size in others)
