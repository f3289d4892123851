"""The definitions of the metrics: complete, told apart, and their formulas give the numbers that they are known by."""

from __future__ import annotations

import subprocess
import sys

import pytest

from regulars.errors import NotApplicable, UnknownName
from regulars.metrics.definitions import METRICS
from regulars.metrics.definitions.annual_revenue import annual_revenue
from regulars.metrics.definitions.average_order_value import average_order_value
from regulars.metrics.definitions.cac import cac
from regulars.metrics.definitions.cohort_ltv import cohort_ltv
from regulars.metrics.definitions.contractual_ltv import contractual_ltv
from regulars.metrics.definitions.discounted_ltv import discounted_ltv
from regulars.metrics.definitions.lifespan_observed import lifespan_observed
from regulars.metrics.definitions.ltv_to_cac import ltv_to_cac
from regulars.metrics.definitions.purchase_frequency import purchase_frequency
from regulars.metrics.definitions.repeat_purchase_rate import repeat_purchase_rate
from regulars.metrics.metric import Metric


@pytest.mark.parametrize("metric", list(METRICS), ids=lambda metric: metric.name)
def test_a_definition_says_everything(metric: Metric) -> None:
    for text in (metric.title, metric.formula, metric.unit, metric.source):
        assert text
    for text in (metric.meaning, metric.pitfall):
        assert len(text.split()) > 8
        assert text.endswith(".")


def test_names_are_told_apart() -> None:
    names = METRICS.names()
    assert len(names) == len(set(names)) >= 18
    with pytest.raises(UnknownName, match="did you mean 'payback'"):
        METRICS.get("paybak")


def test_the_definitions_load_nothing_heavy() -> None:
    program = (
        "import sys; from regulars.app.metric_pages import metrics_list; metrics_list()\n"
        "print(sorted({'numpy', 'duckdb', 'scipy', 'vl_convert'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert answer.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "formula",
    [average_order_value, purchase_frequency, lifespan_observed, repeat_purchase_rate, annual_revenue, cohort_ltv, cac],
)
def test_over_nobody_nothing_is_defined(formula: object) -> None:
    assert callable(formula)
    with pytest.raises(NotApplicable):
        formula(10.0, 0)


def test_no_ratio_to_nothing() -> None:
    with pytest.raises(NotApplicable, match="cost of 0"):
        ltv_to_cac(100.0, 0.0)
    with pytest.raises(NotApplicable, match="nobody ever leaves"):
        contractual_ltv(100.0, 0.0)
    with pytest.raises(NotApplicable, match="no end"):
        discounted_ltv(100.0, 1.0, 0.0)


def test_the_discounted_formulas_are_the_sums_they_stand_for() -> None:
    m, r, d = 100.0, 0.8, 0.1
    years = range(2000)
    found = discounted_ltv(m, r, d)
    assert found.with_first == pytest.approx(sum(m * r**t / (1 + d) ** t for t in years))
    assert found.without_first == pytest.approx(sum(m * r**t / (1 + d) ** t for t in years if t > 0))
    assert found.at_year_end == pytest.approx(sum(m * r**t / (1 + d) ** (t + 1) for t in years))
    assert discounted_ltv(m, r, 0.0).with_first == pytest.approx(500.0) == contractual_ltv(m, 1.0 - r)
