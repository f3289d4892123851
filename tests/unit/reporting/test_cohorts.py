"""What the report says of the cohorts: the numbers of the study, open cells open, and never more than they show."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import json
import math
import re
from collections.abc import Callable
from pathlib import Path

import altair as alt
import numpy as np
import pytest
from artificial_cohorts import many_years
from artificial_shops import study_of

from regulars.metrics.cohorts import Cohorts
from regulars.metrics.newer_cohorts import Group, NewerCohorts
from regulars.reporting.charts import CHARTS
from regulars.reporting.charts.cohort_value import cohort_value
from regulars.reporting.charts.svg import svg
from regulars.reporting.cohort_view import grid_of, name_of, on_page, steps_shown
from regulars.reporting.cohorts_in_words import finding, left_out
from regulars.reporting.document import Figure, Paragraph
from regulars.reporting.measure import PURCHASES, Measure
from regulars.reporting.sections.cohorts import cohorts
from regulars.reporting.study import Study
from regulars.reporting.theme import PAGE
from regulars.valuation.valuation import Valuation

GBP = Measure(money=True, currency="GBP")
NAMES = ("cohort-value", "cohort-curves", "cohort-repeat", "cohort-active", "cohort-orders")
Shops = dict[str, Callable[[], Valuation]]


def rows(cohorts: Cohorts, chosen: slice) -> Cohorts:
    return dataclasses.replace(
        cohorts,
        month=cohorts.month[chosen],
        first_order=cohorts.first_order[chosen],
        customers=cohorts.customers[chosen],
        value=cohorts.value[chosen],
        orders=cohorts.orders[chosen],
        repeat=cohorts.repeat[chosen],
        active=cohorts.active[chosen],
    )


def with_groups(study: Study, older: Group, newer: Group) -> Study:
    return dataclasses.replace(study, newer_cohorts=NewerCohorts(180, older, newer, left_out=0))


def group(month: int, customers: int, value: float, repeat: float, error: float | None) -> Group:
    day = dt.date(2011, month, 1)
    repeat_error = None if error is None else 0.02
    return Group(day, day, customers, value, repeat, error, repeat_error)


def words(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def figures(study: Study) -> list[str]:
    return [block.name for block in cohorts(study).blocks if isinstance(block, Figure)]


# The sentence


def test_a_gap_beyond_chance_is_said_with_its_interval(shop: Valuation) -> None:
    study = with_groups(study_of(shop), group(1, 500, 1200.0, 0.60, 20.0), group(4, 300, 900.0, 0.50, 20.0))
    assert words(finding(study)) == (
        "In their first 180 days the 300 customers won in April 2011 brought GBP 900 each, the 500 customers won in "
        "January 2011 GBP 1,200: 25.0 % less in the newer cohorts. The 95 % interval −355.44 to −244.56 of the "
        "difference leaves out zero: chance alone seldom makes such a gap. By then 50.0 % of the newer and 60.0 % of "
        "the older customers had bought on a second day."
    )


def test_a_gap_that_may_be_chance_is_said_to_be_one(shop: Valuation) -> None:
    study = with_groups(study_of(shop), group(1, 500, 1000.0, 0.60, 90.0), group(4, 300, 1100.0, 0.61, 90.0))
    said = words(finding(study))
    assert "GBP 1,100 each, the 500 customers won in January 2011 GBP 1,000: 10.0 % more in the newer" in said
    assert "takes in zero: it may well be chance." in said
    assert said.endswith("had bought on a second day, a gap that may well be chance.")


def test_few_customers_are_no_evidence(shop: Valuation) -> None:
    study = with_groups(study_of(shop), group(1, 3, 10.0, 0.5, None), group(4, 40, 20.0, 0.25, 1.0))
    said = words(finding(study))
    assert "One of the groups is smaller than 30 customers: such a gap may well be chance." in said
    assert "interval" not in said


def test_equal_groups_are_the_same(shop: Valuation) -> None:
    study = with_groups(study_of(shop), group(1, 50, 10.0, 0.0, 1.0), group(4, 40, 10.0, 0.0, 1.0))
    said = words(finding(study))
    assert said.endswith("GBP 10.00: the same. Nobody in either group bought on a second day by then.")
    assert "interval" not in said


def test_no_share_is_taken_of_nothing(shop: Valuation) -> None:
    study = with_groups(study_of(shop), group(1, 50, 0.0, 0.1, 1.0), group(4, 40, 10.0, 0.1, 1.0))
    assert "GBP 0.00. The 95 % interval" in words(finding(study))


def test_without_money_purchases_are_compared(shops: Shops) -> None:
    study = with_groups(study_of(shops["no_money"]()), group(1, 50, 2.5, 0.1, 0.1), group(4, 40, 1.25, 0.1, 0.1))
    assert "made 1.25 purchases each, the 50 customers won in January 2011 2.50: 50.0 % less" in words(finding(study))
    assert "GBP" not in finding(study)


def test_what_cannot_be_compared_is_not(shops: Shops) -> None:
    study = study_of(shops["five_customers"]())
    assert words(finding(study)).startswith("In the first 30 days, 1 customer brought GBP 351.43. Fewer than two")
    one = dataclasses.replace(study, cohorts=rows(study_of(shops["normal"]()).cohorts, slice(0, 1)), newer_cohorts=None)
    assert "There is one cohort only: whether newer customers are better cannot be seen yet." in finding(one)


def test_the_start_of_the_record_is_said_to_be_left_out(shop: Valuation) -> None:
    study = study_of(shop)
    assert study.newer_cohorts is not None
    assert left_out(study) == ""
    fewer = dataclasses.replace(study, newer_cohorts=dataclasses.replace(study.newer_cohorts, left_out=1))
    assert words(left_out(fewer)).startswith("The customers won in December 2010 took no part in this comparison")


# The section


def test_every_situation_has_its_figures(shops: Shops) -> None:
    assert figures(study_of(shops["normal"]())) == list(NAMES)
    assert figures(study_of(shops["no_money"]())) == list(NAMES[:4])
    assert figures(study_of(shops["no_repeat_buyers"]())) == ["cohort-value", "cohort-curves"]
    assert figures(study_of(shops["five_customers"]())) == ["cohort-value", "cohort-active", "cohort-orders"]


def test_open_cells_alone_are_said_and_not_drawn(shops: Shops) -> None:
    study = study_of(shops["five_customers"]())
    young = dataclasses.replace(study, cohorts=rows(study.cohorts, slice(1, None)), newer_cohorts=None)
    (only,) = cohorts(young).blocks
    assert isinstance(only, Paragraph)
    assert words(only.text).startswith("No cohort has been observed for 30 days in full yet")


@pytest.mark.parametrize("name", NAMES)
def test_a_chart_of_open_cells_can_still_be_drawn(shops: Shops, name: str) -> None:
    study = study_of(shops["five_customers"]())
    figure = CHARTS.get(name).figure(dataclasses.replace(study, cohorts=rows(study.cohorts, slice(1, None))))
    assert "NaN" not in svg(figure, PAGE)
    assert "No cohort has reached the age of 30 days in full." in words(figure.finding)
    assert {text for _, cells in figure.table.texts() for text in cells if "." in text} == set()


def test_the_years_without_a_row_are_counted(shop: Valuation) -> None:
    study = study_of(shop)
    long = dataclasses.replace(study, cohorts=many_years(study.cohorts, 30))
    texts = [words(block.text) for block in cohorts(long).blocks if isinstance(block, Paragraph)]
    assert any("The years before 1996 (23,976 customers) have no row of their own" in text for text in texts)


# What fits on a page


@pytest.mark.parametrize(("years", "months", "shown"), [(2, 1, 24), (6, 3, 24), (7, 12, 7), (24, 12, 24), (30, 12, 24)])
def test_rows_are_months_quarters_or_years(shop: Valuation, years: int, months: int, shown: int) -> None:
    found = on_page(many_years(study_of(shop).cohorts, years))
    assert (found.months, len(found.month)) == (months, shown)


def test_rows_are_named_by_their_period(shop: Valuation) -> None:
    cohorts = study_of(shop).cohorts
    names = [words(name_of(on_page(many_years(cohorts, years)), 1)) for years in (1, 3, 9)]
    assert names == ["Feb 1990", "Q2 1990", "1991"]


def test_no_more_ages_than_can_be_read() -> None:
    for steps in range(1, 400):
        shown = steps_shown(steps)
        assert 1 <= len(shown) <= 12
        assert shown[-1] < steps
        assert len({later - earlier for earlier, later in itertools.pairwise(shown)}) <= 1


def test_the_pooled_row_stays_that_of_all_months(shop: Valuation) -> None:
    cohorts = many_years(study_of(shop).cohorts, 30)
    grid = grid_of(cohorts, "value")
    np.testing.assert_array_equal(grid.pooled, cohorts.pooled_value[steps_shown(cohorts.value.shape[1])])


def test_the_page_of_a_long_record_is_bounded(shop: Valuation) -> None:
    study = study_of(shop)
    drawn = [
        svg(CHARTS.get(name).figure(dataclasses.replace(study, cohorts=many_years(study.cohorts, 30))), PAGE)
        for name in NAMES
    ]
    assert sum(map(len, drawn)) < 250_000


# The drawings


@pytest.mark.parametrize("name", NAMES)
def test_a_long_record_is_valid_vega_lite(shop: Valuation, name: str) -> None:
    study = study_of(shop)
    figure = CHARTS.get(name).figure(dataclasses.replace(study, cohorts=many_years(study.cohorts, 30)))
    alt.Chart.from_dict(figure.specification(PAGE), validate=True)


def test_closed_cells_hold_their_number_and_open_ones_none(shop: Valuation) -> None:
    found = study_of(shop).cohorts
    figure = cohort_value(found, GBP)
    drawn = svg(figure, PAGE)
    cells = [text for _, texts in figure.table.texts() for text in texts[2:]]
    closed = [text for text in cells if text != "–"]
    assert len(closed) == found.closed.sum() + found.value.shape[1]
    assert "–" in cells
    assert all(f">{text}</text>" in drawn for text in closed)
    assert drawn.count("fill-opacity") + drawn.count(' opacity="0.') >= len(closed)
    assert drawn.count("stroke-dasharray") == (~found.closed).any(axis=1).sum()


def test_the_table_holds_the_numbers_of_the_study(shop: Valuation) -> None:
    found = study_of(shop).cohorts
    table = CHARTS.get("cohort-active").figure(study_of(shop)).table
    for row, (_, customers, *cells) in enumerate(line.cells for line in table.rows[:-1]):
        assert customers == found.customers[row]
        np.testing.assert_array_equal(cells, found.active[row])
    np.testing.assert_array_equal(table.rows[-1].cells[2:], found.pooled_active)


def test_curves_begin_where_the_record_does_and_say_how_many_stand_behind(shop: Valuation) -> None:
    study = study_of(shop)
    table = CHARTS.get("cohort-curves").figure(study).table
    assert [row.cells[2] for row in table.rows] == study.cohorts.pooled_customers.tolist()
    assert table.rows[0].cells[3] == np.nanmin(study.cohorts.value[:, 0])
    assert table.rows[-1].cells[4] == np.nanmax(study.cohorts.value[:, -1])


@pytest.mark.parametrize(("factor", "shown"), [(1e5, "million"), (1e8, "billion"), (1e-3, "0.35")])
def test_values_of_any_size_are_written(shop: Valuation, factor: float, shown: str) -> None:
    found = study_of(shop).cohorts
    scaled = dataclasses.replace(found, value=factor * found.value)
    figure = cohort_value(scaled, Measure(money=True, currency="IDR"))
    assert shown in figure.title + svg(figure, PAGE)
    assert max(len(text) for _, texts in figure.table.texts() for text in texts) <= 12
    assert "million" not in cohort_value(found, PURCHASES).title


def test_a_value_that_falls_below_zero_is_drawn(shop: Valuation) -> None:
    found = study_of(shop).cohorts
    fallen = dataclasses.replace(found, value=np.where(found.closed, -found.value, np.nan))
    for name in ("cohort-value", "cohort-curves"):
        figure = CHARTS.get(name).figure(dataclasses.replace(study_of(shop), cohorts=fallen))
        specification = json.dumps(figure.specification(PAGE))
        assert "NaN" not in specification
        assert "−" in figure.finding


# Contrast


def luminance(parts: list[float]) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_the_number_of_a_cell_is_readable_on_every_tone(root: Path, scheme: int) -> None:
    css = (root / "src/regulars/reporting/templates/report.css").read_text(encoding="utf-8")
    variables = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", re.findall(r":root \{([^}]*)\}", css)[scheme]))
    rgb = {name: [int(value[at : at + 2], 16) / 255 for at in (1, 3, 5)] for name, value in variables.items()}
    for share in np.linspace(0.0, 1.0, 21):
        over = PAGE.tone(float(share))
        cell = [over * on + (1 - over) * under for on, under in zip(rgb["actual"], rgb["page"], strict=True)]
        low, high = sorted((luminance(cell), luminance(rgb["ink"])))
        assert (high + 0.05) / (low + 0.05) >= 4.5, f"tone {share:.2f}"
    assert math.isclose(PAGE.tone(0.0), PAGE.tones[0])
