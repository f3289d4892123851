"""Totals of segments stand with their intervals, and beside them what these hold and how many held before."""

from __future__ import annotations

import dataclasses

import pytest
from artificial_backtest import backtest_of
from artificial_shops import normal, study_of

from regulars.reporting.answers.worth import worth
from regulars.reporting.document import Paragraph, Table
from regulars.reporting.sections.backtest import backtest
from regulars.reporting.sections.segments import segments
from regulars.reporting.sections.value import value
from regulars.reporting.shocks_in_words import what_intervals_hold
from regulars.reporting.totals_held import totals_held_table
from regulars.valuation.backtest import tested as account
from regulars.valuation.backtest.rule import Correction
from regulars.valuation.valuation import GroupTotal, Interval, Valuation


def table_of(valuation: Valuation) -> Table:
    blocks = segments(study_of(valuation)).blocks
    return next(one for one in blocks if isinstance(one, Table) and one.title.startswith("The segments"))


def with_totals() -> Valuation:
    names = [size.segment.name for size in study_of(normal()).segments.sizes if size.customers]
    totals = (
        GroupTotal(name, 5, Interval(2.0, 1.0, 3.0), Interval(100.0 + place, 50.0 + place, 200.0 + place))
        for place, name in enumerate(names)
    )
    return dataclasses.replace(normal(), segment_totals=tuple(totals))


def test_each_segment_has_its_interval() -> None:
    table = table_of(with_totals())
    titles = [column.title for column in table.columns]
    low, high = titles.index("Low"), titles.index("High")
    assert [row.cells[low] for row in table.rows] == [50.0 + place for place in range(len(table.rows))]
    assert [row.cells[high] for row in table.rows] == [200.0 + place for place in range(len(table.rows))]
    assert "Low and high: 80" in table.note
    assert all(len(row.cells) == len(table.columns) for row in table.rows)


def test_a_mean_above_its_interval_is_explained() -> None:
    rare = GroupTotal("Lost", 5, Interval(0.1, 0.0, 0.0), Interval(2.0, 0.0, 0.0))
    words = "may lie above the interval"
    assert words in table_of(dataclasses.replace(normal(), segment_totals=(rare,))).note
    assert words not in table_of(with_totals()).note


def test_without_totals_there_are_no_ends() -> None:
    table = table_of(normal())
    assert "Low" not in [column.title for column in table.columns]
    assert "Low and high" not in table.note
    assert all(len(row.cells) == len(table.columns) for row in table.rows)


def corrected(cohort: float | None, segment: float | None) -> Valuation:
    """Return a valuation whose rule has other shocks of single groups."""
    valuation = normal()
    found = valuation.tested
    assert found is not None
    rule = found.judgement.rule
    value = dataclasses.replace(rule.value, group_shock=cohort, segment_shock=segment)
    judgement = dataclasses.replace(found.judgement, rule=dataclasses.replace(rule, value=value))
    tested: account.Tested = dataclasses.replace(found, judgement=judgement)
    return dataclasses.replace(valuation, tested=tested)


@pytest.mark.parametrize(
    ("shock", "said"),
    [
        (0.123, "and that of a single segment on top, 12.3\N{NO-BREAK SPACE}%."),
        (0.0, "Single segments were off no further than by chance."),
        (None, "How far a single segment is off on top could not be told."),
    ],
)
def test_what_the_intervals_hold_is_said(shock: float | None, said: str) -> None:
    text = what_intervals_hold(corrected(0.5, shock), "segment", money=True)
    assert text.endswith(said)
    assert said.replace("segment", "cohort") in what_intervals_hold(corrected(shock, 0.5), "cohort", money=True)
    assert what_intervals_hold(dataclasses.replace(normal(), tested=None), "cohort", money=True) == ""


def test_a_shock_that_cannot_be_told_is_not_said_to_be_none() -> None:
    """Nothing was bought in a window: no shock is in any interval, which was once called one of 0 %."""
    valuation = normal()
    found = valuation.tested
    assert found is not None
    rule = dataclasses.replace(found.judgement.rule, purchases=Correction(), value=Correction())
    silent = dataclasses.replace(found, judgement=dataclasses.replace(found.judgement, rule=rule))
    without = dataclasses.replace(valuation, tested=silent)
    assert "customers together cannot be told, so it is not in them" in what_intervals_hold(
        without, "cohort", money=True
    )
    for study, known in ((study_of(valuation), True), (study_of(without), False)):
        said = worth(study).text, *(one.text for one in value(study).blocks if isinstance(one, Paragraph))
        assert any("what was missed there widens the interval" in text for text in said) is known
        assert any("the interval knows nothing of it" in text for text in said) is not known


def test_nominal_and_achieved_stand_side_by_side() -> None:
    found = backtest_of().value
    assert found is not None
    table = totals_held_table(found)
    assert table is not None
    assert [row.cells[1] for row in table.rows] == [one.totals for one in found.totals if one.totals]
    shown = [row.cells[3] for row in table.rows]
    assert shown == [one.inside[1] / one.totals for one in found.totals if one.totals]
    assert table in backtest(study_of(normal())).blocks
    nothing = dataclasses.replace(found, totals=tuple(dataclasses.replace(one, totals=0) for one in found.totals))
    assert totals_held_table(nothing) is None


def test_the_account_of_a_back_test_without_totals_has_no_table() -> None:
    valuation = normal()
    found = valuation.tested
    assert found is not None
    assert found.value is not None
    without = dataclasses.replace(found, value=dataclasses.replace(found.value, totals=()))
    blocks = backtest(study_of(dataclasses.replace(valuation, tested=without))).blocks
    assert not [one for one in blocks if isinstance(one, Table) and "inside their intervals" in one.title]
    assert [one for one in blocks if isinstance(one, Paragraph)]
