"""Does the spend model put as many customers at each average purchase as there are?"""

from __future__ import annotations

import itertools

import numpy as np

from regulars.errors import NotApplicable
from regulars.reporting import formats
from regulars.reporting.charts.bands import bands
from regulars.reporting.charts.chart import Chart
from regulars.reporting.document import Column, Figure, Row, Table
from regulars.reporting.measure import Measure
from regulars.reporting.study import Study
from regulars.valuation.spend_check import SpendCheck

NAME = "mean-spend"
WHOSE = {
    "repeat": "who came back, by the mean of their repeat days",
    "all": "by the mean of all their purchase days",
    "first": "by their first purchase",
}


def mean_spend(check: SpendCheck, measure: Measure) -> Figure:
    """Return the customers by their mean spend on a purchase day, actual and expected."""
    names = [formats.band(low, high, float(check.edges[-1])) for low, high in itertools.pairwise(check.edges.tolist())]
    title = measure.heading("Mean spend on a purchase day")
    cells = zip([*names, "more"], check.actual.tolist(), check.expected.tolist(), strict=True)
    return Figure(
        name=NAME,
        title=title,
        finding=_finding(check, measure),
        table=Table(
            title=title,
            columns=(
                Column(measure.heading("Mean spend"), numeric=False),
                Column("Actual", lambda number: formats.fixed(number, 0)),
                Column("Expected", lambda number: formats.fixed(number, 1)),
            ),
            rows=tuple(Row(row) for row in cells),
        ),
        specification=lambda theme: bands(
            check.edges.tolist(),
            check.actual[:-1].tolist(),
            "Mean spend on a purchase day",
            theme,
            expected=check.expected[:-1].tolist(),
        ),
    )


def _finding(check: SpendCheck, measure: Measure) -> str:
    total = float(check.actual.sum())
    moved = float(np.abs(check.actual - check.expected).sum()) / 2.0 / total
    return (
        f"{formats.counted(round(total), 'customer')} {WHOSE[check.days]}. "
        f"To make both alike, {formats.share(moved)} of them "
        f"would have to change their band. Beyond {measure.amount(float(check.edges[-1]))} (not drawn) are "
        f"{formats.counted(round(float(check.actual[-1])), 'customer')}, "
        f"{formats.fixed(float(check.expected[-1]), 1)} expected."
    )


def _figure(study: Study) -> Figure:
    checks = study.valuation.checks()
    if checks.spend is None:
        raise NotApplicable(f"no spend was fitted: {checks.spend_reason}")
    return mean_spend(checks.spend, Measure.of(study.valuation))


MEAN_SPEND = Chart(NAME, __doc__, _figure)
