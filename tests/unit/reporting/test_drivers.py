"""The drivers of value as a table: the first ten, in order, undefined directions left open."""

from __future__ import annotations

import pytest

from regulars.reporting.drivers import MOST_SHOWN, drivers_table
from regulars.valuation.learners.drivers import Driver, Drivers


def test_the_first_ten_are_shown_with_their_direction() -> None:
    many = tuple(Driver(f"feature {place}", 0.5 - place / 100, 0.25, -0.125) for place in range(12))
    found = Drivers("value", 90, 1234, (Driver("country", 0.75, None, None), *many))
    table = drivers_table(found)
    assert len(table.rows) == MOST_SHOWN
    texts = [[cell.replace("\u00a0", " ") for cell in cells] for _, cells in table.texts()]
    assert table.title.replace("\u00a0", " ") == "What drives value in the next 90 days"
    assert texts[0] == ["Country", "75.0 %", "–", "–", "depends on the kind"]
    assert texts[1] == ["Feature 0", "50.0 %", "+25.0 %", "−12.5 %", "the higher, the more"]
    assert "1,234 customers" in table.note.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("high", "low", "said"),
    [(-0.1, 0.2, "the higher, the less"), (0.1, 0.2, "not one way"), (0.0, -0.2, "not one way")],
)
def test_the_direction_in_words(high: float, low: float, said: str) -> None:
    table = drivers_table(Drivers("value", 90, 10, (Driver("age", 0.1, high, low),)))
    assert table.texts()[0][1][-1] == said


def test_kinds_are_named_and_what_was_left_out_stands_in_the_note() -> None:
    country = Driver("country of the first order", 0.2, None, None, ("pl", 0.5), ("<b>", -0.25))
    table = drivers_table(Drivers("value", 90, 10, (country,), {"loyalty": 0.37}, ("category", "coupon")))
    assert table.texts()[0][1][-1].replace("\u00a0", " ") == "most: pl (+50.0 %); least: <b> (−25.0 %)"
    # An honest column can explain as much, so it is not said to have been written later.
    assert "bought afterwards, as columns written later do: loyalty" in table.note
    assert table.note.endswith("nothing beyond chance is told by it: category, coupon.")
    assert "loyalty (37.0 %)" in table.note.replace("\u00a0", " ")
    plain = drivers_table(Drivers("value", 90, 10, (country,))).note
    assert "Left out" not in plain
    assert "Looked at" not in plain
