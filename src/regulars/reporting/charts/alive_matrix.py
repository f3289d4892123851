"""Who is still a customer, by how often and how recently they bought?"""

from __future__ import annotations

import numpy as np

from regulars.errors import NotApplicable
from regulars.reporting import formats
from regulars.reporting.charts.chart import Chart
from regulars.reporting.charts.matrix import coarse_table, matrix
from regulars.reporting.document import Figure
from regulars.reporting.study import Study
from regulars.valuation.surfaces import Surfaces

NAME = "alive-matrix"
_TITLE = "Chance of still being a customer"
_STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)


def alive_matrix(surfaces: Surfaces) -> Figure:
    """Return P(alive) by days since the last purchase and repeat purchases."""
    values = surfaces.probability_alive
    return Figure(
        name=NAME,
        title=_TITLE,
        finding=_finding(surfaces),
        table=coarse_table(surfaces, values, _TITLE, formats.share),
        specification=lambda theme: matrix(surfaces, values, _STEPS, theme, percent=True),
    )


def _finding(surfaces: Surfaces) -> str:
    column = surfaces.frequency.size // 2
    alive, often = surfaces.probability_alive[:, column], int(surfaces.frequency[column])
    possible = np.flatnonzero(np.isfinite(alive))
    first, last = possible[0], possible[-1]
    return (
        f"Customers first seen {formats.counted(surfaces.age, 'day')} ago. "
        f"With {formats.counted(often, 'repeat purchase')}, the chance is "
        f"{formats.share(float(alive[first]))} {_ago(int(surfaces.silence[first]))} and "
        f"{formats.share(float(alive[last]))} {_ago(int(surfaces.silence[last]))}. "
        f"Who bought once only: {formats.share(surfaces.once_alive)}."
    )


def _ago(days: int) -> str:
    return "on the day of the last purchase" if days == 0 else f"{formats.counted(days, 'day')} after it"


def _figure(study: Study) -> Figure:
    checks = study.valuation.checks()
    if checks.surfaces is None:
        raise NotApplicable("nobody has bought twice, so recency and frequency tell nobody apart")
    if not study.valuation.fit.model.has_dropout:
        raise NotApplicable("in this model nobody leaves: every chance of still being a customer is 100 %")
    return alive_matrix(checks.surfaces)


ALIVE_MATRIX = Chart(NAME, __doc__, _figure)
