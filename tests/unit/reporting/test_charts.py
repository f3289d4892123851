"""Every registered chart: valid Vega-Lite, drawn in the colours of the page, complete."""

from __future__ import annotations

import dataclasses
import datetime as dt
import importlib
import itertools
import math
import re
from pathlib import Path

import altair as alt
import numpy as np
import pytest
from artificial_fit import on_a_clock
from artificial_shops import known_costs, study_of

from regulars.errors import RunFailed, UnknownName
from regulars.reporting.charts import CHARTS
from regulars.reporting.charts.chart import Chart
from regulars.reporting.charts.svg import svg
from regulars.reporting.charts.value_over_customers import value_over_customers
from regulars.reporting.document import Figure
from regulars.reporting.measure import Measure
from regulars.reporting.theme import PAGE
from regulars.valuation.valuation import Tracking, Valuation, ValueDistribution

each_chart = pytest.mark.parametrize("chart", list(CHARTS), ids=lambda chart: chart.name)


def with_everything() -> Valuation:
    """Return the shop of which every chart can be drawn: its costs are known, and it has a season."""
    return dataclasses.replace(known_costs(), fit=on_a_clock())


@each_chart
def test_a_chart_is_valid_vega_lite(chart: Chart) -> None:
    alt.Chart.from_dict(chart.figure(study_of(with_everything())).specification(PAGE), validate=True)


@each_chart
def test_a_chart_takes_its_colours_from_the_page(chart: Chart) -> None:
    drawn = svg(chart.figure(study_of(with_everything())), PAGE)
    assert {"transparent", "none"}.issuperset(
        colour for colour in re.findall(r'(?:fill|stroke)="([^"]*)"', drawn) if not colour.startswith("var(--")
    )
    assert "http" not in drawn
    assert " id=" not in drawn


@each_chart
def test_a_chart_says_what_it_shows_and_has_its_numbers(chart: Chart) -> None:
    figure = chart.figure(study_of(with_everything()))
    assert figure.name == chart.name
    assert figure.finding.endswith(".")
    assert figure.table.rows
    assert chart.question.endswith("?")


def test_every_chart_file_is_registered(root: Path) -> None:
    modules = (
        importlib.import_module(f"regulars.reporting.charts.{path.stem}")
        for path in (root / "src/regulars/reporting/charts").glob("[!_]*.py")
    )
    found = {value.name for module in modules for value in vars(module).values() if isinstance(value, Chart)}
    assert found == set(CHARTS.names())


def test_an_unknown_chart_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UnknownName, match=r"known: .*lorenz, .*purchases-by-week, .*value-over-customers"):
        CHARTS.get("purchases-by-weak")


@pytest.mark.parametrize("scale", [1.0, 0.0001, 1e7])
def test_no_label_is_cut_or_left_out(shop: Valuation, scale: float) -> None:
    scaled = dataclasses.replace(shop.spread(), edges=shop.spread().edges * scale)
    figure = CHARTS.get("value-over-customers").figure(study_of(dataclasses.replace(shop, distribution=scaled)))
    drawn = svg(figure, PAGE)
    for _, (band, customers, _) in figure.table.texts():
        assert f">{band}</text>" in drawn
        assert f">{customers}</text>" in drawn
    assert "…" not in drawn


def test_many_bands_keep_room_for_their_labels() -> None:
    edges = np.arange(61.0)
    figure = value_over_customers(
        ValueDistribution(edges, np.ones(60, dtype=np.int64), 0.0), Measure(money=True, currency=None), "Value"
    )
    drawn = svg(figure, PAGE)
    assert drawn.count(" to ") == 60


def test_the_axis_names_the_days_of_the_data(shop: Valuation) -> None:
    chart = CHARTS.get("purchases-by-week")
    few = Tracking(shop.tracking.week_start[:5], shop.tracking.actual[:5], shop.tracking.expected[:5])
    figure = chart.figure(study_of(dataclasses.replace(shop, tracking=few)))
    assert figure.specification(PAGE)["encoding"]["x"]["scale"] == {"type": "utc"}
    drawn = svg(figure, PAGE)
    assert [day for day in ("6 Dec", "13 Dec", "20 Dec", "27 Dec", "3 Jan") if f">{day}</text>" not in drawn] == []


def test_the_labels_of_the_axis_keep_their_distance(shop: Valuation) -> None:
    weeks = tuple(dt.date(2006, 1, 4) + dt.timedelta(days=7 * week) for week in range(104))
    tracking = Tracking(weeks, np.ones(104), np.ones(104))
    drawn = svg(CHARTS.get("purchases-by-week").figure(study_of(dataclasses.replace(shop, tracking=tracking))), PAGE)
    label = r'<text text-anchor="(start|middle|end)" transform="translate\(([\d.]+),[\d.]+\)"[^>]*>[A-Z][a-z]{2} 20'
    width = {"start": (0, 60), "middle": (30, 30), "end": (60, 0)}
    spans = [(float(at) - width[anchor][0], float(at) + width[anchor][1]) for anchor, at in re.findall(label, drawn)]
    assert len(spans) > 1
    assert all(left_end < right_begin for (_, left_end), (right_begin, _) in itertools.pairwise(spans))


def test_a_week_without_an_expectation_leaves_a_gap(shop: Valuation) -> None:
    expected = shop.tracking.expected.copy()
    expected[3] = math.nan
    figure = CHARTS.get("purchases-by-week").figure(
        study_of(dataclasses.replace(shop, tracking=dataclasses.replace(shop.tracking, expected=expected)))
    )
    assert "NaN" not in svg(figure, PAGE)
    assert figure.table.texts()[3][1][2] == "–"
    assert "–" not in figure.finding


def test_a_drawing_without_a_size_is_an_error(shop: Valuation, monkeypatch: pytest.MonkeyPatch) -> None:
    figure: Figure = CHARTS.get("purchases-by-week").figure(study_of(shop))
    monkeypatch.setattr("vl_convert.vegalite_to_svg", lambda *_, **__: "<nothing>")
    with pytest.raises(RunFailed, match="purchases-by-week"):
        svg(figure, PAGE)
