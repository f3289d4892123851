"""Every registered chart of one customer base, as a method: `result.charts.purchases_by_week()`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from regulars.errors import UnknownName
from regulars.reporting import captions, formats
from regulars.reporting.charts import CHARTS
from regulars.reporting.charts.drawing import Drawing
from regulars.reporting.document import Caption, Figure
from regulars.reporting.report import report_of
from regulars.reporting.study import Study


class Gallery:
    """The charts of a study by name, with _ for -; each method returns a `Drawing` and takes nothing.

    A chart that these data do not allow raises `NotApplicable` with the reason.
    """

    def __init__(self, study: Study) -> None:
        self._study = study

    def __getattr__(self, name: str) -> Callable[[], Drawing]:
        if name.startswith("_"):  # what Python and notebooks look for by themselves
            raise AttributeError(name)
        try:
            chart = CHARTS.get(name.replace("_", "-"))
        except UnknownName as error:
            raise AttributeError(str(error)) from error

        def draw() -> Drawing:
            return Drawing(chart.figure(self._study), self._captions.get(chart.name, self._general))

        draw.__name__, draw.__doc__ = name, chart.question
        return draw

    @cached_property
    def _captions(self) -> dict[str, Caption]:
        """The caption of the section in which the report shows each chart."""
        return {
            block.name: section.caption
            for section in report_of(self._study).sections
            for block in section.blocks
            if isinstance(block, Figure)
        }

    @property
    def _general(self) -> Caption:
        """What holds for a chart that the report does not show."""
        valuation = self._study.valuation
        return Caption(
            basis=captions.basis(valuation),
            horizon="as the chart says",
            as_of=formats.day(valuation.settings.as_of),
            n=formats.counted(valuation.totals.customers, "customer"),
        )

    def __dir__(self) -> list[str]:
        return [chart.method for chart in CHARTS]

    def __repr__(self) -> str:
        width = max(len(chart.name) for chart in CHARTS) + 2
        return "\n".join(f"{f'{chart.method}()':<{width}}  {chart.first_line}" for chart in CHARTS)
