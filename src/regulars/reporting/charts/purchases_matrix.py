"""Who will buy again, by how often and how recently they bought?"""

from __future__ import annotations

import numpy as np

from regulars.errors import NotApplicable
from regulars.reporting import formats
from regulars.reporting.charts.chart import Chart
from regulars.reporting.charts.matrix import coarse_table, matrix
from regulars.reporting.document import Figure
from regulars.reporting.study import Study
from regulars.valuation.steps import readable_step
from regulars.valuation.surfaces import Surfaces
from regulars.valuation.valuation import Settings

NAME = "purchases-matrix"
_TITLE = "Expected purchases"
_LEAST = 1e-6


def purchases_matrix(surfaces: Surfaces, settings: Settings) -> Figure:
    """Return the expected purchases in the horizon by days since the last purchase and repeat purchases."""
    values = surfaces.expected_purchases
    decimals = formats.column_decimals(values[np.isfinite(values)].tolist(), money=False)
    title = f"{_TITLE}, next {formats.counted(settings.horizon, 'day')}"
    return Figure(
        name=NAME,
        title=title,
        finding=_finding(surfaces, decimals),
        table=coarse_table(surfaces, values, title, lambda number: formats.fixed(number, decimals)),
        specification=lambda theme: matrix(surfaces, values, _steps(float(np.nanmax(values))), theme, percent=False),
    )


def _steps(top: float) -> list[float]:
    step = readable_step(max(top, _LEAST), 6)
    return [step * number for number in range(int(top / step) + 1)] if top > step else [0.0, step]


def _finding(surfaces: Surfaces, decimals: int) -> str:
    values = surfaces.expected_purchases
    row, column = np.unravel_index(int(np.nanargmax(values)), values.shape)
    return (
        f"Customers first seen {formats.counted(surfaces.age, 'day')} ago. Most is expected after "
        f"{formats.counted(int(surfaces.frequency[column]), 'repeat purchase')}, the last one "
        f"{_ago(int(surfaces.silence[row]))}: {formats.fixed(float(values[row, column]), decimals)}. "
        f"Who bought once only: {formats.fixed(surfaces.once_purchases, max(decimals, 2))}."
    )


def _ago(days: int) -> str:
    return "on the as-of date" if days == 0 else f"{formats.counted(days, 'day')} before the as-of date"


def _figure(study: Study) -> Figure:
    surfaces = study.valuation.checks().surfaces
    if surfaces is None:
        raise NotApplicable("nobody has bought twice, so recency and frequency tell nobody apart")
    return purchases_matrix(surfaces, study.valuation.settings)


PURCHASES_MATRIX = Chart(NAME, __doc__, _figure)
