"""The league in the report: every model once, with the way to tell its spend that did best, and nothing unsaid."""

from __future__ import annotations

import dataclasses

from artificial_shops import normal

from regulars.reporting.league import league_table, short_league_table
from regulars.reporting.measure import Measure
from regulars.valuation.backtest.league import League

MONEY = Measure(money=True, currency=None)


def league() -> League:
    found = normal().tested
    assert found is not None
    return found.league


def test_each_model_is_shown_once_where_it_did_best() -> None:
    best, *others = league().entrants
    again = dataclasses.replace(best, name="again")
    twice = dataclasses.replace(league(), entrants=(best, *others, again))
    assert len(league_table(twice, MONEY).rows) == len(league_table(league(), MONEY).rows) + 1
    short = short_league_table(twice, MONEY)
    assert short.rows == league_table(league(), MONEY).rows
    assert short.note.startswith("Each model is shown with the way to tell its spend that did best; run.json has")
    assert short_league_table(league(), MONEY).note == league_table(league(), MONEY).note


def test_plain_rules_are_named_so_and_what_was_not_tried_is_told() -> None:
    table = league_table(league(), MONEY)
    names = [str(row.cells[0]) for row in table.rows]
    assert "Pareto/NBD" in names
    assert "What all customers did in the window before (plain rule)" in names
    assert "Not tried: Gompertz/NBD (the time budget was over)." in table.note
