"""The largest customers in the report: with and without them side by side, and said where they carry much."""

from __future__ import annotations

import dataclasses

from artificial_shops import normal, study_of

from regulars.metrics.concentration import Concentration
from regulars.reporting.document import Paragraph, Table
from regulars.reporting.measure import Measure
from regulars.reporting.outliers import outliers_table
from regulars.reporting.sections.backtest import backtest
from regulars.reporting.sections.value import value
from regulars.reporting.study import Study


def test_both_lines_stand_side_by_side() -> None:
    found = normal().tested
    assert found is not None
    assert found.value is not None
    assert found.value.outliers is not None
    table = outliers_table(found.value.measures, found.value.outliers, Measure(money=True, currency="GBP"))
    everyone, others = (row.cells for row in table.rows)
    assert (everyone[0], others[0]) == ("Everyone", "Without the largest")
    assert (everyone[1], others[1]) == (600, 599)
    assert float(str(everyone[2])) > float(str(others[2]))
    assert table.title in [block.title for block in backtest(study_of(normal())).blocks if isinstance(block, Table)]


def said(study: Study) -> list[str]:
    return [one.text for one in value(study).blocks if isinstance(one, Paragraph) and "largest" in one.text]


def with_largest(share: float | None, customers: int = 4338) -> Study:
    study = study_of(normal())
    old = study.historic_concentration
    spread = Concentration(customers, old.curve, old.gini, old.below_zero, "", share)
    return dataclasses.replace(study, historic_concentration=spread)


def test_what_the_largest_carry_is_said_where_it_is_much() -> None:
    assert said(with_largest(0.049)) == []
    assert said(with_largest(None)) == []
    assert said(with_largest(0.4, customers=20)) == []
    (text,) = said(with_largest(0.05))
    assert "0.1 % of the customers (4 of them) carry 5.0 % of the historic value" in text.replace("\xa0", " ")
    (alone,) = said(with_largest(0.3, customers=900))
    assert alone.startswith("The largest customer alone carries")
