"""The drivers of value as a table: the first ten, in order, undefined directions left open."""

from __future__ import annotations

from regulars.reporting.drivers import MOST_SHOWN, drivers_table
from regulars.valuation.learners.drivers import Driver, Drivers


def test_the_first_ten_are_shown_with_their_direction() -> None:
    many = tuple(Driver(f"feature {place}", 0.5 - place / 100, 0.25, -0.125) for place in range(12))
    found = Drivers("value", 90, 1234, (Driver("country", 0.75, None, None), *many))
    table = drivers_table(found)
    assert len(table.rows) == MOST_SHOWN
    texts = [[cell.replace("\u00a0", " ") for cell in cells] for _, cells in table.texts()]
    assert table.title.replace("\u00a0", " ") == "What drives value in the next 90 days"
    assert texts[0] == ["country", "75.0 %", "–", "–"]
    assert texts[1] == ["feature 0", "50.0 %", "+25.0 %", "−12.5 %"]
    assert "1,234 customers" in table.note.replace("\u00a0", " ")
