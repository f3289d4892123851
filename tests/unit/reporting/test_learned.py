"""What the report says of learners: what drives value, new customers told early, and why not where it cannot."""

from __future__ import annotations

import dataclasses

import pytest
from artificial_shops import known_costs, normal, study_of

from regulars.errors import NotApplicable
from regulars.reporting.charts import CHARTS
from regulars.reporting.document import Block, Figure, Paragraph, Table
from regulars.reporting.early import early_table
from regulars.reporting.learned import learned
from regulars.reporting.measure import Measure
from regulars.reporting.sections.backtest import backtest
from regulars.reporting.study import Learned, Study

MONEY = Measure(money=True, currency="GBP")


def told(study: Study) -> list[Block]:
    return list(learned(study, MONEY))


def test_without_learners_one_sentence_says_how_to_try_them() -> None:
    study = study_of(normal())
    (block,) = told(study)
    assert isinstance(block, Paragraph)
    assert "--learners" in block.text
    assert "ml" in block.text
    assert block in backtest(study).blocks
    with pytest.raises(NotApplicable, match="--learners"):
        CHARTS.get("drivers").figure(study)


def test_with_learners_the_section_holds_the_chart_and_both_tables() -> None:
    study = study_of(known_costs())
    blocks = told(study)
    assert [type(block) for block in blocks] == [Figure, Table, Table]
    titles = [block.title for block in backtest(study).blocks if isinstance(block, Figure | Table)]
    assert [block.title for block in blocks if isinstance(block, Figure | Table)] == titles[-3:]


def test_what_cannot_be_told_is_said_with_the_reason() -> None:
    neither = Learned(None, "nobody came back", (), "nobody was new")
    study = dataclasses.replace(study_of(known_costs()), learned=neither)
    said = " ".join(block.text for block in told(study) if isinstance(block, Paragraph))
    assert "cannot be told: nobody came back." in said
    assert "cannot be told early: nobody was new." in said
    with pytest.raises(NotApplicable, match="nobody came back"):
        CHARTS.get("drivers").figure(study)


def test_new_customers_stand_beside_what_was_told_of_those_before() -> None:
    found = study_of(known_costs()).learned
    assert found is not None
    check = found.early[0].check
    assert check is not None
    table = early_table(found.early, MONEY)
    first, week = (row.cells for row in table.rows)
    assert first[:4] == ("The first day", 421, 36.5, 300)
    assert first[4:7] == (40.0, check.measures.actual / 300, -0.25)
    assert week[3:] == (None,) * 5
    assert "Not checked: the record is too short." in table.note
